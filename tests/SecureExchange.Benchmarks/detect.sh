#!/usr/bin/env bash
# How fast personal data is found in text: MB for each second of one processor, median of some rounds; then `sx detect` as a whole
# process over the same, with its peak memory.
#   tests/SecureExchange.Benchmarks/detect.sh [MB [ROUNDS]]    default 32 and 5
set -euo pipefail
megabytes=${1:-32} rounds=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
dotnet build "$here" --configuration Release --verbosity quiet --nologo
echo "$megabytes MB, $rounds rounds, load $(cut --delimiter ' ' --fields 1-3 /proc/loadavg)"
"$here/../../artifacts/bin/SecureExchange.Benchmarks/release/SecureExchange.Benchmarks" detect "$megabytes" "$rounds"
dotnet build "$here/../../src/SecureExchange.Cli" --configuration Release --verbosity quiet --nologo
sx="$here/../../artifacts/bin/SecureExchange.Cli/release/sx"
for times in 1 4; do
  yes 'Dear Ana Lima, we wrote to ana.lima@example.com on 2026-03-05 and called (415) 555-0132 about order 77120934, which left our warehouse.' \
    | head --bytes=$((times * megabytes * 1000000)) \
    | /usr/bin/time --format "sx detect, $((times * megabytes)) MB: %U s user, %M KB peak" "$sx" detect > /dev/null
done
