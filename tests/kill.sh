#!/usr/bin/env bash
# Kills the server at N random moments of a dispatch, over each store, of a return, of a request with records and of an erasure, and
# checks after each restart that what was acknowledged is whole and nothing half-done can be seen.
#   tests/kill.sh [N]    default 50
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-50}
dotnet build tests/SecureExchange.EndToEnd.Tests -c Release -v quiet --nologo
SX_TEST_KILLS=$kills dotnet test tests/SecureExchange.EndToEnd.Tests -c Release --no-build \
  --filter FullyQualifiedName~KillTests --logger "console;verbosity=detailed"
