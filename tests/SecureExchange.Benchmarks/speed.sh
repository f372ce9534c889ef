#!/usr/bin/env bash
# Seals and opens one file with this engine and with gpg, in turn, as whole processes, and prints medians.
# usage: speed.sh [MB] [ROUNDS]      needs gpg and /usr/bin/time; works in /dev/shm, about five times the size of the file
set -euo pipefail
megabytes=${1:-512} rounds=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
dotnet build "$here" --configuration Release --verbosity quiet --nologo
run="$here/../../artifacts/bin/SecureExchange.Benchmarks/release/SecureExchange.Benchmarks"
work=$(mktemp --directory /dev/shm/sx-speed.XXXXXX)
export GNUPGHOME="$work/gpg"
trap 'gpgconf --kill all; rm --recursive --force "$work"' EXIT
mkdir --mode 700 "$GNUPGHOME"
cd "$work"

"$run" keygen key
gpg --batch --quiet --import key
awk -v rows=$((megabytes * 1000000 / 160)) 'BEGIN {
  for (i = 0; i < rows; i++)
    printf "%09d,Jane Roe %d,jane.%d@example.org,+49 30 %07d,DE89370400440532%06d,19%02d-%02d-%02d,Main Street %d,Springfield,%d.%02d,called twice, wants an answer\n",
      i, i % 977, i % 7919, i % 9999991, i % 999983, i % 100, i % 12 + 1, i % 28 + 1, i % 300, i % 5000, i % 100
}' > plain
size=$(stat --format %s plain)

measure() { # NAME COMMAND…: appends "wall cpu peakKB" to NAME.times
  local name=$1; shift
  /usr/bin/time --format '%e %U %S %M' --output time "$@" > /dev/null 2>&1
  awk '{print $1, $2 + $3, $4}' time >> "$name.times"
}
gpg=(gpg --batch --yes --quiet --trust-model always)
for ((round = 0; round < rounds; round++)); do
  measure 'seal, this engine' "$run" seal key.cert plain ours.pgp
  measure 'seal, gpg' "${gpg[@]}" --compress-algo none --encrypt --recipient speed@example.org --output gpgs.pgp plain
  measure 'seal and sign, this engine' "$run" seal key.cert plain signed.pgp key
  measure 'seal and sign, gpg' "${gpg[@]}" --compress-algo none --sign --encrypt --recipient speed@example.org --output signed-gpg.pgp plain
  measure 'open, this engine' "$run" open key gpgs.pgp out
  cmp --silent plain out
  measure 'open, gpg' "${gpg[@]}" --output out --decrypt ours.pgp
  cmp --silent plain out
done
median() { sort --numeric-sort | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%s MB, medians of %s rounds\n%-28s %10s %12s %9s\n' $((size / 1000000)) "$rounds" '' 'MB/s wall' 'MB/CPU-s' 'peak MB'
for name in 'seal, this engine' 'seal, gpg' 'seal and sign, this engine' 'seal and sign, gpg' 'open, this engine' 'open, gpg'; do
  wall=$(cut --delimiter ' ' --fields 1 "$name.times" | median)
  cpu=$(cut --delimiter ' ' --fields 2 "$name.times" | median)
  peak=$(cut --delimiter ' ' --fields 3 "$name.times" | median)
  awk -v n="$name" -v s="$size" -v w="$wall" -v c="$cpu" -v p="$peak" 'BEGIN {printf "%-28s %10.0f %12.0f %9.0f\n", n, s / 1e6 / w, s / 1e6 / c, p / 1000}'
done
"$run" records key.cert 20000
