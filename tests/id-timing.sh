#!/usr/bin/env bash
# Measures whether the time of an answer tells an id that is somebody else's from one that nobody has: pairs of requests by a
# stranger over one connection, in random order, for an agreement and for a transfer. Prints the medians and in how many pairs the
# foreign id was slower; fails where that isn't what chance gives (4 standard deviations from half).
#   tests/id-timing.sh [PAIRS]    default 2000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pairs=${1:-2000}
bin=$PWD/artifacts/bin
for project in src/SecureExchange.Server src/SecureExchange.Cli tests/SecureExchange.Samples; do dotnet build "$project" -c Release -v quiet --nologo; done
root=$PWD
folder=$(mktemp -d "${TMPDIR:-/tmp}/sx-timing-XXXXXX")
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
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
sx token issue --data data --party northwind --caller t-1 --role client.admin --role client.uploader > client.token
sx token issue --data data --party contoso --caller t-1 --role vendor.admin > vendor.token
sx token issue --data data --party stranger --caller t-1 --role vendor.agent --role client.admin > stranger.token
sx key generate --user-id "Northwind <t@northwind.example>" -o northwind > /dev/null
sx key generate --user-id "Contoso <t@contoso.example>" -o contoso > /dev/null
sx key generate --user-id "Approver <approver@northwind.example>" -o approver-1 > /dev/null
cp "$root/demo/agreement.yaml" . && cp "$root/profiles/medical-claims.yaml" profile.yaml
id=$(sx agreement create agreement.yaml --token-file client.token --secret-key northwind.sec.asc 2>/dev/null)
sx agreement sign "$id" --token-file vendor.token --secret-key contoso.sec.asc 2>/dev/null
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
  median() { awk -v kind="$1" '$1 == kind { print $2 * 1000 }' answers | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
  awk -v what="$what" -v f="$(median f)" -v n="$(median n)" '
    { t[$1] = $2 }
    NR % 2 == 0 { pairs++; if (t["f"] > t["n"]) slower++ }
    END {
      printf "%-10s %d pairs: foreign %.3f ms, not there %.3f ms (medians); foreign slower in %.1f %%\n", what, pairs, f, n, 100 * slower / pairs
      if ((slower - pairs / 2) ^ 2 > 16 * pairs / 4) { print "the time tells them apart"; exit 1 }
    }' answers
}
measure warm-up "$url/v1/agreements/$id" "$url/v1/agreements/northwind.nothing" || true
measure agreement "$url/v1/agreements/$id" "$url/v1/agreements/northwind.nothing"
measure transfer "$url/v1/transfers/$transfer/content" "$url/v1/transfers/aaaaaaaaaaaaaaaaaaaaaaaaaa/content"
