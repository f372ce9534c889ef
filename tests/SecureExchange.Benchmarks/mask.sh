#!/usr/bin/env bash
# Masks one CSV file of twelve columns with sx and with Miller (mlr), which does less: it has neither format-preserving encryption nor
# tokens, so it overwrites and shortens. Whole processes, in turn; prints medians, and sx in terms of Miller. Then the step alone,
# processor time for each octet.
#   tests/SecureExchange.Benchmarks/mask.sh [MB [ROUNDS]]    default 256 and 5; works in /dev/shm, about four times the file's size
set -euo pipefail
megabytes=${1:-256} rounds=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
for program in mlr /usr/bin/time; do
  command -v "$program" > /dev/null || { echo "mask.sh: $program is missing" >&2; exit 2; }
done
for project in "$here" "$here/../SecureExchange.Samples" "$here/../../src/SecureExchange.Cli"; do
  dotnet build "$project" --configuration Release --verbosity quiet --nologo
done
bin=$(cd "$here/../../artifacts/bin" && pwd)
sx="$bin/SecureExchange.Cli/release/sx"
work=$(mktemp --directory /dev/shm/sx-mask.XXXXXX)
trap 'rm --recursive --force "$work"' EXIT
cp "$here/customers.yaml" "$work"
cd "$work"
"$bin/SecureExchange.Samples/release/SecureExchange.Samples" customers --rows $((megabytes * 5600)) > plain
"$sx" key masking --name customers -o customers.key > /dev/null
size=$(stat --format %s plain)
load() { cut --delimiter ' ' --fields 1-3 /proc/loadavg; }
echo "$((size / 1000000)) MB, $rounds rounds, $(nproc) processors, load $(load)"

measure() { # NAME INPUT OUTPUT COMMAND…: appends "wall cpu peakKB" to NAME.times
  local name=$1 input=$2 output=$3
  shift 3
  /usr/bin/time --quiet --format '%e %U %S %M' --output time "$@" < "$input" > "$output" 2> error || { cat error >&2; exit 1; }
  awk '{ print $1, $2 + $3, $4 }' time >> "$name.times"
}
sx_mask=("$sx" mask --profile customers.yaml --key-file customers.key)
sx_unmask=("$sx" unmask --profile customers.yaml --key-file customers.key)
# shellcheck disable=SC2016 # The dollars are Miller's.
mlr_mask=(mlr --csv put '$email = sub($email, "^[^@]*", "x"); $phone = gsub($phone, "[0-9]", "9"); $ssn = "***-**-" . substr($ssn, 7, 10);
  $pan = substr($pan, 0, 3) . " **** **** ****"; $iban = substr($iban, 0, 3) . "****"; $born = substr($born, 0, 3)')
for ((round = 0; round < rounds; round++)); do
  measure 'sx mask' plain masked "${sx_mask[@]}"
  measure 'sx unmask' masked back "${sx_unmask[@]}"
  cmp --silent plain back || { echo "mask.sh: sx unmask didn't give the file back" >&2; exit 1; }
  measure 'mlr' plain less "${mlr_mask[@]}"
done

median() { sort --general-numeric-sort | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
printf '\n%-12s %10s %10s %9s\n' '' 'MB/s wall' 'MB/CPU-s' 'peak MB'
for name in 'sx mask' 'sx unmask' mlr; do
  printf '%-12s %10.0f %10.0f %9.0f\n' "$name" \
    "$(echo "$size $(cut --delimiter ' ' --fields 1 "$name.times" | median)" | awk '{ print $1 / $2 / 1e6 }')" \
    "$(echo "$size $(cut --delimiter ' ' --fields 2 "$name.times" | median)" | awk '{ print $1 / $2 / 1e6 }')" \
    "$(cut --delimiter ' ' --fields 3 "$name.times" | sort --numeric-sort | tail --lines 1 | awk '{ print $1 / 1000 }')"
done
ratio() { # WHAT COLUMN GOAL
  awk -v a="$(cut --delimiter ' ' --fields "$2" mlr.times | median)" -v b="$(cut --delimiter ' ' --fields "$2" 'sx mask.times' | median)" -v what="$1" -v goal="$3" \
    'BEGIN { printf "sx mask in terms of mlr, %-5s %6.1f  goal %s  %s\n", what, a / b, goal, (a / b >= goal ? "yes" : "no") }'
}
echo
ratio wall 1 20
ratio CPU 2 20
echo
"$bin/SecureExchange.Benchmarks/release/SecureExchange.Benchmarks" mask customers.yaml $((megabytes < 64 ? megabytes : 64)) "$rounds"
echo "load $(load)"
