using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.OpenPgp;

/// <summary>The one place that makes a <see cref="PgpException"/>.</summary>
internal static class Throw
{
    [DoesNotReturn]
    public static void Malformed(string what, long? offset = null) => throw Error(PgpError.Malformed, what, offset);

    [DoesNotReturn]
    public static void Limit(string what, long? offset = null) => throw Error(PgpError.LimitExceeded, what, offset);

    public static PgpException Error(PgpError error, string what, long? offset = null) =>
        new(error, offset is { } at ? $"{what} (at octet {at})" : what, offset);

    /// <summary>The same error for every cause: a wrong session key, altered data, a wrong structure, a bomb. What went
    /// wrong inside data that nobody has authenticated is what an attacker asks for (EFAIL; Mister and
    /// Zuccherini).</summary>
    public static PgpException DecryptionFailed() => new(
        PgpError.DecryptionFailed,
        "the message couldn't be decrypted: it was altered or damaged, its passphrase is another one, it isn't a well-formed message, or it "
        + "exceeds a limit; "
        + "ask for it to be sent again");
}
