using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>GnuPG, with a keyring of its own into which keys come when they are first used.</summary>
internal sealed class GnuPg : Implementation
{
    private readonly GpgHome _home = new();
    private readonly TempFolder _folder = new();
    private readonly Dictionary<TestKey, PeerResult> _imports = [];

    public override string Name => "GnuPG";

    public override async Task<string> VersionAsync() => (await RunAsync(null, "--version")).Text.Split('\n')[0];

    public override Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder) =>
        GenerateAsync(userId, passphrase, folder, "default", subkey: null);

    /// <summary>Makes a key of a kind.</summary>
    /// <param name="userId">Its e-mail address.</param>
    /// <param name="passphrase">What the secret key is protected with.</param>
    /// <param name="folder">Where the key's files go.</param>
    /// <param name="primary">As gpg names algorithms: <c>rsa3072</c>.</param>
    /// <param name="subkey">The same, of the encryption subkey; null where the default brings one.</param>
    public async Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder, string primary, string? subkey)
    {
        string[] locked = ["--passphrase", passphrase ?? ""];
        (await RunAsync(null, [.. locked, "--quick-generate-key", userId, primary, "default", "never"])).Succeeded();
        if (subkey is not null)
        {
            var listing = (await RunAsync(null, "--with-colons", "--list-keys", $"={userId}")).Succeeded().Text;
            var fingerprint = listing.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
            (await RunAsync(null, [.. locked, "--quick-add-key", fingerprint, subkey, "encr", "never"])).Succeeded();
        }

        return new TestKey(
            userId,
            (await RunAsync(null, [.. locked, "--export-secret-keys", $"={userId}"])).Succeeded().Output,
            (await RunAsync(null, "--export", $"={userId}")).Succeeded().Output,
            folder)
        {
            Passphrase = passphrase,
        };
    }

    public override async Task<byte[]> WriteAsync(Form form, byte[] data)
    {
        if (form.Protection == Protection.LibrePgp) throw NotOffered("has no option for it"); // --force-ocb came with 2.3.
        foreach (var key in form.Recipients.Concat(form.Signers)) await ImportAsync(key);
        var arguments = new List<string> { "--compress-algo", form.Compression.ToString().ToLowerInvariant() };
        if (form.Armor) arguments.Add("--armor");
        if (form.Passphrase is not null) arguments.AddRange(["--passphrase", form.Passphrase, "--symmetric"]);
        foreach (var key in form.Recipients) arguments.AddRange([form.Hidden ? "--hidden-recipient" : "--recipient", $"={key.UserId}"]);
        if (form.Recipients.Count > 0) arguments.Add("--encrypt");
        if (form.Signer is { } signer)
        {
            if (signer.Passphrase is not null) arguments.AddRange(["--passphrase", signer.Passphrase]);
            foreach (var key in form.Signers) arguments.AddRange(["--local-user", $"={key.UserId}"]);
            if (form.IsText) arguments.Add("--textmode");
            arguments.Add(form.Shape switch
            {
                SignatureShape.Detached => "--detach-sign",
                SignatureShape.Cleartext => "--clear-sign",
                _ => "--sign",
            });
        }

        return Accepted(await RunAsync(data, [.. arguments]));
    }

    public override async Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data)
    {
        foreach (var key in form.Signers.Append(form.Reader)) await ImportAsync(key);
        var passphrase = form.Passphrase ?? form.Reader?.Passphrase ?? "";
        PeerResult result;
        if (data is null)
        {
            result = await RunAsync(message, "--passphrase", passphrase, "--status-fd", "2", "--decrypt");
        }
        else
        {
            await File.WriteAllBytesAsync(_folder.File("sig"), message);
            result = await RunAsync(data, "--status-fd", "2", "--verify", _folder.File("sig"), "-");
        }

        var plaintext = Accepted(result);
        if (result.Errors.Split("[GNUPG:] VALIDSIG").Length - 1 < form.Signers.Count)
            throw new PeerRefusedException(Name, "found no valid signature");
        return plaintext;
    }

    public override async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        _folder.Dispose();
        await base.DisposeAsync();
    }

    private async Task ImportAsync(TestKey? key)
    {
        if (key is null) return;
        if (!_imports.TryGetValue(key, out var result))
            _imports[key] = result = await RunAsync(null, "--passphrase", key.Passphrase ?? "", "--import", key.SecretFile);
        Accepted(result);
    }

    private byte[] Accepted(PeerResult result) => Accepted(result, line => line.StartsWith("gpg: ", StringComparison.Ordinal));

    private Task<PeerResult> RunAsync(byte[]? input, params string[] arguments) => _home.RunAsync(input, arguments);
}
