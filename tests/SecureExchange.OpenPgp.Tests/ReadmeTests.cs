using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests;

/// <summary>The examples of the engine's README: they stand in this file too, where they are compiled and run.</summary>
public sealed class ReadmeTests
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task The_examples_work()
    {
        using var ours = SecretKey.Generate("Ours <o@example.org>", _clock.GetUtcNow());
        var plaintext = Messages.Sealing.Plaintext(1_000_000);
        var sealedMessage = new MemoryStream();
        await SealAsync(_clock, new MemoryStream(plaintext), sealedMessage, ours.Certificate.ToBytes(), ours, CancellationToken.None);
        sealedMessage.Position = 0;
        var staged = new MemoryStream();
        await OpenAsync(_clock, sealedMessage, staged, ours, ours.Certificate, CancellationToken.None);
        Assert.Equal(plaintext, staged.ToArray());
        await SignAsync(_clock, new MemoryStream(plaintext), new MemoryStream(plaintext), ours, CancellationToken.None);
        Assert.StartsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----", Keys(_clock, ours.Certificate), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromDays(1));
        var (locked, newest) = Change(_clock, ours, ours.Certificate, "correct horse"u8);
        using var opened = SecretKey.Read(locked, "correct horse"u8);
        Assert.Equal(newest.ToBytes(), opened.Certificate.ToBytes());
    }

    [Fact]
    public void The_README_has_the_examples_that_are_compiled_here()
    {
        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "src/SecureExchange.OpenPgp/README.md"));
        var here = Words(File.ReadAllText(Path.Combine(Checkout.Root, "tests/SecureExchange.OpenPgp.Tests/ReadmeTests.cs")));
        var examples = readme.Split("```csharp").Skip(1).Select(part => part.Split("```")[0]).ToList();
        Assert.Equal(5, examples.Count);
        Assert.All(examples, example => Assert.Contains(Words(example), here, StringComparison.Ordinal));

        static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task SealAsync(
        TimeProvider clock, Stream plaintextInput, Stream sealedOutput, byte[] partnersCertificate, SecretKey ourKey, CancellationToken ct)
    {
        var recipient = Certificate.Read(partnersCertificate);
        await using var writer = PgpMessage.Seal(sealedOutput, new SealOptions
        {
            Recipients = [recipient],
            Signers = [ourKey],
            Now = clock.GetUtcNow(),
        });
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = await plaintextInput.ReadAsync(buffer, ct)) > 0) await writer.WriteAsync(buffer.AsMemory(0, read), ct);
        await writer.CompleteAsync(ct);
    }

    private static async Task OpenAsync(
        TimeProvider clock, Stream sealedInput, Stream staged, SecretKey ourKey, Certificate partner, CancellationToken ct)
    {
        await using var message = await PgpMessage.OpenAsync(sealedInput, new OpenOptions
        {
            Keys = [ourKey],
            Verifiers = [partner],
            Now = clock.GetUtcNow(),
        }, ct);
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = await message.Plaintext.ReadAsync(buffer, ct)) > 0) await staged.WriteAsync(buffer.AsMemory(0, read), ct);
        var verified = await message.VerifyAsync(ct);
        if (!verified.Signatures.Any(s => s.Status == SignatureStatus.Good && s.Signer == partner.Fingerprint))
            throw new InvalidOperationException("not signed by the partner");
    }

    private static async Task SignAsync(TimeProvider clock, Stream data, Stream sameData, SecretKey ourKey, CancellationToken ct)
    {
        var signed = await PgpSignature.SignDetachedAsync(data, new SignOptions
        {
            Signers = [ourKey],
            Now = clock.GetUtcNow(),
            Armor = true,
        }, ct);
        var verdict = await PgpSignature.VerifyDetachedAsync(sameData, signed.Octets, new VerifyOptions
        {
            Verifiers = [ourKey.Certificate],
            Now = clock.GetUtcNow(),
        }, ct);
        if (!verdict.IsSigned) throw new InvalidOperationException("nobody whom we know signed this");
    }

    private static string Keys(TimeProvider clock, Certificate partner)
    {
        using var key = SecretKey.Generate(new KeyOptions
        {
            UserIds = ["Gateway <gateway@example.org>"],
            CreatedAt = clock.GetUtcNow(),
            ValidFor = TimeSpan.FromDays(730),
        });
        var certificate = key.Certificate.ToArmor();
        partner.RequireUsableForEncryption(clock.GetUtcNow());
        return certificate;
    }

    private static (byte[] Locked, Certificate Newest) Change(
        TimeProvider clock, SecretKey ourKey, Certificate storedCopy, ReadOnlySpan<byte> passphrase)
    {
        using var edit = ourKey.Edit(clock.GetUtcNow());
        using var renewed = edit.SetExpiry(clock.GetUtcNow().AddDays(730)).RotateSubkey(SubkeyUse.Encrypt).Finish();
        var locked = renewed.ToBytes(passphrase);
        var newest = storedCopy.Merge(renewed.Certificate);
        return (locked, newest);
    }
}
