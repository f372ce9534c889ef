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
. tests/gateway.sh
base=/dev/shm # A disk's own times would hide a difference.
[ -w "$base" ] || base=${TMPDIR:-/tmp}
start_gateway "$base" --caller-rate 100000 --party-rate 100000
make_parties
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
id=$(sign_agreement)
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
  compare_pairs answers good 'still a row' bad 'no row'
}
measure 100 > /dev/null || true # Warm.
measure "$pairs"
