using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>Sequoia, through its own command line.</summary>
internal sealed class Sequoia : Implementation
{
    private readonly TempFolder _folder = new();

    public override string Name => "sq";

    public override async Task<string> VersionAsync() => (await Peer.RunAsync("sq", ["--version"])).Succeeded().Text.Trim();

    public override async Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder)
    {
        if (passphrase is not null) throw NotOffered("asks a terminal for passphrases");
        var (secret, certificate) = (_folder.File("made.key"), _folder.File("made.cert"));
        Accepted(await RunAsync(null, "--force", "key", "generate", "--userid", userId, "--export", secret));
        Accepted(await RunAsync(null, "--force", "key", "extract-cert", "--output", certificate, secret));
        return new TestKey(userId, await File.ReadAllBytesAsync(secret), await File.ReadAllBytesAsync(certificate), folder);
    }

    public override async Task<byte[]> WriteAsync(Form form, byte[] data)
    {
        if (form.Passphrase is not null) throw NotOffered("asks a terminal for passphrases");
        if (form.Hidden) throw NotOffered("names recipients");
        string[] binary = form.Armor || form.Shape == SignatureShape.Cleartext ? [] : ["--binary"];
        if (!form.IsEncrypted)
        {
            if (form.Compression != Compression.None) throw NotOffered("doesn't compress what it signs");
            if (form.IsText) throw NotOffered("signs octets only");
            string[] shape = form.Shape switch
            {
                SignatureShape.Detached => ["--detached"],
                SignatureShape.Cleartext => ["--cleartext-signature"],
                _ => [],
            };
            return Accepted(await RunAsync(data, ["sign", .. binary, .. shape, .. Signing(form)]));
        }

        var recipients = form.Recipients.SelectMany(key => new[] { "--recipient-cert", key.CertificateFile });
        return Accepted(await RunAsync(
            data, ["encrypt", .. binary, "--compression", form.Compression.ToString().ToLowerInvariant(), .. Signing(form), .. recipients]));
    }

    public override async Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data)
    {
        if (form.Passphrase is not null || form.Reader?.Passphrase is not null) throw NotOffered("asks a terminal for passphrases");
        string[] verifying = form.Signers.Count == 0
            ? []
            : [.. form.Signers.SelectMany(key => new[] { "--signer-cert", key.CertificateFile }), "--signatures", $"{form.Signers.Count}"];
        if (form.IsEncrypted) return Accepted(await RunAsync(message, ["decrypt", .. verifying, "--recipient-key", form.Reader!.SecretFile]));
        if (data is null) return Accepted(await RunAsync(message, ["verify", .. verifying]));
        await File.WriteAllBytesAsync(_folder.File("sig"), message);
        return Accepted(await RunAsync(data, ["verify", .. verifying, "--detached", _folder.File("sig")]));
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    private static IEnumerable<string> Signing(Form form) => form.Signers.SelectMany(key => new[] { "--signer-key", key.SecretFile });

    private byte[] Accepted(PeerResult result) => Accepted(result, line => line.Contains("rror: ", StringComparison.Ordinal));

    private static Task<PeerResult> RunAsync(byte[]? input, params string[] arguments) => Peer.RunAsync("sq", arguments, input);
}
