using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>RNP, which Thunderbird uses.</summary>
internal sealed class Rnp : Implementation
{
    private readonly TempFolder _folder = new();

    public override string Name => "RNP";

    public override async Task<string> VersionAsync() => (await Peer.RunAsync("rnp", ["--version"])).Succeeded().Text.Split('\n')[0];

    public override async Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder)
    {
        Accepted(await KeysAsync(passphrase, "--generate-key", "--userid", userId));
        return new TestKey(
            userId,
            Accepted(await KeysAsync(passphrase, "--export-key", "--secret", userId)),
            Accepted(await KeysAsync(passphrase, "--export-key", userId)),
            folder)
        {
            Passphrase = passphrase,
        };
    }

    public override async Task<byte[]> WriteAsync(Form form, byte[] data)
    {
        if (form.Hidden) throw NotOffered("names recipients");
        if (form.IsText) throw NotOffered("signs octets only");
        if (form.CoSigner is null && form.Signer is not null && form.Recipients.Any(key => key != form.Signer)) throw new InvalidOperationException("one key at a time");
        var arguments = new List<string>();
        if (form.Compression == Compression.None) arguments.AddRange(["-z", "0"]);
        else arguments.AddRange(["-z", "6", form.Compression == Compression.Bzip2 ? "--bzip" : $"--{form.Compression.ToString().ToLowerInvariant()}"]);
        if (form.Armor) arguments.Add("--armor");
        if (form.Protection == Protection.LibrePgp) arguments.Add("--aead=OCB");
        if (form.Recipients.Count > 0) arguments.Add("--encrypt");
        foreach (var key in form.Recipients) arguments.AddRange(["--recipient", key.UserId]);
        if (form.Passphrase is not null) arguments.AddRange(["--symmetric", "--cipher", "AES256"]);
        if (form.Signer is not null)
        {
            foreach (var key in form.Signers) arguments.AddRange(["--userid", key.UserId]);
            arguments.AddRange(form.Shape switch
            {
                SignatureShape.Detached => ["--sign", "--detach"],
                SignatureShape.Cleartext => ["--clearsign"],
                _ => ["--sign"],
            });
        }

        return Accepted(await RunAsync(data, await RingAsync([.. form.Recipients, .. form.Signers]), form.Passphrase ?? form.Signer?.Passphrase, [.. arguments]));
    }

    public override async Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data)
    {
        var ring = await RingAsync([form.Reader, .. form.Signers]);
        PeerResult result;
        if (data is null)
        {
            result = await RunAsync(message, ring, form.Passphrase ?? form.Reader?.Passphrase, "--decrypt");
        }
        else
        {
            await File.WriteAllBytesAsync(_folder.File("data.sig"), message);
            await File.WriteAllBytesAsync(_folder.File("data"), data);
            result = await RunAsync(null, ring, null, "--verify", "--source", _folder.File("data"), _folder.File("data.sig"));
        }

        var plaintext = Accepted(result);
        if (form.Signer is not null && !result.Errors.Contains("Signature(s) verified successfully", StringComparison.Ordinal))
            throw new PeerRefusedException(Name, "found no valid signature");
        return plaintext;
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    /// <summary>A file with all the keys: rnp takes one.</summary>
    private async Task<string> RingAsync(params IEnumerable<TestKey?> keys)
    {
        var ring = _folder.File("ring");
        await File.WriteAllBytesAsync(ring, keys.Where(key => key is not null).Distinct().SelectMany(key => key!.Secret).ToArray());
        return ring;
    }

    private byte[] Accepted(PeerResult result) => Accepted(result, line => !line.StartsWith("Warning", StringComparison.Ordinal));

    private Task<PeerResult> RunAsync(byte[]? input, string ring, string? passphrase, params string[] arguments) => Peer.RunAsync(
        "rnp",
        ["--homedir", _folder.Path, "--keyfile", ring, "--notty", "--password", passphrase ?? "", "--output", "-", .. arguments],
        input,
        _folder.Path);

    private Task<PeerResult> KeysAsync(string? passphrase, params string[] arguments) => Peer.RunAsync(
        "rnpkeys", ["--homedir", _folder.Path, "--notty", "--password", passphrase ?? "", .. arguments], null, _folder.Path);
}
