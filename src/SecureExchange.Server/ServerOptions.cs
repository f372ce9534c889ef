using System.Globalization;
using System.Net;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Gateway.Storage;
using SecureExchange.Server.Listening;

namespace SecureExchange.Server;

/// <summary>What the server is told at its start, from <c>--name value</c>, environment (<c>SX_NAME</c>) or defaults.</summary>
public sealed record ServerOptions
{
    /// <summary>What can be set; anything else that starts with <c>SX_</c> or <c>--</c> is an error, not a typo to live with.</summary>
    private static readonly string[] s_known =
    [
        "data", "name", "urls", "azure-connection-string-file", "azure-service", "azure-container", "azure-create-container",
        "insecure-allow-local-issuer", "max-upload-bytes", "witness-hosts", "gateway-witnesses", "notice-hosts", "wkd-hosts", "wkd-ca", "smtp", "smtp-from", "smtp-user", "smtp-password-file", "rebuild-index", "identity", "public-url",
        "tls-certificate", "tls-key", "trusted-proxy", "caller-rate", "party-rate", "party-day-bytes", "party-day-transfers", "party-stored-bytes",
        "agreement-day-bytes", "agreement-day-transfers", "agreement-stored-bytes", "root-passphrase-file", "root-vault", "root-vault-secret",
    ];

    /// <summary>Variables of the CLI's, which may stand in the same environment.</summary>
    private static readonly string[] s_others = ["url", "token", "token-file", "vectors", "config", "test-seconds", "update-public-api"];

    public required GatewayOptions Gateway { get; init; }

    /// <summary>Where to listen. Plain HTTP only on loopback.</summary>
    public required Uri Url { get; init; }

    /// <summary>The gateway's address as its callers know it, to which machines bind their assertions; null: where it listens.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The listener's certificate, with its chain, and its key; null for plain HTTP.</summary>
    public (string Certificate, string Key)? Tls { get; init; }

    /// <summary>Proxies whose word on where a request comes from is believed.</summary>
    public IReadOnlyList<IPAddress> TrustedProxies { get; init; } = [];

    /// <summary>The file that says whose tokens are taken; null: the embedded issuer's.</summary>
    public string? Identity { get; init; }

    /// <summary>The most requests a second of one caller, of which six times as many may come at once.</summary>
    public int CallerRate { get; init; }

    /// <summary>The same of all callers of one party.</summary>
    public int PartyRate { get; init; }

    /// <summary>Lets a host that calls itself production take tokens of the embedded issuer. Whoever reads its key file
    /// can be anybody.</summary>
    public bool InsecureAllowLocalIssuer { get; init; }

    /// <summary>The most bytes of one file.</summary>
    public long MaxUploadBytes { get; init; } = 100L << 30;

    /// <summary>Reads the options.</summary>
    /// <exception cref="ArgumentException">All that's wrong with them, a line each.</exception>
    public static ServerOptions Read(IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var (name, value) in environment)
        {
            var option = name.StartsWith("SX_", StringComparison.Ordinal) ? name[3..].ToLowerInvariant().Replace('_', '-') : null;
            if (option is null || s_others.Contains(option)) continue;
            if (!s_known.Contains(option)) faults.Add($"{name}: unknown; known: {Known("SX_")}");
            else values[option] = value;
        }

