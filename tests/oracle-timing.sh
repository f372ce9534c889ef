#!/usr/bin/env bash
# Measures whether the time of an answer tells what is inside a message that was altered on its way: pairs of uploads of one message,
# sealed by gpg without AEAD, with one bit of its last row flipped, in random order. Flipped one way the row still is one, flipped the
# other way it has a column less; both are refused with the same words. Prints the medians and in how many pairs the good row was
# slower; fails where that isn't what chance gives (4 standard deviations from half).
#   tests/oracle-timing.sh [PAIRS] [ROWS]    default 2000 pairs, 3000 rows
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pairs=${1:-2000}
rows=${2:-3000}
bin=$PWD/artifacts/bin
for project in src/SecureExchange.Server src/SecureExchange.Cli; do dotnet build "$project" -c Release -v quiet --nologo; done
base=/dev/shm # A disk's own times would hide a difference.
[ -w "$base" ] || base=${TMPDIR:-/tmp}
folder=$(mktemp -d "$base/sx-oracle-XXXXXX")
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  gpgconf --homedir "$folder/gpg" --kill all 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$folder"
unset "${!SX_@}"
dotnet "$bin/SecureExchange.Server/release/SecureExchange.Server.dll" --data data --urls http://127.0.0.1:0 --caller-rate 100000 --party-rate 100000 > server.log 2>&1 &
server=$!
for _ in $(seq 300); do
  url=$(sed -n 's/^secureexchange: listening on //p' server.log)
  [ -z "$url" ] || break
  kill -0 "$server" || { cat server.log >&2; exit 1; }
  sleep 0.1
done
export SX_URL=$url SX_CONFIG=$folder/config
sx() { dotnet "$bin/SecureExchange.Cli/release/sx.dll" "$@"; }
sx token issue --data data --party northwind --caller t-1 --role client.admin --role client.uploader > client.token
sx token issue --data data --party contoso --caller t-1 --role vendor.admin > vendor.token
sx key generate --user-id "Northwind <t@northwind.example>" -o northwind > /dev/null
sx key generate --user-id "Contoso <t@contoso.example>" -o contoso > /dev/null
cat > profile.yaml <<'P'
profile: people
version: 1
format: csv
row-key: no
fields:
  no:    { transform: keep }
  name:  { transform: tokenise }
  phone: { transform: fpe, alphabet: digits }
  code:  { transform: keep }
P
cat > agreement.yaml <<'A'
agreement: work
title: Work
purpose: Measuring
service: back-office
client: { party: northwind, name: Northwind, certificate-file: northwind.asc }
vendor: { party: contoso, name: Contoso, location: offshore, country: PH, certificate-file: contoso.asc }
starts: 2020-01-01
ends: 2100-01-01
profile-file: profile.yaml
A
id=$(sx agreement create agreement.yaml --token-file client.token --secret-key northwind.sec.asc 2>/dev/null)
sx agreement sign "$id" --token-file vendor.token --secret-key contoso.sec.asc 2>/dev/null
mkdir -m 700 gpg
own() { gpg --homedir gpg --batch --quiet --trust-model always --pinentry-mode loopback --passphrase '' "$@"; }
own --quick-generate-key reader ed25519 default never 2>/dev/null
reader=$(own --with-colons --list-keys reader | awk -F: '/^fpr/ { print $10; exit }')
own --quick-add-key "$reader" cv25519 encr never
curl -s "$url/v1/gateway/certificate" | own --import
gateway=$(curl -s "$url/v1/gateway/certificate" | gpg --homedir gpg --with-colons --show-keys 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')

# Flips bits of the octet that is so far from the end of the message, before the 22 octets of its digest.
flip() { perl -e 'local $/; open F, "<:raw", $ARGV[0]; $_ = <F>; my $at = length($_) - 22 - $ARGV[1]; substr($_, $at, 1) = chr(ord(substr($_, $at, 1)) ^ $ARGV[2]); print' "$@"; }
opened() { own --ignore-mdc-error --decrypt "$1" 2>/dev/null || true; }
# So that no block of the text behind the flipped octet is spoilt, the last row has to end in one with the digest: tried out.
for pad in $(seq 0 15); do
  printf -v fill '%*s' "$pad" ''
  { echo no,name,phone,code
    for n in $(seq "$rows"); do printf '%d,Maria Quispe %d,+51 984 %06d,c%d\n' "$n" "$n" "$n" "$n"; done
    printf '0,Maria%s,+51 984 000 001,x\n' "${fill// /i}"; } > people.csv
  own --yes -o message --compress-algo none --recipient "$reader" --recipient "$gateway" --encrypt people.csv
  flip message 2 1 > good # x becomes y.
  flip message 3 1 > bad  # The comma before it becomes a dash.
  if [ "$(opened good | tail -c 3)" = ",y" ] && [ "$(opened bad | tail -c 3)" = "-x" ]; then break; fi
done
[ "$(opened good | tail -c 3)" = ",y" ]
upload() { curl -s -H "Authorization: Bearer $(cat client.token)" --data-binary @"$1" "$url/v1/agreements/$id/transfers"; }
opened good > good.csv
opened bad > bad.csv
upload good.csv | grep -q '"transfer"' # Unaltered, one is taken,
upload bad.csv | grep -q record.ragged-row # and the other isn't.

measure() { # pairs
  for _ in $(seq "$1"); do
    if [ $((RANDOM % 2)) = 0 ]; then printf 'good\nbad\n'; else printf 'bad\ngood\n'; fi
  done > order
  awk -v token="$(cat client.token)" -v url="$url/v1/agreements/$id/transfers" '{ if (NR > 1) print "next"
    print "silent\noutput = answer\nheader = \"Authorization: Bearer " token "\"\nheader = \"Content-Type: application/octet-stream\"\nwrite-out = \"%{time_total} %{http_code}\\n\"\ndata-binary = \"@" $1 "\"\nurl = \"" url "\"" }' order > curl.config
  curl -K curl.config > times
  grep -q openpgp.decryption-failed answer
  paste -d' ' order times > answers
  awk '$3 != 422 { print "not 422: " $0; bad = 1 } END { exit bad }' answers
  median() { awk -v kind="$1" '$1 == kind { print $2 * 1000 }' answers | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
  awk -v g="$(median good)" -v b="$(median bad)" '
    { t[$1] = $2 }
    NR % 2 == 0 { pairs++; if (t["good"] > t["bad"]) slower++ }
    END {
      printf "%d pairs: still a row %.3f ms, no row %.3f ms (medians); the row slower in %.1f %%\n", pairs, g, b, 100 * slower / pairs
      if ((slower - pairs / 2) ^ 2 > 16 * pairs / 4) { print "the time tells them apart"; exit 1 }
    }' answers
}
measure 100 > /dev/null || true # Warm.
measure "$pairs"
