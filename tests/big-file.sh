#!/usr/bin/env bash
# Times a large CSV through dispatch, fetch and return, with the real server and the real command line, and what gpg takes
# to encrypt the same file; shows the most memory that the server had resident.
#   tests/big-file.sh [MB]    default 1000; SX_BIG_FOLDER: where (default a temporary folder), five times the file's size
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mb=${1:-1000}
bytes_per_row=316 # Of sample claims, about.
. tests/gateway.sh
start_gateway "${SX_BIG_FOLDER:-${TMPDIR:-/tmp}}"
make_parties
id=$(demo_agreement)

dotnet "$bin/SecureExchange.Samples/release/SecureExchange.Samples.dll" claims \
  --rows $((mb * 1000000 / bytes_per_row)) --seed 1 > claims.csv
size=$(stat -c %s claims.csv)
echo "claims.csv: $size bytes, $(($(wc -l < claims.csv) - 1)) lines; load $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors"

timed() { # what command…
  local what=$1 start end
  shift
  start=$(date +%s.%N)
  "$@"
  end=$(date +%s.%N)
  awk -v what="$what" -v size="$size" -v s="$start" -v e="$end" \
    'BEGIN { printf "%-28s %7.1f s %8.1f MB/s\n", what, e - s, size / 1e6 / (e - s) }'
}
peak() { awk '/^VmHWM/ { print $2 }' "/proc/$server/status"; }
send() { sx send claims.csv --agreement "$id" --token-file client.token > sent 2>/dev/null; }
fetch() { sx fetch "$(cat sent)" --token-file vendor.token -o masked.pgp > /dev/null 2>&1; }
open() { sx fetch "$(cat sent)" --token-file vendor.token --decrypt --secret-key contoso.sec.asc -o masked.csv > /dev/null 2>&1; }
back() { sx return masked.csv --to "$(cat sent)" --token-file vendor.token > returned 2>/dev/null; }
result() { sx fetch "$(cat returned)" --token-file client.token -o result.pgp > /dev/null 2>&1; }

timed "dispatch (sx send)" send
timed "fetch, sealed (sx fetch)" fetch
rm masked.pgp
timed "fetch and open (sx --decrypt)" open
timed "return (sx return)" back
timed "fetch the result, sealed" result
kb=$(peak)
echo "server's peak resident memory: $((kb / 1024)) MB"
rm -rf masked.csv result.pgp data

mkdir -m 700 gpg
gpg() { command gpg --homedir gpg --batch --yes --quiet --trust-model always --compress-algo none "$@"; }
gpg --import northwind.asc 2>/dev/null
key=$(gpg --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
timed "gpg --encrypt > /dev/null" gpg --recipient "$key" --output /dev/null --encrypt claims.csv
timed "gpg --encrypt > file" gpg --recipient "$key" --output claims.gpg --encrypt claims.csv
echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
