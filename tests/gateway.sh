# shellcheck shell=bash
# Sourced by the scripts that measure a gateway as it runs: starts one in a new folder, which becomes the current one, and stops it and
# removes the folder when the script ends.
bin=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/artifacts/bin
folder=
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  [ -z "$folder" ] || gpgconf --homedir "$folder/gpg" --kill all 2>/dev/null || true
  [ -z "$folder" ] || rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

start_gateway() { # folder to make one in, options…
  local base=$1 project
  shift
  for project in src/SecureExchange.Server src/SecureExchange.Cli tests/SecureExchange.Samples; do
    dotnet build "$bin/../../$project" -c Release -v quiet --nologo
  done
  folder=$(mktemp -d "$base/sx-XXXXXX")
  cd "$folder"
  unset "${!SX_@}"
  dotnet "$bin/SecureExchange.Server/release/SecureExchange.Server.dll" --data data --urls http://127.0.0.1:0 "$@" > server.log 2>&1 &
  server=$!
  for _ in $(seq 300); do
    url=$(sed -n 's/^secureexchange: listening on //p' server.log)
    [ -z "$url" ] || break
    kill -0 "$server" || { cat server.log >&2; exit 1; }
    sleep 0.1
  done
  export SX_URL=$url SX_CONFIG=$folder/config
}

sx() { dotnet "$bin/SecureExchange.Cli/release/sx.dll" "$@"; }

make_parties() { # Tokens and keys of a client and a vendor.
  sx token issue --data data --party northwind --caller t-1 --role client.admin --role client.uploader > client.token
  sx token issue --data data --party contoso --caller t-1 --role vendor.agent --role vendor.admin > vendor.token
  sx key generate --user-id "Northwind <t@northwind.example>" -o northwind > /dev/null
  sx key generate --user-id "Contoso <t@contoso.example>" -o contoso > /dev/null
}

sign_agreement() { # of agreement.yaml; prints its id
  local id
  id=$(sx agreement create agreement.yaml --token-file client.token --secret-key northwind.sec.asc 2>/dev/null)
  sx agreement sign "$id" --token-file vendor.token --secret-key contoso.sec.asc > /dev/null 2>&1
  echo "$id"
}

demo_agreement() { # The demo's, signed; prints its id.
  sx key generate --user-id "Approver <approver@northwind.example>" -o approver-1 > /dev/null
  cp "$bin/../../demo/agreement.yaml" . && cp "$bin/../../profiles/medical-claims.yaml" profile.yaml
  sign_agreement
}

# Reads requests' kinds and their times and codes: prints medians and in how many pairs the first kind was slower, and fails where
# that isn't what chance gives (4 standard deviations from half).
compare_pairs() { # answers, the first kind, what it is, the second kind, what that is
  local answers=$1
  median() { awk -v kind="$1" '$1 == kind { print $2 * 1000 }' "$answers" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
  awk -v one="$2" -v is="$3" -v other="$4" -v isnt="$5" -v a="$(median "$2")" -v b="$(median "$4")" '
    { t[$1] = $2 }
    NR % 2 == 0 { pairs++; if (t[one] > t[other]) slower++ }
    END {
      printf "%d pairs: %s %.3f ms, %s %.3f ms (medians); %s slower in %.1f %%\n", pairs, is, a, isnt, b, is, 100 * slower / pairs
      if ((slower - pairs / 2) ^ 2 > 16 * pairs / 4) { print "the time tells them apart"; exit 1 }
    }' "$answers"
}
