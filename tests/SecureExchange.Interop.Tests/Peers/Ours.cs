using System.Text;
using SecureExchange.Interop.Tests.Forms;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>The engine of this repository.</summary>
internal sealed class Ours : Implementation
{
    public override string Name => "SecureExchange";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public override Task<string> VersionAsync() => Task.FromResult(typeof(PgpMessage).Assembly.GetName().Version!.ToString(3));

    public override Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder)
    {
        using var key = SecretKey.Generate(userId, Now.AddMinutes(-1));
        var secret = passphrase is null ? key.ToBytes() : key.ToBytes(Encoding.UTF8.GetBytes(passphrase));
        return Task.FromResult(new TestKey(userId, secret, key.Certificate.ToBytes(), folder) { Passphrase = passphrase });
    }

    public override Task<TestKey> GenerateUnderArgon2Async(string userId, string passphrase, TempFolder folder)
    {
        using var key = SecretKey.Generate(userId, Now.AddMinutes(-1));
        var secret = key.ToBytes(Encoding.UTF8.GetBytes(passphrase), SecretKeyProtection.Aead);
        return Task.FromResult(new TestKey(userId, secret, key.Certificate.ToBytes(), folder) { Passphrase = passphrase });
    }

    /// <summary>Makes a key of a kind.</summary>
    /// <param name="userId">Its e-mail address.</param>
    /// <param name="folder">Where the key's files go.</param>
    /// <param name="suite">Its algorithms.</param>
    /// <param name="profile">Its version.</param>
    public TestKey Generate(string userId, TempFolder folder, KeySuite suite, KeyProfile profile)
    {
        using var key = SecretKey.Generate(new KeyOptions { UserIds = [userId], CreatedAt = Now.AddMinutes(-1), Suite = suite, Profile = profile });
        return new TestKey(userId, key.ToBytes(), key.Certificate.ToBytes(), folder);
    }

    public override Task<byte[]> WriteAsync(Form form, byte[] data) => RefusingAsync(async () =>
    {
        if (!form.IsEncrypted) return await SignedAsync(form, data);
        if (form.Compression != Compression.None) throw NotOffered("doesn't compress");
        if (form.Protection == Protection.LibrePgp) throw NotOffered("writes what RFC 9580 has");
        using var signers = new SecretKeys(form.Signers);
        var recipients = form.Recipients.Select(key => Certificate.Read(key.Certificate)).ToList();
        var output = new MemoryStream();
        await using var writer = PgpMessage.Seal(output, new SealOptions
        {
            Recipients = form.Hidden ? [] : recipients,
            HiddenRecipients = form.Hidden ? recipients : [],
            Passphrases = Passphrases(form),
            Format = form.Protection switch
            {
                Protection.Any => SealFormat.AsRecipientsRead,
                Protection.Version1 => SealFormat.Version1,
                _ => SealFormat.Version2,
            },
            Signers = signers.All,
            IsText = form.IsText,
            Armor = form.Armor,
            Now = Now,
        });
        await writer.WriteAsync(data, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        return output.ToArray();
    });

    public override Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data) => RefusingAsync(async () =>
    {
        if (!form.IsEncrypted) return await VerifiedAsync(form, message, data);
        using var key = form.Reader is null ? null : Read(form.Reader);
        await using var opened = await PgpMessage.OpenAsync(
            new MemoryStream(message),
            new OpenOptions
            {
                Keys = key is null ? [] : [key],
                Passphrases = Passphrases(form),
                Verifiers = Verifiers(form),
                Now = Now,
            },
            CancellationToken.None);
        var plaintext = await ReadAsync(opened.Plaintext);
        Require(form, (await opened.VerifyAsync(CancellationToken.None)).Signatures);
        return plaintext;
    });

    private async Task<byte[]> SignedAsync(Form form, byte[] data)
    {
        if (form.Compression != Compression.None) throw NotOffered("doesn't compress");
        using var signers = new SecretKeys(form.Signers);
        var options = new SignOptions { Signers = signers.All, Now = Now, IsText = form.IsText, Armor = form.Armor };
        if (form.Shape == SignatureShape.Detached)
            return (await PgpSignature.SignDetachedAsync(new MemoryStream(data), options, CancellationToken.None)).Octets.ToArray();
        var output = new MemoryStream();
        await using var writer = form.Shape == SignatureShape.Cleartext
            ? PgpSignature.SignCleartext(output, options)
            : PgpSignature.SignInline(output, options);
        await writer.WriteAsync(data, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        return output.ToArray();
    }

    private async Task<byte[]> VerifiedAsync(Form form, byte[] message, byte[]? data)
    {
        var options = new VerifyOptions { Verifiers = Verifiers(form), Now = Now };
        if (data is not null)
        {
            Require(form, (await PgpSignature.VerifyDetachedAsync(new MemoryStream(data), message, options, CancellationToken.None)).Signatures);
            return [];
        }

        await using var opened = await PgpSignature.OpenAsync(new MemoryStream(message), options, CancellationToken.None);
        var plaintext = await ReadAsync(opened.Plaintext);
        var verdict = await opened.VerifyAsync(CancellationToken.None);
        Assert.Equal(form.Shape == SignatureShape.Cleartext ? SignatureForm.Cleartext : SignatureForm.Inline, verdict.Form);
        Require(form, verdict.Signatures);
        return plaintext;
    }

    private static async Task<byte[]> ReadAsync(UnauthenticatedPlaintext source)
    {
        var plaintext = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await source.ReadAsync(buffer, CancellationToken.None)) > 0) plaintext.Write(buffer, 0, read);
        return plaintext.ToArray();
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Passphrases(Form form) =>
        form.Passphrase is null ? [] : [Encoding.UTF8.GetBytes(form.Passphrase)];

    private static IReadOnlyList<Certificate> Verifiers(Form form) => [.. form.Signers.Select(key => Certificate.Read(key.Certificate))];

    private static SecretKey Read(TestKey key) =>
        SecretKey.Read(key.Secret, key.Passphrase is null ? default : Encoding.UTF8.GetBytes(key.Passphrase));

    private void Require(Form form, IReadOnlyList<SignatureResult> signatures)
    {
        Assert.Equal(form.Signers.Count, signatures.Count);
        if (signatures.FirstOrDefault(signature => signature.Status != SignatureStatus.Good) is { } refused)
            throw new PeerRefusedException(Name, $"signature: {refused.Status}");
        if (!form.IsEncrypted && form.Shape != SignatureShape.Cleartext) Assert.All(signatures, signature => Assert.Equal(form.IsText, signature.Extent!.IsText));
    }

    private async Task<byte[]> RefusingAsync(Func<Task<byte[]>> work)
    {
        try
        {
            return await work();
        }
        catch (PgpException e)
        {
            throw new PeerRefusedException(Name, $"{e.Error}: {e.Message}");
        }
    }

    /// <summary>Those who sign, for as long as they do.</summary>
    private sealed class SecretKeys(IReadOnlyList<TestKey> keys) : IDisposable
    {
        public IReadOnlyList<SecretKey> All { get; } = [.. keys.Select(Read)];

        public void Dispose()
        {
            foreach (var key in All) key.Dispose();
        }
    }
}
