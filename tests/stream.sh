#!/usr/bin/env bash
# Pipes gigabytes through sealing and opening, each a process of its own; checks that what comes out is what went in and that
# neither process grows; prints MB/s and the most memory that each had resident.
#   tests/stream.sh [GB [v1|v2]]    default 1 and v1; the long form is 100. Nothing is written to a disk
set -euo pipefail
gigabytes=${1:-1} format=${2:-v1}
most_mb=${SX_STREAM_MB:-80} # Of each process.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/SecureExchange.Benchmarks --configuration Release --verbosity quiet --nologo
run=$PWD/artifacts/bin/SecureExchange.Benchmarks/release/SecureExchange.Benchmarks
folder=$(mktemp --directory "${TMPDIR:-/tmp}/sx-stream-XXXXXX")
processes=()
finish() {
  ((${#processes[@]} == 0)) || kill "${processes[@]}" 2> /dev/null || true
  rm --recursive --force "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$folder"
"$run" keygen key
mkfifo plain sealed opened

# AES-CTR of zeros: nothing in it repeats, and it is made faster than it is sealed.
openssl enc -aes-128-ctr -K 000102030405060708090a0b0c0d0e0f -iv 00000000000000000000000000000000 -in /dev/zero 2> /dev/null |
  head --bytes "${gigabytes}000000000" | tee plain | openssl dgst -sha256 -r > in.sum &
processes+=($!)
start=$(date +%s.%N)
"$run" seal "$format" key.cert - - < plain > sealed &
sealer=$!
"$run" open key - - < sealed > opened &
opener=$!
openssl dgst -sha256 -r < opened > out.sum &
digest=$!
processes+=("$sealer" "$opener" "$digest")

resident() { awk '/^VmHWM/ { print int($2 / 1000) }' "/proc/$1/status" 2> /dev/null || true; }
passed() { awk '/^rchar/ { print int($2 / 1000000) }' "/proc/$1/io" 2> /dev/null || true; }
printf '%10s %12s %12s\n' 'MB so far' 'seal, MB' 'open, MB'
next=0 seal_mb=0 open_mb=0
while kill -0 "$sealer" 2> /dev/null; do
  read -r a b mb < <(echo "$(resident "$sealer")" "$(resident "$opener")" "$(passed "$sealer")") || true
  if [[ -n ${mb:-} ]]; then
    seal_mb=$a open_mb=$b
    if ((mb >= next)); then
      printf '%10d %12d %12d\n' "$mb" "$seal_mb" "$open_mb"
      next=$((mb + gigabytes * 100))
    fi
  fi
  sleep 0.2
done
wait "$sealer" && wait "$opener" && wait "$digest" || { echo "stream.sh: sealing or opening failed" >&2; exit 1; }
end=$(date +%s.%N)
processes=()
cmp --silent in.sum out.sum || { echo "stream.sh: what came out isn't what went in" >&2; exit 1; }
awk -v gb="$gigabytes" -v s="$start" -v e="$end" -v f="$format" -v a="$seal_mb" -v b="$open_mb" \
  'BEGIN { printf "%d GB, %s: %.0f MB/s through both; most resident: seal %d MB, open %d MB\n", gb, f, gb * 1000 / (e - s), a, b }'
((seal_mb <= most_mb && open_mb <= most_mb)) || { echo "stream.sh: more than $most_mb MB" >&2; exit 1; }
