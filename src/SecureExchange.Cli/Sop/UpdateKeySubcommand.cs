using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop update-key</c></summary>
internal static class UpdateKeySubcommand
{
    private static readonly SopOption s_signingOnly = new("--signing-only", "add no subkey for encryption where there is none");
    private static readonly SopOption s_noAdded = new("--no-added-capabilities", "announce nothing that the key doesn't announce yet");
    private static readonly SopOption s_revoke = new("--revoke-deprecated-keys", "revoke subkeys that are too weak by now");
    private static readonly SopOption s_mergeCerts = new("--merge-certs", "add what these copies of the certificate know, certifications by others", "CERTS", Repeats: true);

    internal static SopSubcommand Create() => new("update-key", "keeps secret keys fit for use", RunAsync)
    {
        Options = [SopOption.NoArmor, s_signingOnly, s_noAdded, s_revoke, SopOption.WithKeyPassword, s_mergeCerts],
        Reads = "KEYS",
        Writes = "KEYS",
    };

    private static async Task RunAsync(SopCall call)
    {
        var keys = await SopKeys.SecretKeysFromInputAsync(call, SopOption.WithKeyPassword);
        var copies = (await SopKeys.CertificatesAsync(call.Arguments.All(s_mergeCerts))).ToLookup(copy => copy.Fingerprint);
        await call.WriteKeysAsync([.. keys.Select(key => key with { Key = call.Keep(Updated(call, key.Key, copies[key.Key.Certificate.Fingerprint])) })]);
    }

    private static SecretKey Updated(SopCall call, SecretKey key, IEnumerable<Certificate> copies)
    {
        try
        {
            using var edit = key.Edit(call.Now);
            foreach (var copy in copies) edit.Merge(copy);
            return edit.Update().Finish();
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.PrimaryKeyBad);
        }
    }
}
