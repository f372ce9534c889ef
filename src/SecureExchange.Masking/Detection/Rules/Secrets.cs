namespace SecureExchange.Masking.Detection.Rules;

/// <summary>Keys and tokens of clouds and interfaces: whoever has one is let in.</summary>
internal static class Secrets
{
    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("PRIVATE_KEY", "", ""),
        new("PASSWORD", "", ""),
        new("AWS_ACCESS_KEY", "", "aws access key", new PatternRule(@"(AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[A-Z2-7]{16}", 95) { CaseMatters = true }),
        new("AWS_SECRET_KEY", "", "aws secret", new PatternRule(@"[A-Za-z\d/+]{40}", 30, IsMixed) { CaseMatters = true, Alone = true }) { OnlyWithContext = true },
        new("AZURE_KEY", "", "azure accountkey sharedaccesskey secret",
            new(@"(AccountKey|SharedAccessKey)=[A-Za-z\d/+]{43,88}={0,2}", 95), new(@"[\w_~.-]{3}[78]Q~[\w_~.-]{31,34}", 90) { CaseMatters = true }),
        new("GCP_API_KEY", "", "google gcp api key", new(@"AIza[\w_-]{35}", 95) { CaseMatters = true }, new(@"GOCSPX-[\w_-]{28}|ya29\.[\w_-]{20,400}", 95) { CaseMatters = true }),
        new("GITHUB_TOKEN", "", "github token", new PatternRule(@"gh[pousr]_\w{36,251}|github_pat_\w{22}_\w{59}", 95) { CaseMatters = true }),
        new("SLACK_TOKEN", "", "slack token", new PatternRule(@"xox[abeoprs](\.xox[bp])?-[\w-]{10,250}|xapp-\d-[\w-]{20,200}", 95) { CaseMatters = true }),
        new("STRIPE_KEY", "", "stripe key", new PatternRule(@"(sk|rk|pk)_(live|test)_\w{16,120}|whsec_\w{24,64}", 95) { CaseMatters = true }),
        new("JWT", "", "bearer token jwt authorization", new PatternRule(@"eyJ[\w_-]{10,}\.eyJ[\w_-]{10,}\.[\w_-]{10,}", 95) { CaseMatters = true, Alone = true }),
        new("API_KEY", "", "api key token secret apikey",
            new PatternRule(@"sk-(ant-|proj-|svcacct-)?[\w_-]{20,200}|SG\.[\w_-]{22}\.[\w_-]{43}|(glpat|gldt|glrt)-[\w_-]{20,64}|npm_\w{36}|pypi-[\w_-]{50,250}|hf_[A-Za-z]{34}|dop_v1_[\da-f]{64}|shp(at|ca|pa|ss)_[\da-fA-F]{32}|key-[\da-f]{32}|(AC|SK)[\da-f]{32}|hvs\.[\w_-]{24,200}|lin_api_\w{40}|sq0(atp|csp)-[\w_-]{22,43}", 90) { CaseMatters = true }),
    ];

    /// <summary>Letters of both cases and digits; a path or a word of that length is none.</summary>
    private static bool IsMixed(ReadOnlySpan<byte> match) =>
        match.ContainsAnyInRange((byte)'a', (byte)'z') && match.ContainsAnyInRange((byte)'A', (byte)'Z') && match.ContainsAnyInRange((byte)'0', (byte)'9');
}
