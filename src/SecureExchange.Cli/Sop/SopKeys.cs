using System.Security.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary>Reads the CERTS and KEYS of the draft: each may hold several.</summary>
internal static class SopKeys
{
    private const string Stdin = "stdin";

    private static readonly int s_most = PgpLimits.Default.MaxKeyring;

    /// <summary>Reads the certificates that arguments name, of those who may have signed: without those of an unknown version.</summary>
    internal static Task<List<Certificate>> CertificatesAsync(IEnumerable<string> names) => CertificatesAsync(names, skipsUnknownVersions: true);

    /// <summary>Reads the certificates that arguments name, of those who are to read a message.</summary>
    /// <exception cref="SopException">One is of an unknown version: its owner couldn't read it, and nobody would have said so.</exception>
    internal static Task<List<Certificate>> RecipientsAsync(IEnumerable<string> names) => CertificatesAsync(names, skipsUnknownVersions: false);

    /// <summary>Reads the certificates that stand on stdin.</summary>
    /// <exception cref="SopException">One is of an unknown version: it wouldn't be judged, or would be missing from the output.</exception>
    internal static async Task<IReadOnlyList<Certificate>> CertificatesFromInputAsync(SopCall call) =>
        ReadCertificates(Stdin, await ReadInputAsync(call), skipsUnknownVersions: false);

    /// <summary>Reads the secret keys that arguments name, and opens them.</summary>
    /// <exception cref="SopException">None of the passwords opens one.</exception>
    internal static async Task<List<SecretKey>> SecretKeysAsync(SopCall call, IEnumerable<string> names)
    {
        var keys = new List<SecretKey>();
        var passwords = await PasswordsAsync(call, SopOption.WithKeyPassword);
        foreach (var name in names)
            keys.AddRange(Open(call, name, await SopInput.ReadAsync(name, s_most), passwords).Select(key => (key ?? throw Locked(name)).Key));
        return keys;
    }

    /// <summary>Reads the secret keys that arguments name, and opens those that it can.</summary>
    /// <returns>The keys, and the names of those that no password opens.</returns>
    internal static async Task<(List<SecretKey> Keys, List<string> Locked)> OpenableAsync(SopCall call, IEnumerable<string> names)
    {
        var (keys, locked) = (new List<SecretKey>(), new List<string>());
        var passwords = await PasswordsAsync(call, SopOption.WithKeyPassword);
        foreach (var name in names)
        {
            foreach (var key in Open(call, name, await SopInput.ReadAsync(name, s_most), passwords))
            {
                if (key is null) locked.Add(name);
                else keys.Add(key.Key);
            }
        }

        return (keys, locked);
    }

    /// <summary>Reads the secret keys that stand on stdin, and opens them.</summary>
    internal static async Task<List<SopKey>> SecretKeysFromInputAsync(SopCall call, SopOption passwords)
    {
        var opened = Open(call, Stdin, await ReadInputAsync(call), await PasswordsAsync(call, passwords));
        return [.. opened.Select(key => key ?? throw new SopException(SopExit.KeyIsProtected, $"{Stdin}: a secret key is protected, and no {passwords.Name} opens it"))];
    }

    /// <summary>Reads the certificates of the secret keys that stand on stdin, which need no password.</summary>
    internal static async Task<List<Certificate>> CertificatesOfKeysFromInputAsync(SopCall call)
    {
        var octets = await ReadInputAsync(call);
        try
        {
            return [.. SecretKeyRing.Split(octets).Select(key => ReadCertificate(key))];
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.BadData, Stdin);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }

        static Certificate ReadCertificate(Memory<byte> key)
        {
            var certificate = SecretKeyRing.Certificate(key);
            CryptographicOperations.ZeroMemory(key.Span);
            return certificate;
        }
    }

    internal static SopException Locked(string name) =>
        new(SopExit.KeyIsProtected, $"{name}: the secret key is protected, and no {SopOption.WithKeyPassword.Name} opens it");

    private static async Task<byte[]> ReadInputAsync(SopCall call) =>
        await SopInput.ReadAllAsync(call.Input, s_most) ?? throw new SopException(SopExit.BadData, $"{Stdin}: more than {s_most} octets");

    private static async Task<List<SopPassword>> PasswordsAsync(SopCall call, SopOption option)
    {
        var passwords = new List<SopPassword>();
        foreach (var name in call.Arguments.All(option)) passwords.AddRange((await SopPassword.ReadAsync(name)).Select(call.Keep));
        return passwords;
    }

    private static async Task<List<Certificate>> CertificatesAsync(IEnumerable<string> names, bool skipsUnknownVersions)
    {
        var certificates = new List<Certificate>();
        foreach (var name in names)
            certificates.AddRange(ReadCertificates(name, await SopInput.ReadAsync(name, s_most), skipsUnknownVersions));
        return certificates;
    }

    private static IReadOnlyList<Certificate> ReadCertificates(string name, byte[] octets, bool skipsUnknownVersions)
    {
        try
        {
            return Certificate.ReadAll(octets, skipsUnknownVersions: skipsUnknownVersions);
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.BadData, name);
        }
    }

    /// <returns>For each key it opened, or null where no password opens it.</returns>
    private static List<SopKey?> Open(SopCall call, string name, byte[] octets, List<SopPassword> passwords)
    {
        try
        {
            var keys = new List<SopKey?>();
            foreach (var key in SecretKeyRing.Split(octets))
            {
                keys.Add(Open(call, key, passwords));
                CryptographicOperations.ZeroMemory(key.Span);
            }

            return keys;
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.BadData, name);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    private static SopKey? Open(SopCall call, Memory<byte> key, List<SopPassword> passwords)
    {
        foreach (var password in passwords.Prepend(null))
        {
            try
            {
                return new SopKey(call.Keep(SecretKey.Read(key, password is null ? default : password.Octets.Span)), password);
            }
            catch (PgpException e) when (e.Error == PgpError.WrongPassphrase)
            {
                // The next may.
            }
        }

        return null;
    }
}
