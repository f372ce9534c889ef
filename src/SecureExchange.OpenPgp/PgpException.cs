namespace SecureExchange.OpenPgp;

/// <summary>Hostile, broken or refused OpenPGP data. The only exception that this engine throws for its
/// input.</summary>
/// <remarks>The message says what was wrong, where, and what to do; it never repeats the data.</remarks>
public sealed class PgpException : Exception
{
    internal PgpException(PgpError error, string message, long? offset = null, Exception? inner = null)
        : base(message, inner)
    {
        Error = error;
        Offset = offset;
    }

    /// <summary>What it is about.</summary>
    public PgpError Error { get; }

    /// <summary>Where, in octets from the start of the binary data (after the armor's removal); null where no place can
    /// be named, or where naming it would tell an attacker something.</summary>
    public long? Offset { get; }
}
