#!/usr/bin/env bash
# Installs the peers that the tests talk to where it can, builds, and runs every test.
#   ./test.sh [NAME…]    only the test projects whose names contain one of these
# Last line: 'N passed, N failed[, N skipped]'. Fails when a test failed or none ran. Under CI=true a missing peer is a
# failure, and packages restore exactly as locked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec < /dev/null # Nothing here may wait for an answer.

seconds=${SX_TEST_SECONDS:-2400} # For each test project.
results=$PWD/artifacts/test-results
export HOME=${HOME:-$PWD/artifacts/home}
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1

need() { echo "test.sh: $1" >&2; exit 2; }

dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
    need ".NET SDK 10 is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
[[ $(node --version 2>/dev/null) =~ ^v([0-9]+) ]] && ((BASH_REMATCH[1] >= 20)) ||
    need "Node.js 20 or newer is missing: https://nodejs.org/en/download"

# What Debian calls the package that has a program.
install_programs() {
    local program missing=()
    for program in gpg:gnupg sq:sq sqop:sqop rnp:rnp strace:strace curl:curl openssl:openssl xxd:xxd soffice:libreoffice-calc python3:python3; do
        command -v "${program%%:*}" >/dev/null || missing+=("${program##*:}")
    done
    [[ -e /usr/lib/$(uname -m)-linux-gnu/libargon2.so.1 ]] || missing+=(libargon2-1)
    ((${#missing[@]})) || return 0
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        echo "test.sh: not installed, and the tests that need them skip: ${missing[*]}" >&2
        return 0
    fi
    echo "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    local package
    apt-get update -qq || true
    for package in "${missing[@]}"; do # One by one, since one that a release hasn't got mustn't cost the others.
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null || echo "test.sh: couldn't install $package" >&2
    done
}

install_packages() {
    local installed=node_modules/.installed-lock
    cd tests/peers
    cmp -s package-lock.json "$installed" && return
    echo "installing tests/peers"
    if npm ci --no-audit --no-fund --ignore-scripts --loglevel=error; then
        cp package-lock.json "$installed"
    else
        echo "test.sh: npm ci failed in tests/peers, and the tests that need it skip" >&2
    fi
}

# A trx file's counters, as: passed failed skipped.
count() {
    grep -o '<Counters [^>]*>' "$1" | awk '{
        for (i = 1; i <= NF; i++) if (split($i, pair, "\"") >= 2) value[pair[1]] = pair[2]
        print value["passed="] + 0, \
            value["failed="] + value["error="] + value["timeout="] + value["aborted="], \
            value["total="] - value["executed="]
    }'
}

names() { # of the results with an outcome
    { grep -o '<UnitTestResult [^>]*>' "$1" || true; } | grep "outcome=\"$2\"" |
        sed -e 's/.* testName="\([^"]*\)".*/  \1/' -e 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#x[0-9A-F]*;/ /g; s/&amp;/\&/g'
}

install_programs
(install_packages)

dotnet build SecureExchange.sln -c Release -v quiet "-p:RestoreLockedMode=$([[ ${CI:-} == true ]] && echo true || echo false)"

rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0
failures=()
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    if (($# > 0)); then
        wanted=
        for part; do [[ $name == *"$part"* ]] && wanted=yes; done
        [[ $wanted ]] || continue
    fi
    echo "== $name"
    code=0
    timeout --kill-after=30 "$seconds" dotnet test "$project" --no-build -c Release \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" || code=$?
    p=0 f=0 s=0
    if [[ -f $results/$name.trx ]]; then
        read -r p f s < <(count "$results/$name.trx") || true
        while IFS= read -r test; do failures+=("$test"); done < <(names "$results/$name.trx" Failed)
    fi
    if ((code != 0 && f == 0)); then # It crashed, or took longer than it may.
        f=1
        failures+=("  $name ended with exit code $code$( ((code == 124 || code == 137)) && echo " after $seconds s")")
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

((failed == 0)) || printf '%s\n' "" "Failed:" "${failures[@]}"
((passed + failed > 0)) || echo "test.sh: no test ran" >&2
echo "$passed passed, $failed failed$( ((skipped)) && echo ", $skipped skipped" || true)"
((failed == 0 && passed > 0))
