namespace SecureExchange.Cli.Sop;

/// <summary>A named choice of algorithms.</summary>
/// <param name="Name">Its own name.</param>
/// <param name="Description">For a person.</param>
/// <param name="Aliases">The draft's names for what one wants rather than for what one gets.</param>
internal sealed record SopProfile(string Name, string Description, params string[] Aliases)
{
    private const string Rfc4880Name = "rfc4880";

    /// <summary>The first is the default.</summary>
    internal static IReadOnlyDictionary<string, SopProfile[]> BySubcommand { get; } = new Dictionary<string, SopProfile[]>
    {
        [GenerateKeySubcommand.Name] =
        [
            new(Rfc4880Name, "version 4 keys, Ed25519 and Curve25519, that GnuPG since 2.1 reads", "default", "compatibility"),
            new("rfc9580", "version 6 keys, Ed25519 and X25519, that announce authenticated encryption", "security", "performance"),
        ],
        [EncryptSubcommand.Name] =
        [
            new(Rfc4880Name, "encrypted data of version 1, AES-256, that everybody reads", "default", "compatibility"),
            new("rfc9580", "authenticated chunks, version 2, where every certificate announces them, or there are only passwords", "security", "performance"),
        ],
    };

    /// <summary>Whether it is the newer of the two.</summary>
    internal bool IsRfc9580 => Name != Rfc4880Name;

    /// <summary>The profile that <c>--profile</c> names, or the default.</summary>
    /// <exception cref="SopException">There is no such profile.</exception>
    internal static SopProfile Chosen(string subcommand, SopArguments arguments)
    {
        var profiles = BySubcommand[subcommand];
        if (arguments.One(SopOption.Profile) is not { } name) return profiles[0];
        return Array.Find(profiles, profile => profile.Name == name || profile.Aliases.Contains(name))
            ?? throw new SopException(SopExit.UnsupportedProfile, $"{subcommand} has no profile {name}; it has {string.Join(", ", profiles.SelectMany(p => p.Aliases.Prepend(p.Name)))}");
    }
}
