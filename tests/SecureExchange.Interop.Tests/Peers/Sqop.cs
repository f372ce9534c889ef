using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>Sequoia, through the Stateless OpenPGP interface (draft-dkg-openpgp-stateless-cli).</summary>
internal sealed class Sqop : Implementation
{
    private readonly TempFolder _folder = new();

    public override string Name => "sqop";

    public override async Task<string> VersionAsync() => (await RunAsync(null, "version")).Succeeded().Text.Trim();

    public override async Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder)
    {
        string[] locked = passphrase is null ? [] : ["--with-key-password", await FileAsync("locked", passphrase)];
        var secret = Accepted(await RunAsync(null, ["generate-key", "--no-armor", .. locked, userId]));
        var certificate = Accepted(await RunAsync(secret, "extract-cert", "--no-armor"));
        return new TestKey(userId, secret, certificate, folder) { Passphrase = passphrase };
    }

    public override async Task<byte[]> WriteAsync(Form form, byte[] data)
    {
        if (form.Compression != Compression.None) throw NotOffered("doesn't compress");
        if (form.Hidden) throw NotOffered("names recipients");
        string[] binary = form.Armor || form.Shape == SignatureShape.Cleartext ? [] : ["--no-armor"];
        string[] unlocking = form.Signer?.Passphrase is { } locked ? ["--with-key-password", await FileAsync("locked", locked)] : [];
        if (!form.IsEncrypted)
        {
            string[] command = form.Shape switch
            {
                SignatureShape.Detached => ["sign", .. binary],
                SignatureShape.Cleartext => ["inline-sign", "--as", "clearsigned"],
                _ => ["inline-sign", .. binary],
            };
            return Accepted(await RunAsync(data, [.. command, .. unlocking, "--", form.Signer!.SecretFile]));
        }

        string[] signing = form.Signer is null ? [] : ["--sign-with", form.Signer.SecretFile];
        string[] password = form.Passphrase is null ? [] : ["--with-password", await FileAsync("password", form.Passphrase)];
        return Accepted(await RunAsync(
            data, ["encrypt", .. binary, .. signing, .. unlocking, .. password, "--", .. form.Recipients.Select(key => key.CertificateFile)]));
    }

    public override async Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data)
    {
        if (data is not null)
        {
            Accepted(await RunAsync(data, "verify", "--", await FileAsync("sig", message), form.Signer!.CertificateFile));
            return [];
        }

        if (!form.IsEncrypted) return Accepted(await RunAsync(message, "inline-verify", form.Signer!.CertificateFile));
        var found = _folder.File("found");
        File.Delete(found);
        string[] verifying = form.Signer is null ? [] : ["--verifications-out", found, "--verify-with", form.Signer.CertificateFile];
        string[] password = form.Passphrase is null ? [] : ["--with-password", await FileAsync("password", form.Passphrase)];
        string[] unlocking = form.Reader?.Passphrase is { } locked ? ["--with-key-password", await FileAsync("locked", locked)] : [];
        string[] keys = form.Reader is null ? [] : [form.Reader.SecretFile];
        var plaintext = Accepted(await RunAsync(message, ["decrypt", .. verifying, .. password, .. unlocking, "--", .. keys]));
        if (form.Signer is not null && (await File.ReadAllTextAsync(found)).Trim().Length == 0) throw new PeerRefusedException(Name, "found no valid signature");
        return plaintext;
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    private Task<string> FileAsync(string name, string text) => FileAsync(name, System.Text.Encoding.UTF8.GetBytes(text));

    private async Task<string> FileAsync(string name, byte[] octets)
    {
        await File.WriteAllBytesAsync(_folder.File(name), octets);
        return _folder.File(name);
    }

    private byte[] Accepted(PeerResult result) => Accepted(result, _ => true);

    private static Task<PeerResult> RunAsync(byte[]? input, params string[] arguments) => Peer.RunAsync("sqop", arguments, input);
}
