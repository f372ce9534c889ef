#!/usr/bin/env bash
# Seals and opens one file with this engine, gpg, age and BouncyCastle, in turn, as whole processes; prints the medians of all
# rounds, and each ratio beside what it should be.
#   tests/SecureExchange.Benchmarks/speed.sh [MB [ROUNDS]]    default 512 and 5; works in /dev/shm, about six times the file's size
# The engine is compiled to native code (needs gcc), BouncyCastle runs on the runtime: it can't be.
# Wall-clock time means little unless the machine is quiet and has two processors at least; processor time always does.
set -euo pipefail
megabytes=${1:-512} rounds=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
for program in gpg age age-keygen gcc /usr/bin/time; do
  command -v "$program" > /dev/null || { echo "speed.sh: $program is missing" >&2; exit 2; }
done
dotnet build "$here" --configuration Release --verbosity quiet --nologo
dotnet publish "$here" --configuration Release --verbosity quiet --nologo -p:AheadOfTime=true
artifacts=$(cd "$here/../../artifacts" && pwd)
run="$artifacts/publish/SecureExchange.Benchmarks/release_linux-x64/SecureExchange.Benchmarks"
bouncycastle="$artifacts/bin/SecureExchange.Benchmarks/release/SecureExchange.Benchmarks"
work=$(mktemp --directory /dev/shm/sx-speed.XXXXXX)
export GNUPGHOME="$work/gpg"
trap 'gpgconf --kill all; rm --recursive --force "$work"' EXIT
mkdir --mode 700 "$GNUPGHOME"
cd "$work"

# One key for all: BouncyCastle 1.8.10 knows no Curve25519 ones. The records below go to a key of this engine's own.
gpg=(gpg --batch --yes --quiet --trust-model always --compress-algo none)
"${gpg[@]}" --passphrase '' --quick-generate-key 'Speed <speed@example.org>' rsa3072 default never 2> /dev/null
fingerprint=$(gpg --with-colons --list-keys 2> /dev/null | awk -F: '/^fpr/ { print $10; exit }')
"${gpg[@]}" --passphrase '' --quick-add-key "$fingerprint" rsa3072 encrypt never
"${gpg[@]}" --export > cert
"${gpg[@]}" --export-secret-keys > key
"$run" keygen x25519
age-keygen --output age.key 2> /dev/null
recipient=$(age-keygen -y age.key)
awk -v rows=$((megabytes * 1000000 / 160)) 'BEGIN {
  for (i = 0; i < rows; i++)
    printf "%09d,Jane Roe %d,jane.%d@example.org,+49 30 %07d,DE89370400440532%06d,19%02d-%02d-%02d,Main Street %d,Springfield,%d.%02d,called twice, wants an answer\n",
      i, i % 977, i % 7919, i % 9999991, i % 999983, i % 100, i % 12 + 1, i % 28 + 1, i % 300, i % 5000, i % 100
}' > plain
size=$(stat --format %s plain)
load() { cut --delimiter ' ' --fields 1-3 /proc/loadavg; }
echo "$((size / 1000000)) MB, $rounds rounds, $(nproc) processors, load $(load)"

