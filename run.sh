#!/usr/bin/env bash
# Builds and starts the gateway with embedded storage, and seeds a demo on the first start.
# SX_DATA: its data folder (default ./data). SX_URLS: where it listens (default http://127.0.0.1:8080).
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
cd "$root"
data=${SX_DATA:-./data}
url=${SX_URLS:-http://127.0.0.1:8080}
demo=$data/demo
if ! command -v dotnet >/dev/null; then
  echo "run.sh: the .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
  exit 1
fi

bin=artifacts/bin
build() { # project, its folder under bin, its assembly
  local app=$bin/$2/release/$3.dll log
  # Built only when a source is newer: what is running from these files must not be written under it.
  [ -f "$app" ] && [ -z "$(find src tests/SecureExchange.Samples \( -name '*.cs' -o -name '*.csproj' -o -name '*.targets' -o -name '*.sql' \) -newer "$app" -print -quit)" ] && return
  echo "building $2 …"
  log=$(dotnet build "$1" -c Release -v quiet --nologo 2>&1) || { echo "$log" >&2; exit 1; }
  touch "$app"
}
build src/SecureExchange.Server SecureExchange.Server SecureExchange.Server
build src/SecureExchange.Cli SecureExchange.Cli sx
build tests/SecureExchange.Samples SecureExchange.Samples SecureExchange.Samples

dotnet "$bin/SecureExchange.Server/release/SecureExchange.Server.dll" --data "$data" --urls "$url" &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
for _ in $(seq 300); do
  kill -0 "$server" 2>/dev/null || { trap - EXIT; wait "$server"; exit 1; }
  (exec 3<>"/dev/tcp/127.0.0.1/${url##*:}") 2>/dev/null && break
  sleep 0.1
done

sx() { SX_URL=$url dotnet "$bin/SecureExchange.Cli/release/sx.dll" "$@"; }
token() { # file party caller role
  (umask 077 && sx token issue --data "$data" --party "$2" --caller "$3" --role "$4" > "$demo/$1.token")
}

mkdir -p "$demo"
token admin northwind admin-1 client.admin
token client northwind uploader-1 client.uploader
token approver northwind approver-1 client.approver
token vendor contoso agent-1 vendor.agent
token vendor-admin contoso admin-2 vendor.admin
token auditor fabrikam-audit auditor-1 auditor
token operator operations operator-1 operator
if [ ! -f "$demo/seeded" ]; then
  # Only what a user could type: the demo has no way in of its own.
  [ -f "$demo/northwind.asc" ] || sx key generate --user-id "Northwind Insurance <claims@northwind.example>" -o "$demo/northwind" >/dev/null
  [ -f "$demo/contoso.asc" ] || sx key generate --user-id "Contoso Claims Services <work@contoso.example>" -o "$demo/contoso" >/dev/null
  [ -f "$demo/approver-1.asc" ] || sx key generate --user-id "Northwind's approver <approver@northwind.example>" -o "$demo/approver-1" >/dev/null
  cp demo/agreement.yaml "$demo/agreement.yaml"
  cp profiles/medical-claims.yaml "$demo/profile.yaml"
  # Northwind writes, proposes and signs it; Contoso signs it too. Each step may have been taken before an interruption.
  sx agreement create "$demo/agreement.yaml" --token-file "$demo/admin.token" --secret-key "$demo/northwind.sec.asc" 2>/dev/null || {
    sx agreement propose northwind.claims --token-file "$demo/admin.token" 2>/dev/null || true
    sx agreement sign northwind.claims --token-file "$demo/admin.token" --secret-key "$demo/northwind.sec.asc" 2>/dev/null || true
  }
  sx agreement sign northwind.claims --token-file "$demo/vendor-admin.token" --secret-key "$demo/contoso.sec.asc" 2>/dev/null || true
  sx agreement show northwind.claims --token-file "$demo/admin.token" | grep -q '"state": "active"'
  dotnet "$bin/SecureExchange.Samples/release/SecureExchange.Samples.dll" claims --rows 100 --seed 1 > "$demo/claims.csv"
  touch "$demo/seeded"
fi

# The commands below find a gateway at the default address by themselves.
elsewhere=
[ "$url" = http://127.0.0.1:8080 ] || elsewhere="
    export SX_URL=$url"
cat <<TEXT

SecureExchange is running on $url (Ctrl-C stops it); its data is in $data

  Northwind Insurance (client) sends claims to Contoso Claims Services (vendor, offshore) under the agreement
  northwind.claims; fabrikam-audit looks on. Bearer tokens, good for 12 hours:

    client    $demo/client.token
    vendor    $demo/vendor.token
    approver  $demo/approver.token    (client.approver; approves that Contoso sees one value)
    auditor   $demo/auditor.token
    admin     $demo/admin.token       (client.admin), $demo/vendor-admin.token (vendor.admin)
    operator  $demo/operator.token

  Five commands to try, in another terminal:
$elsewhere
    id=\$(./sx send $demo/claims.csv --agreement northwind.claims --token-file $demo/client.token)
    ./sx fetch \$id --token-file $demo/vendor.token --decrypt --secret-key $demo/contoso.sec.asc -o work.csv
    back=\$(./sx return work.csv --to \$id --token-file $demo/vendor.token)
    ./sx fetch \$back --token-file $demo/client.token --decrypt --secret-key $demo/northwind.sec.asc -o result.csv
    ./sx audit verify $url --token-file $demo/auditor.token

TEXT
wait "$server"
