#!/usr/bin/env bash
# Writes a log, makes its index, asks the auditor's questions, and holds the index against the log: how long each takes, and the
# index's size.
#   tests/audit-index.sh [EVENTS]    default 1000000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/SecureExchange.Gateway.Tests -c Release -v quiet --nologo
AUDIT_INDEX_EVENTS=${1:-1000000} dotnet test tests/SecureExchange.Gateway.Tests -c Release --no-build \
  --filter FullyQualifiedName~IndexMeasurements --logger "console;verbosity=detailed"
