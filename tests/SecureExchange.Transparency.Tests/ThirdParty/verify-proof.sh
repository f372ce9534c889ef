#!/bin/sh
# Checks a tlog-proof by hand, with openssl, sha256sum, xxd and the shell: what an auditor can do on any machine. Each witness
# that is named has to have cosigned the checkpoint.
#   verify-proof.sh PROOF ENTRY VKEY [WITNESS-VKEY]...
# Works in a temporary folder; exit 0 and a line on success, and one for each witness.
set -eu
proof=$1 entry=$2 vkey=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "not verified: $1" >&2; exit 1; }
sha256() { sha256sum | cut -c1-64 | xxd -r -p; }

# The proof ends at its first empty line; the checkpoint follows, and its signed text ends at the next one.
sed -n '1,/^$/p' "$proof" | sed '$d' > "$work/proof"
sed '1,/^$/d' "$proof" > "$work/note"
sed -n '1,/^$/p' "$work/note" | sed '$d' > "$work/text"
[ "$(sed -n 1p "$work/proof")" = 'c2sp.org/tlog-proof@v1' ] || fail 'not a tlog-proof'

# signed-note: name+keyid+base64(type || key), the key id from the name, the type and the key. An Ed25519 SubjectPublicKeyInfo is
# twelve fixed bytes and the key. Type 1 is a log's key, 4 a witness's.
read_key() { # VKEY TYPE: sets name and keyid, makes key.der
  name=${1%%+*} rest=${1#*+}
  keyid=${rest%%+*} encoded=$(printf '%s' "${rest#*+}" | base64 -d | xxd -p -c 256)
  [ "${#encoded}" -eq 66 ] && [ "${encoded%"${encoded#??}"}" = "$2" ] || fail "not a key of type $2: $name"
  [ "$({ printf '%s\n' "$name"; printf '%s' "$encoded" | xxd -r -p; } | sha256sum | cut -c1-8)" = "$keyid" ] || fail "key id of $name"
  printf '302a300506032b6570032100%s' "${encoded#??}" | xxd -r -p > "$work/key.der"
}
find_signature() { # the signature by name and keyid, in hex without the key id
  sed '1,/^$/d' "$work/note" | grep -F -- "— $name " | sed 's/.* //' | while read -r line; do printf '%s' "$line" | base64 -d | xxd -p -c 256; done \
    | sed -n "s/^$keyid//p" | head -n 1
}
verify() { # FILE: key.der has signed it with signature
  openssl pkeyutl -verify -pubin -inkey "$work/key.der" -keyform DER -rawin -in "$1" -sigfile "$work/signature" > /dev/null 2>&1
}

read_key "$vkey" 01
find_signature > "$work/found"
[ -s "$work/found" ] || fail 'signed by another key'
xxd -r -p "$work/found" > "$work/signature"
verify "$work/text" || fail 'signature'
[ "$(sed -n 1p "$work/text")" = "$name" ] || fail 'origin'
size=$(sed -n 2p "$work/text") root=$(sed -n 3p "$work/text")

# RFC 9162, 2.1.3.2
fn=$(sed -n 's/^index //p' "$work/proof") sn=$((size - 1))
[ "$fn" -lt "$size" ] || fail 'index'
{ printf '\000'; cat "$entry"; } | sha256 > "$work/hash"
for sibling in $(sed '1d;/^extra /d;/^index /d' "$work/proof"); do
  [ "$sn" -gt 0 ] || fail 'too many hashes'
  printf '%s' "$sibling" | base64 -d > "$work/sibling"
  if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
    { printf '\001'; cat "$work/sibling" "$work/hash"; } | sha256 > "$work/next"
    while [ $((fn % 2)) -eq 0 ] && [ "$fn" -gt 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
  else
    { printf '\001'; cat "$work/hash" "$work/sibling"; } | sha256 > "$work/next"
  fi
  mv "$work/next" "$work/hash"
  fn=$((fn / 2)) sn=$((sn / 2))
done
[ "$sn" -eq 0 ] && [ "$(base64 -w 0 < "$work/hash")" = "$root" ] || fail 'root'
echo "verified entry $(sed -n 's/^index //p' "$work/proof") of $size"

# tlog-cosignature: eight bytes of time stand before the signature, which is over the time and the checkpoint's text.
for witness in "$@"; do
  read_key "$witness" 04
  found=$(find_signature)
  [ -n "$found" ] || fail "not cosigned by $name"
  time=$((0x$(printf '%s' "$found" | cut -c1-16)))
  printf '%s' "$found" | cut -c17- | xxd -r -p > "$work/signature"
  { printf 'cosignature/v1\ntime %s\n' "$time"; cat "$work/text"; } > "$work/cosigned"
  verify "$work/cosigned" || fail "cosignature by $name"
  echo "seen by $name at $time"
done