        for (var i = 0; i < arguments.Count; i += 2)
        {
            var option = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i][2..] : "";
            if (!s_known.Contains(option)) faults.Add($"{arguments[i]}: unknown; known: {Known("--")}");
            else if (i + 1 == arguments.Count) faults.Add($"{arguments[i]}: its value is missing");
            else values[option] = arguments[i + 1];
        }

        var url = new Uri("http://127.0.0.1:8080");
        if (values.GetValueOrDefault("urls") is { } text && !Uri.TryCreate(text, UriKind.Absolute, out url!))
            faults.Add("--urls: one URL, such as http://127.0.0.1:8080");
        var tls = ReadTls(values, url, faults);
        Uri? publicUrl = null;
        if (values.GetValueOrDefault("public-url") is { } known
            && (!Uri.TryCreate(known, UriKind.Absolute, out publicUrl) || publicUrl.Scheme is not ("http" or "https") || publicUrl is not { Query: "", Fragment: "", UserInfo: "" }))
            faults.Add("--public-url: the address by which callers know the gateway, such as https://exchange.example.com");
        var proxies = new List<IPAddress>();
        foreach (var name in values.GetValueOrDefault("trusted-proxy")?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (IPAddress.TryParse(name, out var proxy)) proxies.Add(proxy);
            else faults.Add("--trusted-proxy: IP addresses, with commas between");
        }

        var maxUpload = 100L << 30;
        if (values.GetValueOrDefault("max-upload-bytes") is { } limit && !(long.TryParse(limit, out maxUpload) && maxUpload > 0))
            faults.Add("--max-upload-bytes: a number above 0");
        int Rate(string option, int otherwise)
        {
            if (values.GetValueOrDefault(option) is not { } given) return otherwise;
            if (int.TryParse(given, out var rate) && rate is > 0 and <= 1_000_000) return rate;
            faults.Add($"--{option}: requests a second, 1 to 1000000");
            return otherwise;
        }

        var (callerRate, partyRate) = (Rate("caller-rate", 50), Rate("party-rate", 200));

        QuotaTerms Quota(string of, long? dayBytes = null, long? dayTransfers = null)
        {
            long? Limit(string option, long? otherwise)
            {
                if (values.GetValueOrDefault($"{of}-{option}") is not { } given) return otherwise;
                if (long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0) return most;
                faults.Add($"--{of}-{option}: a number above 0");
                return otherwise;
            }

            return new QuotaTerms(Limit("day-bytes", dayBytes), Limit("day-transfers", dayTransfers), Limit("stored-bytes", otherwise: null));
        }

        var (partyQuota, agreementQuota) = (Quota("party", 1L << 40, 1_000_000), Quota("agreement"));
        string? policy = null;
        if (values.GetValueOrDefault("gateway-witnesses") is { } file)
        {
            if (File.Exists(file)) policy = File.ReadAllText(file);
            else faults.Add("--gateway-witnesses: there is no such file");
        }

        var azure = Azure(values, faults);
        var mail = Mail(values, faults);
        var rootKey = RootKey(values, faults);
        if (faults.Count > 0) throw new ArgumentException(string.Join('\n', faults));
        return new ServerOptions
        {
            Gateway = new GatewayOptions
            {
                Data = Path.GetFullPath(values.GetValueOrDefault("data", "data")),
                Name = values.GetValueOrDefault("name"),
                Azure = azure,
                MaxFileBytes = maxUpload,
                PartyQuota = partyQuota,
                AgreementQuota = agreementQuota,
                RebuildIndex = values.GetValueOrDefault("rebuild-index") == "true",
                GatewayWitnesses = policy,
                WitnessHosts = Hosts(values.GetValueOrDefault("witness-hosts")),
                NoticeHosts = Hosts(values.GetValueOrDefault("notice-hosts")),
                WebKeyHosts = Hosts(values.GetValueOrDefault("wkd-hosts")),
                WebKeyAuthorities = values.GetValueOrDefault("wkd-ca"),
                Mail = mail,
                RootKey = rootKey,
            },
            Url = url!,
            PublicUrl = publicUrl,
            CallerRate = callerRate,
            PartyRate = partyRate,
            Tls = tls,
            TrustedProxies = proxies,
            Identity = values.GetValueOrDefault("identity"),
            InsecureAllowLocalIssuer = values.GetValueOrDefault("insecure-allow-local-issuer") == "true",
            MaxUploadBytes = maxUpload,
        };
    }

    private static RootKeyOptions RootKey(Dictionary<string, string> values, List<string> faults)
    {
        var options = new RootKeyOptions { PassphraseFile = values.GetValueOrDefault("root-passphrase-file") };
        if (values.GetValueOrDefault("root-vault-secret") is { } name)
        {
            if (name.Length is > 0 and < 128 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) options = options with { VaultSecret = name };
            else faults.Add("--root-vault-secret: 1 to 127 of a-z, A-Z, 0-9 and -");
        }

        if (values.GetValueOrDefault("root-vault") is not { } text) return options;
        if (Uri.TryCreate(text, UriKind.Absolute, out var vault) && vault is { Scheme: "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" })
            return options with { Vault = vault };
        faults.Add("--root-vault: the vault's address, such as https://NAME.vault.azure.net/");
        return options;
    }

    private static string[] Hosts(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static MailOptions? Mail(Dictionary<string, string> values, List<string> faults)
    {
        if (values.GetValueOrDefault("smtp") is not { } relay) return null;
        var colon = relay.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(relay[(colon + 1)..], out var port)) faults.Add("--smtp: host:port of a mail relay");
        else if (values.GetValueOrDefault("smtp-from") is not { } from) faults.Add("--smtp-from: from which address is mail sent?");
        else if (values.ContainsKey("smtp-user") != values.ContainsKey("smtp-password-file")) faults.Add("--smtp-user and --smtp-password-file: both or none");
        else return new MailOptions(relay[..colon], port, from) { User = values.GetValueOrDefault("smtp-user"), PasswordFile = values.GetValueOrDefault("smtp-password-file") };
        return null;
    }

    private static AzureBlobOptions? Azure(Dictionary<string, string> values, List<string> faults)
    {
        var file = values.GetValueOrDefault("azure-connection-string-file");
        var service = values.GetValueOrDefault("azure-service");
        if (file is null && service is null) return null;
        Uri? uri = null;
        if (service is not null && !Uri.TryCreate(service, UriKind.Absolute, out uri)) faults.Add("--azure-service: a URL");
        if (file is not null && service is not null) faults.Add("--azure-connection-string-file and --azure-service: one of them");
        if (values.GetValueOrDefault("azure-container") is not { } container)
        {
            faults.Add("--azure-container: which container?");
            return null;
        }

        return new AzureBlobOptions
        {
            Container = container,
            ConnectionStringFile = file,
            Service = uri,
            CreateContainer = values.GetValueOrDefault("azure-create-container") == "true",
        };
    }

    private static string Known(string prefix) => string.Join(
        ", ", s_known.Select(k => prefix == "--" ? $"--{k}" : $"SX_{k.ToUpperInvariant().Replace('-', '_')}"));

    private static (string Certificate, string Key)? ReadTls(Dictionary<string, string> values, Uri? url, List<string> faults)
    {
        var certificate = values.GetValueOrDefault("tls-certificate");
        var key = values.GetValueOrDefault("tls-key");
        if (url is not null && !ListenAddress.CanListen(url)) faults.Add("--urls: an IP address ([::] for all) or localhost, and a port");
        if (url is { Scheme: "http" } && !ListenAddress.IsLoopback(url)) faults.Add("--urls: plain HTTP only on loopback (127.0.0.1, localhost); elsewhere https, with --tls-certificate and --tls-key");
        if (url is { Scheme: not ("http" or "https") }) faults.Add("--urls: http or https");
        if (url is { Scheme: "https" } && (certificate is null || key is null)) faults.Add("--urls: for https also --tls-certificate and --tls-key");
        if (url is { Scheme: "http" } && (certificate ?? key) is not null) faults.Add("--tls-certificate, --tls-key: only where --urls is https");
        return certificate is null || key is null ? null : (Path.GetFullPath(certificate), Path.GetFullPath(key));
    }
}
