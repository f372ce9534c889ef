namespace SecureExchange.OpenPgp.Keys;

/// <summary>How well it was checked that a user id belongs to a key. The numbers are those of the signature types (RFC 9580
/// §5.2.1.4 to §5.2.1.7).</summary>
public enum CertificationLevel
{
    /// <summary>It isn't said, as most programs have it.</summary>
    Generic = 0x10,

    /// <summary>With care: by meeting, by documents.</summary>
    Positive = 0x13,
}
