#!/usr/bin/env bash
# The log's figures: appends a second and the time until an event is under a checkpoint, for 1, 16 and 256 callers at once over
# each store; then a log of a million events, what it takes on disk, and what verifying it takes.
#   tests/SecureExchange.Benchmarks/log.sh [EVENTS [SECONDS]]     default 1000000 10
# Goals (2 cores, folder): 10,000 appends/s batched, a lone event in tens of milliseconds, a million events verified in
# under 10 s and under 300 MB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
events=${1:-1000000} seconds=${2:-10}
dotnet build tests/SecureExchange.LogLoad -c Release -v quiet --nologo
dotnet build src/SecureExchange.Cli -c Release -v quiet --nologo
load() { dotnet artifacts/bin/SecureExchange.LogLoad/release/SecureExchange.LogLoad.dll "$@"; }
for kind in folder azurite; do
    for callers in 1 16 256; do load append "$kind" "$callers" "$seconds"; done
done
load append folder 4096 "$seconds"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
load make "$work" "$events"
export SX_CONFIG=$work/config
begun=$(date +%s.%N)
dotnet artifacts/bin/SecureExchange.Cli/release/sx.dll audit verify "$work/log" & verifier=$!
peak=0
while [[ -r /proc/$verifier/status ]]; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$verifier/status" 2>/dev/null || true)
    ((${now:-0} > peak)) && peak=$now
    sleep 0.05
done
wait "$verifier"
awk -v b="$begun" -v e="$(date +%s.%N)" -v p="$peak" -v n="$events" \
    'BEGIN { printf "%d events verified in %.1f s, at most %d MB resident\n", n, e - b, p / 1024 }'
