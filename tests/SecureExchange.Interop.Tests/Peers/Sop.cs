using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>A program with the Stateless OpenPGP interface (draft-dkg-openpgp-stateless-cli).</summary>
internal sealed class Sop : Implementation
{
    private readonly string _program;
    private readonly string[] _before;
    private readonly bool _hasProfiles;
    private readonly TempFolder _folder = new();

    private Sop(string name, bool hasProfiles, string program, params string[] before) =>
        (Name, _hasProfiles, _program, _before) = (name, hasProfiles, program, before);

    public override string Name { get; }

    /// <summary>Sequoia.</summary>
    public static Sop Sequoia() => new("sqop", hasProfiles: false, "sqop");

    /// <summary>Our own command line.</summary>
    public static Sop Ours() => new("sx sop", hasProfiles: true, "dotnet", BuiltProgram.Cli, "sop");

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
            string[] text = form.IsText ? ["--as", "text"] : [];
            string[] command = form.Shape switch
            {
                SignatureShape.Detached => ["sign", .. text, .. binary],
                SignatureShape.Cleartext => ["inline-sign", "--as", "clearsigned"],
                _ => ["inline-sign", .. text, .. binary],
            };
            return Accepted(await RunAsync(data, [.. command, .. unlocking, "--", .. form.Signers.Select(key => key.SecretFile)]));
        }

        IEnumerable<string> signing = form.Signers.SelectMany(key => new[] { "--sign-with", key.SecretFile });
        string[] profile = _hasProfiles && form.Protection is not (Protection.Any or Protection.Version1) ? ["--profile", "rfc9580"] : [];
        string[] password = form.Passphrase is null ? [] : ["--with-password", await FileAsync("password", form.Passphrase)];
        return Accepted(await RunAsync(
            data, ["encrypt", .. profile, .. binary, .. signing, .. unlocking, .. password, "--", .. form.Recipients.Select(key => key.CertificateFile)]));
    }

    public override async Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data)
    {
        var found = _folder.File("found");
        File.Delete(found);
        var certificates = form.Signers.Select(key => key.CertificateFile);
        if (data is not null)
        {
            var result = await RunAsync(data, ["verify", "--", await FileAsync("sig", message), .. certificates]);
            RequireAll(form, System.Text.Encoding.UTF8.GetString(Accepted(result)));
            return [];
        }

        byte[] plaintext;
        if (form.IsEncrypted)
        {
            string[] verifying = form.Signer is null ? [] : ["--verifications-out", found, .. certificates.SelectMany(file => new[] { "--verify-with", file })];
            string[] password = form.Passphrase is null ? [] : ["--with-password", await FileAsync("password", form.Passphrase)];
            string[] unlocking = form.Reader?.Passphrase is { } locked ? ["--with-key-password", await FileAsync("locked", locked)] : [];
            string[] keys = form.Reader is null ? [] : [form.Reader.SecretFile];
            plaintext = Accepted(await RunAsync(message, ["decrypt", .. verifying, .. password, .. unlocking, "--", .. keys]));
        }
        else
        {
            plaintext = Accepted(await RunAsync(message, ["inline-verify", "--verifications-out", found, "--", .. certificates]));
        }

        if (form.Signer is not null) RequireAll(form, await File.ReadAllTextAsync(found));
        return plaintext;
    }

    /// <summary>A line for each good signature.</summary>
    private void RequireAll(Form form, string verifications)
    {
        var lines = verifications.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        if (lines != form.Signers.Count) throw new PeerRefusedException(Name, $"found {lines} valid signatures");
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

    private Task<PeerResult> RunAsync(byte[]? input, params string[] arguments) => Peer.RunAsync(_program, [.. _before, .. arguments], input);
}
