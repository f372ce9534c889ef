#!/bin/sh
# Checks a tlog-proof by hand, with openssl, base64, xxd and the shell: what an auditor can do on any machine.
#   verify-proof.sh PROOF ENTRY VKEY
# Works in a temporary folder; exit 0 and a line on success.
set -eu
proof=$1 entry=$2 vkey=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "not verified: $1" >&2; exit 1; }
sha256() { openssl dgst -sha256 -binary; }

# The proof ends at its first empty line; the checkpoint follows, and its signed text ends at the next one.
sed -n '1,/^$/p' "$proof" | sed '$d' > "$work/proof"
sed '1,/^$/d' "$proof" > "$work/note"
sed -n '1,/^$/p' "$work/note" | sed '$d' > "$work/text"
[ "$(sed -n 1p "$work/proof")" = 'c2sp.org/tlog-proof@v1' ] || fail 'not a tlog-proof'

# signed-note: name+keyid+base64(0x01 || key). An Ed25519 SubjectPublicKeyInfo is twelve fixed bytes and the key.
name=${vkey%%+*} rest=${vkey#*+}
keyid=${rest%%+*} encoded=${rest#*+}
printf '302a300506032b6570032100' | xxd -r -p > "$work/key.der"
printf '%s' "$encoded" | base64 -d | tail -c +2 >> "$work/key.der"
signature=$(sed '1,/^$/d' "$work/note" | grep -F "— $name " | head -n 1 | sed 's/.* //')
[ "$(printf '%s' "$signature" | base64 -d | head -c 4 | xxd -p)" = "$keyid" ] || fail 'signed by another key'
printf '%s' "$signature" | base64 -d | tail -c +5 > "$work/signature"
openssl pkeyutl -verify -pubin -inkey "$work/key.der" -keyform DER -rawin -in "$work/text" -sigfile "$work/signature" \
  > /dev/null 2>&1 || fail 'signature'
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
