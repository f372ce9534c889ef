namespace SecureExchange.Gateway.Audit;

/// <summary>How a file came: in clear over the connection, or as an OpenPGP message, verified to its last byte.</summary>
/// <remarks>Only an intake that has verified the whole input makes one, and no event of acceptance can be written
/// without it.</remarks>
public sealed class Origin
{
    private Origin(string kind, string? signer)
    {
        Kind = kind;
        Signer = signer;
    }

    /// <summary><c>clear</c> or <c>openpgp</c>.</summary>
    public string Kind { get; }

    /// <summary>Fingerprint of the certificate whose good signature it bore; null where unsigned.</summary>
    public string? Signer { get; }

    internal static Origin Clear { get; } = new("clear", null);

    internal static Origin OpenPgp(string? signer) => new("openpgp", signer);
}
