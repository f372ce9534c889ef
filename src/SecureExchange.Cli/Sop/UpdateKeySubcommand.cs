using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop update-key</c></summary>
internal static class UpdateKeySubcommand
{
    private static readonly SopOption s_signingOnly = new("--signing-only", "add no subkey for encryption where there is none");
    private static readonly SopOption s_noAdded = new("--no-added-capabilities", "add no subkey at all");
    private static readonly SopOption s_revokeDeprecated = new("--revoke-deprecated-keys", "revoke subkeys that are too weak by now");
    private static readonly SopOption s_mergeCerts = new("--merge-certs", "add what these copies of the certificate know, certifications by others", "CERTS", Repeats: true);

    internal static SopSubcommand Create() => new("update-key", "keeps secret keys fit for use", RunAsync)
    {
        Options = [SopOption.NoArmor, s_signingOnly, s_noAdded, s_revokeDeprecated, SopOption.WithKeyPassword, s_mergeCerts],
        Reads = "KEYS",
        Writes = "KEYS",
        Notes =
            """
            Makes self-signatures with SHA-1 anew, extends what has expired by its first lifetime, and adds a subkey where none may
            sign or be encrypted to. A revoked key stays revoked.
            """,
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
            if (call.Arguments.Has(s_revokeDeprecated)) edit.RevokeRefused();
            SubkeyUse[]? mayAdd = call.Arguments.Has(s_noAdded) ? [] : call.Arguments.Has(s_signingOnly) ? [SubkeyUse.Sign] : null;
            return edit.Update(mayAdd: mayAdd).Finish();
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.PrimaryKeyBad);
        }
    }
}
