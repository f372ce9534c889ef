#!/usr/bin/env bash
# Gives mutated keys, keyrings, revocations, messages, armor and BZip2 to the OpenPGP engine, and reports what does what must not be: another
# exception than the engine's, a hang, too much memory, a signature or plaintext that nobody made.
#   tests/fuzz.sh EXECUTIONS [SEED [THREADS [TARGET…]]]    10000000 before a release; the same seed does the same
#   tests/fuzz.sh replay FILE…                             executes what was found again
#   tests/fuzz.sh flip [CHANGES [SEED]]                    alters single octets of 1 MB messages and signed texts, 20000 of each kind
#   tests/fuzz.sh hostile                                  each hostile vector ends as designed, within one second
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ ${1:-} == hostile ]]; then
  SX_HOSTILE_SECONDS=1 exec dotnet test tests/SecureExchange.OpenPgp.Tests -c Release --filter FullyQualifiedName~HostileMessageTests
fi
dotnet build tests/SecureExchange.Fuzz -c Release -v quiet --nologo
exec dotnet artifacts/bin/SecureExchange.Fuzz/release/SecureExchange.Fuzz.dll "$@"
