#!/usr/bin/env bash
# Changes a stored log in one random way after another (bits, dropped, cut, swapped and lengthened objects, older
# checkpoints): the verifier has to find each that changes what the log says.
#   tests/log-mutations.sh [CHANGES [SEED]]    default 20000, seed of the day
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/SecureExchange.Transparency.Tests -c Release -v quiet --nologo
seed=${2:-$(date +%Y%m%d)}
echo "${1:-20000} changes, seed $seed"
LOG_MUTATIONS=${1:-20000} LOG_SEED=$seed dotnet test tests/SecureExchange.Transparency.Tests -c Release --no-build \
  --filter FullyQualifiedName~MutationTests --logger "console;verbosity=detailed"
