using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Streaming;
using SecureExchange.OpenPgp.Tests.Peers;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class GpgInteropTests(GpgKeys keys)
{
    private const int LiteralHeader = 6;

    private static readonly int[] s_fewSizes = [0, 1, 512, 200_000];

    // Block edges, partial-length edges of both packets, and something large.
    private static readonly int[] s_allSizes =
    [
        0, 1, 15, 16, 17, 185, 186, 187, 191, 192, 511, 512, 513, 8377, 8378, 8383, 8384,
        Parts.Size - 100, Parts.Size - LiteralHeader - 1, Parts.Size - LiteralHeader, Parts.Size - LiteralHeader + 1, Parts.Size - 1,
        Parts.Size, Parts.Size + 1, (2 * Parts.Size) - LiteralHeader - 1, (2 * Parts.Size) - LiteralHeader, (2 * Parts.Size) + 1, 5_000_000,
    ];

    public static TheoryData<string, bool> Kinds => new(
        from kind in GpgKeys.Kinds from signed in new[] { false, true } select (kind, signed));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Gpg_reads_what_we_seal(string kind, bool signed)
    {
        foreach (var size in kind == "ed25519" ? s_allSizes : s_fewSizes)
        {
            var plaintext = Sealing.Plaintext(size);
            var key = keys.Key(kind);
            var message = await Sealing.SealAsync(plaintext, key.Certificate, signed ? key : null, piece: 50_001);

            var result = (await keys.Gpg.DecryptAsync(message)).Succeeded();

            Assert.Equal(plaintext, result.Output);
            Assert.Contains("DECRYPTION_OKAY", result.Errors, StringComparison.Ordinal);
            Assert.Contains("GOODMDC", result.Errors, StringComparison.Ordinal);
            Assert.Equal(signed, result.Errors.Contains("GOODSIG", StringComparison.Ordinal));
            Assert.Equal(signed, result.Errors.Contains($"VALIDSIG {keys.Fingerprint(kind)}", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task We_read_what_gpg_seals(string kind, bool signed)
    {
        foreach (var size in kind == "ed25519" ? s_allSizes : s_fewSizes)
        {
            var plaintext = Sealing.Plaintext(size);
            string[] signing = signed ? ["--sign", "--local-user", keys.Fingerprint(kind)] : [];
            var message = (await keys.Gpg.RunAsync(
                plaintext, [.. signing, "--encrypt", "--recipient", keys.Fingerprint(kind)])).Succeeded().Output;

            var (opened, verified) = await Sealing.OpenAsync(message, keys.Key(kind), keys.Key(kind).Certificate);

            Assert.Equal(plaintext, opened);
            Assert.Equal(size, verified.PlaintextLength);
            if (!signed)
            {
                Assert.Empty(verified.Signatures);
                continue;
            }

            var signature = Assert.Single(verified.Signatures);
            Assert.Equal(SignatureStatus.Good, signature.Status);
            Assert.Equal(keys.Fingerprint(kind), signature.Signer.ToString());
            Assert.True(Clock.Now - signature.CreatedAt < TimeSpan.FromMinutes(2));
        }
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("zip", false)]
    [InlineData("zlib", false)]
    [InlineData("none", true)]
    [InlineData("zip", true)]
    [InlineData("zlib", true)]
    public async Task We_read_gpgs_compression_and_armor(string compression, bool armored)
    {
        var key = keys.Key("ed25519");
        foreach (var size in new[] { 0, 1, 3000, 1_000_000 })
        {
            var plaintext = Sealing.Plaintext(size);
            string[] armor = armored ? ["--armor", "--comment", "a comment", "--emit-version"] : [];
            var message = (await keys.Gpg.RunAsync(
                plaintext,
                [.. armor, "--compress-algo", compression, "--sign", "--local-user", keys.Fingerprint("rsa2048"), "--digest-algo", "SHA512",
                    "--encrypt", "--recipient", keys.Fingerprint("ed25519")])).Succeeded().Output;

            var (opened, verified) = await Sealing.OpenAsync(message, key, keys.Key("rsa2048").Certificate, piece: 1000);

            Assert.Equal(plaintext, opened);
            Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
        }
    }

    [Fact]
    public async Task Gpg_reads_our_armor()
    {
        foreach (var size in Enumerable.Range(0, 100).Append(500_000))
        {
            var plaintext = Sealing.Plaintext(size);
            var message = await Sealing.SealAsync(plaintext, keys.Ours.Certificate, keys.Ours, armor: true, piece: 777);

            Assert.True(PgpMessage.LooksLikePgp(message));
            Assert.Equal(plaintext, (await keys.Gpg.DecryptAsync(message)).Succeeded().Output);
        }
    }

    [Fact]
    public async Task Each_of_several_recipients_reads_the_message()
    {
        var plaintext = Sealing.Plaintext(10_000);
        var message = await Sealing.SealAsync(plaintext, new SealOptions
        {
            Recipients = [keys.Key("rsa2048").Certificate, keys.Key("nistp256").Certificate, keys.Key("ed25519").Certificate],
            Signers = [keys.Ours, keys.Key("rsa2048")],
            Now = Clock.Now,
        });

        foreach (var kind in new[] { "rsa2048", "nistp256", "ed25519" })
        {
            var (opened, verified) = await Sealing.OpenAsync(message, keys.Key(kind), keys.Ours.Certificate);
            Assert.Equal(plaintext, opened);
            Assert.Equal([SignatureStatus.UnknownSigner, SignatureStatus.Good], verified.Signatures.Select(s => s.Status));
        }

        var gpg = (await keys.Gpg.DecryptAsync(message)).Succeeded();
        Assert.Equal(plaintext, gpg.Output);
        Assert.Matches($"VALIDSIG {keys.Ours.Certificate.Subkeys[0].Packet.Fingerprint} .* {keys.Ours.Certificate.Fingerprint}", gpg.Errors);
        Assert.Contains($"VALIDSIG {keys.Fingerprint("rsa2048")}", gpg.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa2048")]
    public async Task A_hidden_recipient_reads_the_message(string kind)
    {
        var message = (await keys.Gpg.RunAsync(
            Sealing.Plaintext(100), "--encrypt", "--hidden-recipient", keys.Fingerprint(kind))).Succeeded().Output;

        Assert.Equal(Sealing.Plaintext(100), (await Sealing.OpenAsync(message, keys.Key(kind))).Plaintext);
    }

    [Theory]
    [InlineData("AES")]
    [InlineData("AES192")]
    [InlineData("AES256")]
    public async Task Every_AES_key_size_is_read(string cipher)
    {
        foreach (var kind in new[] { "ed25519", "rsa3072" })
        {
            var message = (await keys.Gpg.RunAsync(
                Sealing.Plaintext(10_000), "--cipher-algo", cipher, "--encrypt", "--recipient", keys.Fingerprint(kind))).Succeeded().Output;

            Assert.Equal(Sealing.Plaintext(10_000), (await Sealing.OpenAsync(message, keys.Key(kind))).Plaintext);
        }
    }

    [Theory]
    [InlineData("3DES")]
    [InlineData("CAST5")]
    public async Task An_old_cipher_is_the_one_decryption_failure(string cipher)
    {
        var message = (await keys.Gpg.RunAsync(
            Sealing.Plaintext(1000), "--cipher-algo", cipher, "--encrypt", "--recipient",
            keys.Fingerprint("ed25519"))).Succeeded().Output;

        var failure = await Sealing.FailureAsync(message, new OpenOptions { Keys = [keys.Key("ed25519")], Now = Clock.Now });

        Assert.Equal(PgpError.DecryptionFailed, failure?.Error);
    }

    [Theory]
    [InlineData("one\ntwo\nthree\n")]
    [InlineData("one\r\ntwo\r\nno line end")]
    [InlineData("")]
    [InlineData("\n\n\n")]
    public async Task A_text_mode_signature_is_good_over_either_line_end(string text)
    {
        var message = (await keys.Gpg.RunAsync(
            System.Text.Encoding.UTF8.GetBytes(text), "--textmode", "--sign", "--local-user", keys.Fingerprint("ed25519"), "--encrypt",
            "--recipient", keys.Fingerprint("ed25519"))).Succeeded().Output;

        var (_, verified) = await Sealing.OpenAsync(message, keys.Key("ed25519"), keys.Key("ed25519").Certificate, piece: 1);

        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
    }

    [Fact]
    public async Task A_message_to_somebody_else_names_whom_it_is_for()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(10), keys.Key("rsa2048").Certificate);

        var failure = await Sealing.FailureAsync(message, new OpenOptions { Keys = [keys.Key("ed25519")], Now = Clock.Now });

        Assert.Equal(PgpError.NoMatchingKey, failure?.Error);
        Assert.Contains(keys.Key("rsa2048").Certificate.Subkeys[0].Packet.KeyId.ToString("X16", System.Globalization.CultureInfo.InvariantCulture), failure!.Message, StringComparison.Ordinal);
    }
}