measure() { # NAME COMMAND…: appends "wall cpu peakKB" to NAME.times
  local name=$1
  shift
  /usr/bin/time --quiet --format '%e %U %S %M' --output time "$@" > /dev/null 2> error || { cat error >&2; exit 1; }
  awk '{ print $1, $2 + $3, $4 }' time >> "$name.times"
}
opened() { cmp --silent plain out || { echo "speed.sh: $1 didn't give the plaintext back" >&2; exit 1; }; }
for ((round = 0; round < rounds; round++)); do
  measure 'seal v1' "$run" seal v1 cert plain v1.pgp
  measure 'seal, gpg' "${gpg[@]}" --encrypt --recipient "$fingerprint" --output gpg.pgp plain
  measure 'seal v2' "$run" seal v2 cert plain v2.pgp
  measure 'seal, age' age --encrypt --recipient "$recipient" --output age plain
  measure 'seal and sign v1' "$run" seal v1 cert plain signed.pgp key
  measure 'seal and sign, gpg' "${gpg[@]}" --sign --encrypt --recipient "$fingerprint" --output signed.pgp plain
  measure 'open v1' "$run" open key v1.pgp out
  opened 'open v1'
  measure 'open v1 by gpg' "$run" open key gpg.pgp out
  opened 'open v1 by gpg'
  measure 'open, gpg' "${gpg[@]}" --output out --decrypt v1.pgp
  opened gpg
  measure 'open v2' "$run" open key v2.pgp out
  opened 'open v2'
  measure 'open, age' age --decrypt --identity age.key --output out age
  opened age
  measure 'seal, BouncyCastle' "$bouncycastle" bouncycastle-seal cert plain bc.pgp
  measure 'open, BouncyCastle' "$bouncycastle" bouncycastle-open key v1.pgp out
  opened BouncyCastle
done

median() { # NAME FIELD
  cut --delimiter ' ' --fields "$2" "$1.times" | sort --numeric-sort | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
printf '\n%-20s %10s %10s %9s\n' '' 'MB/s wall' 'MB/CPU-s' 'peak MB'
for name in 'seal v1' 'seal, gpg' 'seal v2' 'seal, age' 'seal, BouncyCastle' 'seal and sign v1' 'seal and sign, gpg' \
  'open v1' 'open v1 by gpg' 'open, gpg' 'open v2' 'open, age' 'open, BouncyCastle'; do
  awk -v n="$name" -v s="$size" -v w="$(median "$name" 1)" -v c="$(median "$name" 2)" -v p="$(median "$name" 3)" \
    'BEGIN { printf "%-20s %10.0f %10.0f %9.0f\n", n, s / 1e6 / w, s / 1e6 / c, p / 1000 }'
done

verdict() { # WHAT VALUE GOAL: the more the better
  awk -v what="$1" -v value="$2" -v goal="$3" \
    'BEGIN { printf "%-44s %8.2f %8.2f  %s\n", what, value, goal, (value >= goal ? "yes" : "no") }'
}
ratio() { # WHAT PEER FIELD GOAL
  local by=CPU
  [[ $3 == 2 ]] || by=wall
  verdict "$1 / $2, $by" "$(awk -v a="$(median "$1" "$3")" -v b="$(median "$2" "$3")" 'BEGIN { print b / a }')" "$4"
}
printf '\n%-44s %8s %8s\n' 'speed in terms of a peer' 'measured' 'goal'
ratio 'seal v1' 'seal, gpg' 2 1
ratio 'seal v1' 'seal, gpg' 1 1.5
ratio 'seal and sign v1' 'seal and sign, gpg' 2 1
ratio 'seal v2' 'seal, age' 1 1
ratio 'seal v2' 'seal, gpg' 2 2
ratio 'seal v2' 'seal, gpg' 1 2
ratio 'open v1' 'open, gpg' 1 1.2
ratio 'open v1 by gpg' 'open, gpg' 1 1.2
ratio 'open v2' 'open, age' 1 1
ratio 'open v2' 'open, gpg' 2 1
ratio 'seal v1' 'seal, BouncyCastle' 2 6
ratio 'open v1' 'open, BouncyCastle' 2 15
peak=$(cat 'seal v1.times' 'seal v2.times' 'seal and sign v1.times' 'open v1.times' 'open v2.times' | awk '$3 > m { m = $3 } END { print m / 1000 }')
verdict "MB of room left below 80 (peak $peak)" "$(awk -v p="$peak" 'BEGIN { print 80 - p }')" 0
records=$("$run" records x25519.cert 20000)
verdict 'records of 1 KB sealed in a CPU second' "$(sed 's/.*, \([0-9]*\) per CPU second/\1/' <<< "$records")" 5000
echo "load $(load)"
