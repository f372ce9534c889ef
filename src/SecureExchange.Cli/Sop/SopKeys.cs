using System.Security.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary>Reads the CERTS and KEYS of the draft.</summary>
internal static class SopKeys
{
    private static readonly int s_most = PgpLimits.Default.MaxCertificate;

    /// <summary>Reads the certificates that arguments name.</summary>
    internal static async Task<List<Certificate>> CertificatesAsync(IEnumerable<string> names)
    {
        var certificates = new List<Certificate>();
        foreach (var name in names) certificates.Add(Named(name, Certificate.Read, await SopInput.ReadAsync(name, s_most)));
        return certificates;
    }

    /// <summary>Reads the secret keys that arguments name, and opens them.</summary>
    /// <exception cref="SopException">None of the passwords opens one.</exception>
    internal static async Task<List<SecretKey>> SecretKeysAsync(SopCall call, IEnumerable<string> names)
    {
        var keys = new List<SecretKey>();
        var passwords = await KeyPasswordsAsync(call);
        foreach (var name in names)
        {
            keys.Add(Unlocked(call, name, await SopInput.ReadAsync(name, s_most), passwords)
                ?? throw Locked(name));
        }

        return keys;
    }

    /// <summary>Reads one secret key from the input of a subcommand, and opens it.</summary>
    internal static async Task<SecretKey> SecretKeyFromInputAsync(SopCall call)
    {
        var octets = await SopInput.ReadAllAsync(call.Input, s_most) ?? throw new SopException(SopExit.BadData, $"stdin: more than {s_most} octets");
        return Unlocked(call, "stdin", octets, await KeyPasswordsAsync(call)) ?? throw Locked("stdin");
    }

    internal static SopException Locked(string name) =>
        new(SopExit.KeyIsProtected, $"{name}: the secret key is protected, and no --with-key-password opens it");

    internal static async Task<List<SopPassword>> KeyPasswordsAsync(SopCall call)
    {
        var passwords = new List<SopPassword>();
        foreach (var name in call.Arguments.All(SopOption.WithKeyPassword))
            passwords.AddRange((await SopPassword.ReadAsync(name)).Select(call.Keep));
        return passwords;
    }

    /// <returns>Null where none of the passwords opens it.</returns>
    internal static SecretKey? Unlocked(SopCall call, string name, byte[] octets, IEnumerable<SopPassword> passwords)
    {
        try
        {
            foreach (var password in passwords.Select(p => p.Octets).Prepend(default))
            {
                try
                {
                    return call.Keep(SecretKey.Read(octets, password.Span));
                }
                catch (PgpException e) when (e.Error == PgpError.WrongPassphrase)
                {
                    // The next may.
                }
                catch (PgpException e)
                {
                    throw new SopException(SopExits.Of(e.Error, SopExit.BadData), $"{name}: {e.Message}");
                }
            }

            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    private static T Named<T>(string name, Func<ReadOnlyMemory<byte>, PgpLimits?, T> read, byte[] octets)
    {
        try
        {
            return read(octets, null);
        }
        catch (PgpException e)
        {
            throw new SopException(SopExits.Of(e.Error, SopExit.BadData), $"{name}: {e.Message}");
        }
    }
}
