using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop revoke-key</c></summary>
internal static class RevokeKeySubcommand
{
    internal static SopSubcommand Create() => new("revoke-key", "makes certificates that say that their keys must not be used", RunAsync)
    {
        Options = [SopOption.NoArmor, SopOption.WithKeyPassword],
        Reads = "KEYS",
        Writes = "CERTS",
        Notes =
            """
            The revocation names no reason, so that it counts for all times: what the keys signed before is worth nothing either.
            Hand the output to everybody who has the certificates.
            """,
    };

    private static async Task RunAsync(SopCall call)
    {
        var keys = await SopKeys.SecretKeysFromInputAsync(call, SopOption.WithKeyPassword);
        await call.WriteCertificatesAsync([.. keys.Select(key => Revoked(call, key.Key))]);
    }

    private static Certificate Revoked(SopCall call, SecretKey key)
    {
        try
        {
            return key.Certificate.With(key.MakeRevocation(call.Now));
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.PrimaryKeyBad);
        }
    }
}
