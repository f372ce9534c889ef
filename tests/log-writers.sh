#!/usr/bin/env bash
# Three processes append to one log while one of them is killed again and again, over each store: afterwards nothing that was
# acknowledged is lost, nothing is there twice, the log verifies, and each writer's order is kept.
#   tests/log-writers.sh [EVENTS]    default 100000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/SecureExchange.Gateway.Tests -c Release -v quiet --nologo
LOG_WRITERS_EVENTS=${1:-100000} dotnet test tests/SecureExchange.Gateway.Tests -c Release --no-build \
  --filter FullyQualifiedName~LogWritersTests --logger "console;verbosity=detailed"
