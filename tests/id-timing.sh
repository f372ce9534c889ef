#!/usr/bin/env bash
# Measures whether the time of an answer tells an id that is somebody else's from one that nobody has: pairs of requests by a
# stranger over one connection, in random order, for an agreement and for a transfer. Prints the medians and in how many pairs the
# foreign id was slower; fails where that isn't what chance gives (4 standard deviations from half).
#   tests/id-timing.sh [PAIRS]    default 2000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pairs=${1:-2000}
. tests/gateway.sh
start_gateway "${TMPDIR:-/tmp}" --caller-rate 100000 --party-rate 100000
make_parties
sx token issue --data data --party stranger --caller t-1 --role vendor.agent --role client.admin > stranger.token
id=$(demo_agreement)
dotnet "$bin/SecureExchange.Samples/release/SecureExchange.Samples.dll" claims --rows 3 --seed 1 > claims.csv
transfer=$(sx send claims.csv -a "$id" --token-file client.token 2>/dev/null)

measure() { # what, URL of the foreign one, URL of the one that isn't there
  local what=$1
  for _ in $(seq "$pairs"); do
    if [ $((RANDOM % 2)) = 0 ]; then printf 'f %s\nn %s\n' "$2" "$3"; else printf 'n %s\nf %s\n' "$3" "$2"; fi
  done > order
  awk -v token="$(cat stranger.token)" 'BEGIN { print "silent\noutput = /dev/null\nheader = \"Authorization: Bearer " token "\"\nwrite-out = \"%{time_starttransfer} %{http_code}\\n\"" }
    { print "url = \"" $2 "\"\noutput = /dev/null" }' order > curl.config
  curl -K curl.config > times
  paste -d' ' <(cut -c1 order) times > answers
  awk '$3 != 404 { print "not 404: " $0; bad = 1 } END { exit bad }' answers
  printf '%-10s ' "$what"
  compare_pairs answers f foreign n 'not there'
}
for _ in 1 2; do # What is asked first is compiled meanwhile.
  measure warm-up "$url/v1/agreements/$id" "$url/v1/agreements/northwind.nothing" > /dev/null || true
  measure warm-up "$url/v1/transfers/$transfer/content" "$url/v1/transfers/aaaaaaaaaaaaaaaaaaaaaaaaaa/content" > /dev/null || true
done
measure agreement "$url/v1/agreements/$id" "$url/v1/agreements/northwind.nothing"
measure transfer "$url/v1/transfers/$transfer/content" "$url/v1/transfers/aaaaaaaaaaaaaaaaaaaaaaaaaa/content"
