#!/usr/bin/env bash
# How fast personal data is found in text: MB for each second of one processor by kind of text, median of rounds. With a REVISION (a
# commit, a tag) both are measured in turn in this run, and the ratio of the medians is what counts: the machine may be shared. Then
# `sx detect` as a whole process, with its peak memory.
#   tests/detect-speed.sh [MB [ROUNDS [REVISION]]]    default 8, 5 and none
set -euo pipefail
export LC_ALL=C
megabytes=${1:-8} rounds=${2:-5} revision=${3:-}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp --directory)
worktree=$work/then
clean() {
  [ -d "$worktree" ] && git -C "$root" worktree remove --force "$worktree"
  rm --recursive --force "$work"
}
trap clean EXIT

build() { dotnet build "$1" --configuration Release --verbosity quiet --nologo; }
bench=artifacts/bin/SecureExchange.Benchmarks/release/SecureExchange.Benchmarks
build "$root/tests/SecureExchange.Benchmarks"
if [ -n "$revision" ]; then
  # The engine as it was then, measured as it is now.
  git -C "$root" worktree add --quiet --detach "$worktree" "$revision"
  for project in SecureExchange.Benchmarks SecureExchange.Samples; do
    rm --recursive --force "$worktree/tests/$project"
    cp --recursive "$root/tests/$project" "$worktree/tests/$project"
  done
  build "$worktree/tests/SecureExchange.Benchmarks"
fi

echo "$megabytes MB, $rounds rounds, load $(cut --delimiter ' ' --fields 1-3 /proc/loadavg)"
# Compiled once and for good: on a busy machine the second compiler comes when the first kinds of text are measured already.
for _ in $(seq "$rounds"); do
  DOTNET_TieredCompilation=0 "$root/$bench" detect "$megabytes" 3 >> "$work/now.txt"
  [ -z "$revision" ] || DOTNET_TieredCompilation=0 "$worktree/$bench" detect "$megabytes" 3 >> "$work/before.txt"
done

# median FILE: what, MB/s, finds, sum of the finds
median() { sort --field-separator $'\t' --key 1,1 --key 2,2g "$1" | awk -F '\t' '{ n[$1]++; v[$1, n[$1]] = $2; f[$1] = $3 "\t" $4 } END { for (w in n) print w "\t" v[w, int((n[w] + 1) / 2)] "\t" f[w] }' | sort; }
median "$work/now.txt" > "$work/now"
if [ -z "$revision" ]; then
  awk -F '\t' '{ printf "%-60s %7.0f MB per CPU-second, %d finds\n", $1, $2, $3 }' "$work/now"
else
  median "$work/before.txt" > "$work/before"
  join -t $'\t' "$work/now" "$work/before" \
    | awk -F '\t' '{ printf "%-60s %7.0f MB per CPU-second, was %5.0f: %4.1f times; %d finds, %s\n", $1, $2, $5, $2 / $5, $3, $4 == $7 ? "the same" : "not the same as then" }'
fi

build "$root/src/SecureExchange.Cli"
for times in 1 4; do
  { yes 'Dear Ana Lima, we wrote to ana.lima@example.com on 2026-03-05 and called (415) 555-0132 about order 77120934, which left our warehouse.' || true; } \
    | head --bytes=$((times * megabytes * 1000000)) \
    | /usr/bin/time --format "sx detect, $((times * megabytes)) MB: %U s user, %M KB peak" "$root/artifacts/bin/SecureExchange.Cli/release/sx" detect > /dev/null
done
