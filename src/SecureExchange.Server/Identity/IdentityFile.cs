using System.Net;
using Microsoft.IdentityModel.Tokens;
using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>Reads the file that <c>--identity</c> names.</summary>
internal sealed class IdentityFile
{
    private const int MaxBytes = 1 << 20;

    private static readonly string[] s_algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly string _folder;
    private readonly List<string> _faults = [];
    private readonly Dictionary<PartyId, IReadOnlySet<Role>> _parties = [];

    private IdentityFile(string folder) => _folder = folder;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ArgumentException">All that's wrong with it, a line each.</exception>
    internal static IdentitySettings Read(string path)
    {
        if (!File.Exists(path)) throw new ArgumentException($"--identity: there is no {path}");
        if (new FileInfo(path).Length > MaxBytes) throw new ArgumentException($"--identity: {path} has more than {MaxBytes} bytes");
        return Parse(File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path));
    }

    /// <param name="text">The file's text.</param>
    /// <param name="folder">Where the paths in it start.</param>
    /// <param name="name">What to call it in messages.</param>
    internal static IdentitySettings Parse(string text, string folder, string name)
    {
        var file = new IdentityFile(folder);
        var settings = StrictSection.Parse(text, file._faults) is { } root ? file.ReadRoot(root) : null;
        return file._faults.Count == 0
            ? settings!
            : throw new ArgumentException(string.Join('\n', file._faults.Select(fault => $"{name}: {fault}")));
    }

    private IdentitySettings ReadRoot(StrictSection root)
    {
        foreach (var (name, kinds) in root.Lists("parties"))
        {
            if (PartyOf(name, root, "parties") is not { } party) continue;
            _parties[party] = Roles(kinds, root);
        }

        if (_parties.Count == 0) root.Fault("parties", "'parties' says who there is: at least one, as in  northwind: [client]");
        var issuers = root.Named("issuers").Select(issuer => ReadIssuer(issuer.Name, issuer.Section)).OfType<IssuerSettings>().ToList();
        var machines = root.List("machines").Select(ReadMachine).OfType<Machine>().ToList();
        var embedded = ReadEmbedded(root.Section("embedded-issuer"));
        root.RejectUnknown();
        CheckTogether(root, issuers, machines, embedded);
        return new IdentitySettings(_parties, issuers, machines, embedded);
    }

    private static HashSet<Role> Roles(IReadOnlyList<string> kinds, StrictSection root)
    {
        var roles = new HashSet<Role>();
        foreach (var kind in kinds)
        {
            var known = Enum.GetValues<Role>().Where(r => RoleNames.Of(r).Split('.')[0] == kind).ToList();
            if (known.Count == 0) root.Fault("parties", "a party is client, vendor, auditor or operator, or several of these");
            roles.UnionWith(known);
        }

        return roles;
    }

    private IssuerSettings? ReadIssuer(string name, StrictSection section)
    {
        var before = _faults.Count;
        var isEntra = OneOf(section, "kind", "entra", "oidc", required: true) == "entra";
        var byClaim = isEntra ? null : section.Section("parties");
        var partyOf = Map(isEntra ? section.Pairs("tenants") : byClaim?.Pairs("values"), isEntra ? section : byClaim, isEntra ? "tenants" : "values");
        var party = isEntra ? null : section.Text("party") is { } fixedParty ? PartyOf(fixedParty, section, "party") : null;
        if (isEntra && partyOf.Count == 0) section.Fault("tenants", "'tenants' says which tenant is which party; at least one");
        if (!isEntra && section.Has("party") == section.Has("parties")) section.Fault("party", "either 'party' or 'parties', which of a claim's values is which party");
        if (byClaim is not null && partyOf.Count == 0) byClaim.Fault("values", "'values' says which value of the claim is which party; at least one");
        var caller = section.Section("caller");
        var roles = section.Section("roles");
        var settings = new IssuerSettings
        {
            Name = name,
            Kind = isEntra ? IssuerKind.Entra : IssuerKind.Oidc,
            Authority = Authority(section),
            Audience = section.Text("audience", required: true) ?? "",
            Party = party,
            PartyClaim = isEntra ? "tid" : byClaim?.Text("claim", required: true),
            PartyOf = partyOf,
            PartyOfClient = isEntra ? Map(section.Pairs("clients"), section, "clients") : new Dictionary<string, PartyId>(),
            CallerClaim = caller?.Text("claim") ?? (isEntra ? "oid" : "sub"),
            CallerPrefix = Prefix(caller),
            HashCallers = caller is not null && OneOf(caller, "form", "hash", "plain") == "hash",
            RolesClaim = roles?.Text("claim") ?? "roles",
            RoleOf = roles is null ? null : RoleOf(roles),
            Algorithms = Algorithms(section),
            ClockSkew = TimeSpan.FromSeconds(section.Number("clock-skew", 30, 0, 120)),
            Device = section.Section("device-sign-in") is { } device ? ReadDevice(device) : null,
        };
        foreach (var part in (StrictSection?[])[section, byClaim, caller, roles]) part?.RejectUnknown();
        return _faults.Count == before ? settings : null;
    }

    private static DeviceSignIn ReadDevice(StrictSection section)
    {
        var device = new DeviceSignIn(
            section.Text("client-id", required: true) ?? "", section.Text("scope") ?? "openid offline_access", section.Text("resource"));
        section.RejectUnknown();
        return device;
    }

    private Machine? ReadMachine(StrictSection section)
    {
        var before = _faults.Count;
        var party = section.Text("party", required: true) is { } name ? PartyOf(name, section, "party") : null;
        if (!CallerId.TryParse(section.Text("caller", required: true), out var caller)) section.Fault("caller", "'caller' is 1 to 64 of A-Z, a-z, 0-9 and . _ @ -");
        var roles = new List<Role>();
        foreach (var text in section.Texts("roles"))
        {
            if (!RoleNames.TryParse(text, out var role)) section.Fault("roles", $"a role is one of {string.Join(", ", RoleNames.All)}");
            else if (party is { } known && !_parties[known].Contains(role)) section.Fault("roles", "'parties' doesn't let this party have such a role");
            else roles.Add(role);
        }

        if (roles.Count == 0) section.Fault("roles", "'roles' is missing");
        var file = section.Text("key-file", required: true);
        var (key, algorithm, fault) = file is null ? default : PublicKeyFile.Read(Path.Combine(_folder, file));
        if (fault is not null) section.Fault("key-file", fault);
        section.RejectUnknown();
        return _faults.Count == before && party is { } of ? new Machine(new Caller(of, caller, roles), key!, algorithm) : null;
    }

    private HashSet<PartyId> ReadEmbedded(StrictSection? section)
    {
        if (section is null) return [];
        var parties = section.Texts("parties").Select(name => PartyOf(name, section, "parties")).OfType<PartyId>().ToHashSet();
        if (parties.Count == 0) section.Fault("parties", "'parties' says for whom the embedded issuer may speak; at least one");
        section.RejectUnknown();
        return parties;
    }

    /// <summary>What no part shows by itself.</summary>
    private static void CheckTogether(StrictSection root, List<IssuerSettings> issuers, List<Machine> machines, HashSet<PartyId> embedded)
    {
        if (issuers.Count == 0 && machines.Count == 0 && embedded.Count == 0) root.Fault("issuers", "nobody could sign in: name issuers, machines or both");
        foreach (var same in issuers.GroupBy(i => i.Authority).Where(g => g.Count() > 1))
            root.Fault("issuers", $"{string.Join(" and ", same.Select(i => i.Name))} have the same authority: one token must have one reading");
        var speakers = from issuer in issuers
                       from party in issuer.Parties
                       group issuer by (party, issuer.CallerPrefix) into alike
                       where alike.Count() > 1
                       select alike;
        foreach (var alike in speakers)
            root.Fault("issuers", $"{string.Join(" and ", alike.Select(i => i.Name))} both speak for {alike.Key.party}: give their callers different prefixes");
        foreach (var same in machines.GroupBy(m => (m.Caller.Party, m.Caller.Id)).Where(g => g.Count() > 1))
            root.Fault("machines", $"{same.Key.Party}/{same.Key.Id} is there twice");
    }

    private PartyId? PartyOf(string name, StrictSection section, string key)
    {
        if (!PartyId.TryParse(name, out var party)) section.Fault(key, "a party is 2 to 32 of a-z, 0-9 and -, starting with a letter");
        else if (section.Path.Length > 0 && !_parties.ContainsKey(party)) section.Fault(key, $"{party} isn't in 'parties'");
        else return party;
        return null;
    }

    private Dictionary<string, PartyId> Map(IReadOnlyDictionary<string, string>? pairs, StrictSection? section, string key)
    {
        var map = new Dictionary<string, PartyId>(StringComparer.Ordinal);
        foreach (var (value, name) in pairs ?? new Dictionary<string, string>())
        {
            if (PartyOf(name, section!, key) is { } party) map[value] = party;
        }

        return map;
    }

    private static Dictionary<string, Role>? RoleOf(StrictSection section)
    {
        if (!section.Has("values")) return null;
        var map = new Dictionary<string, Role>(StringComparer.Ordinal);
        foreach (var (value, name) in section.Pairs("values"))
        {
            if (RoleNames.TryParse(name, out var role)) map[value] = role;
            else section.Fault("values", $"a role is one of {string.Join(", ", RoleNames.All)}");
        }

        return map;
    }

    private static string Prefix(StrictSection? section)
    {
        var prefix = section?.Text("prefix") ?? "";
        if (prefix.Length > 16 || (prefix.Length > 0 && !CallerId.TryParse(prefix, out _))) section!.Fault("prefix", "'prefix' is at most 16 of A-Z, a-z, 0-9 and . _ @ -");
        return prefix;
    }

    private static Uri Authority(StrictSection section)
    {
        var text = section.Text("authority", required: true);
        if (text is null) return new Uri("https://invalid");
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Query: "", Fragment: "", UserInfo: "" }
            && (uri.Scheme == "https" || (uri.Scheme == "http" && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))))
            return uri;
        section.Fault("authority", "'authority' is an https URL without query (http only to a loopback address)");
        return new Uri("https://invalid");
    }

    private static IReadOnlyList<string> Algorithms(StrictSection section)
    {
        if (!section.Has("algorithms")) return [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];
        var algorithms = section.Texts("algorithms");
        if (algorithms.Count == 0 || algorithms.Any(a => !s_algorithms.Contains(a))) section.Fault("algorithms", $"'algorithms' are of {string.Join(", ", s_algorithms)}");
        return algorithms;
    }

    private static string? OneOf(StrictSection section, string key, string one, string other, bool required = false)
    {
        var text = section.Text(key, required);
        if (text is not null && text != one && text != other) section.Fault(key, $"'{key}' is {one} or {other}");
        return text;
    }
}
