#!/usr/bin/env bash
# Times a large CSV through dispatch, fetch and return, with the real server and the real command line, and what gpg takes
# to encrypt the same file; shows the most memory that the server had resident.
#   tests/big-file.sh [MB]    default 1000; SX_BIG_FOLDER: where (default a temporary folder), five times the file's size
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mb=${1:-1000}
bytes_per_row=316 # Of sample claims, about.
bin=$PWD/artifacts/bin
for project in src/SecureExchange.Server src/SecureExchange.Cli tests/SecureExchange.Samples; do
  dotnet build "$project" -c Release -v quiet --nologo
done

folder=$(mktemp -d "${SX_BIG_FOLDER:-${TMPDIR:-/tmp}}/sx-big-XXXXXX")
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  gpgconf --homedir "$folder/gnupg" --kill all 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$folder"
unset "${!SX_@}"

dotnet "$bin/SecureExchange.Server/release/SecureExchange.Server.dll" --data data --urls http://127.0.0.1:0 > server.log 2>&1 &
server=$!
for _ in $(seq 300); do
  url=$(sed -n 's/^secureexchange: listening on //p' server.log)
  [ -z "$url" ] || break
  kill -0 "$server" || { cat server.log >&2; exit 1; }
  sleep 0.1
done
export SX_URL=$url SX_CONFIG=$folder/config
sx() { dotnet "$bin/SecureExchange.Cli/release/sx.dll" "$@"; }
sx token issue --data data --party northwind --caller big-1 --role client.admin --role client.uploader > client.token
sx token issue --data data --party contoso --caller big-1 --role vendor.agent --role vendor.admin > vendor.token
sx key generate --user-id "Northwind <big@northwind.example>" -o northwind > /dev/null
sx key generate --user-id "Contoso <big@contoso.example>" -o contoso > /dev/null
sx key generate --user-id "Approver <approver@northwind.example>" -o approver-1 > /dev/null
cp "$bin/../../demo/agreement.yaml" . && cp "$bin/../../profiles/medical-claims.yaml" profile.yaml
id=$(sx agreement create agreement.yaml --token-file client.token --secret-key northwind.sec.asc 2>/dev/null)
sx agreement sign "$id" --token-file vendor.token --secret-key contoso.sec.asc 2>/dev/null

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

mkdir -m 700 gnupg
gpg() { command gpg --homedir gnupg --batch --yes --quiet --trust-model always --compress-algo none "$@"; }
gpg --import northwind.asc 2>/dev/null
key=$(gpg --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
timed "gpg --encrypt > /dev/null" gpg --recipient "$key" --output /dev/null --encrypt claims.csv
timed "gpg --encrypt > file" gpg --recipient "$key" --output claims.gpg --encrypt claims.csv
echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
