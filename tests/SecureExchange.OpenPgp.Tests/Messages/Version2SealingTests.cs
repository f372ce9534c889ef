using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Version 2 encrypted data as we write it.</summary>
public sealed class Version2SealingTests(OpenPgpJs js) : IClassFixture<OpenPgpJs>
{
    private static readonly SecretKey s_key = ModernKey.Generate("Reader <reader@example.org>", Clock.Now.AddMinutes(-1));

    [Theory]
    [InlineData(64)]
    [InlineData(1024)]
    [InlineData(65_536)]
    [InlineData(1 << 22)]
    public async Task Messages_of_every_size_come_back(int chunkSize)
    {
        // What stands before and behind the plaintext moves the edges of chunks and parts past each other.
        int[] sizes = [0, 1, 40, 50, 56, 57, 58, 500, 1000, 1016, 65_530, 131_060, 131_066, 131_072, 262_144, 400_000, 5_000_000];
        foreach (var size in sizes)
        {
            var plaintext = Sealing.Plaintext(size);
            var message = await Sealing.SealAsync(plaintext, Options() with { ChunkSize = chunkSize, Signers = [s_key] });

            var (opened, verified) = await Sealing.OpenAsync(message, s_key, s_key.Certificate);

            Assert.Equal(plaintext, opened);
            Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
        }
    }

    [Fact]
    public async Task The_pieces_in_which_plaintext_comes_leave_no_trace()
    {
        var plaintext = Sealing.Plaintext(700_000);
        var whole = await Sealing.SealAsync(plaintext, Options());
        foreach (var piece in new[] { 1000, 65_536, 131_071, 131_072, 131_073, 262_144 })
        {
            var message = await Sealing.SealAsync(plaintext, Options(), piece);

            Assert.Equal(whole.Length, message.Length);
            Assert.Equal(plaintext, (await Sealing.OpenAsync(message, s_key)).Plaintext);
        }
    }

    [Fact]
    public async Task OpenPGP_js_reads_it()
    {
        foreach (var size in new[] { 0, 1, 511, 65_536, 300_000 })
        {
            foreach (var armor in new[] { false, true })
            {
                var plaintext = Sealing.Plaintext(size);
                var message = await Sealing.SealAsync(plaintext, Options() with { Signers = [s_key], Armor = armor, ChunkSize = 4096 });

                var read = await js.DecryptAsync(message, new() { Keys = [s_key.ToBytes()], Verifiers = [s_key.Certificate.ToBytes()] });

                Assert.Equal(plaintext, read.Data);
                Assert.True(read.Good);
            }
        }
    }

    /// <summary>RFC 9580 A.8.</summary>
    [Fact]
    public async Task The_sample_of_the_standard_is_read()
    {
        using var key = SecretKey.Read(Vectors.Read("openpgp/bouncycastle/extracted/EncryptedMessagePacketTest--V6_SECRET_KEY.asc"));
        var message = Vectors.Read("openpgp/bouncycastle/extracted/EncryptedMessagePacketTest--X25519_AEAD_OCB_MESSAGE.asc");

        Assert.Equal("Hello, world!"u8.ToArray(), (await Sealing.OpenAsync(message, key)).Plaintext);
    }

    [Fact]
    public async Task No_octet_of_a_message_can_be_altered_or_left_out()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(200), Options() with { ChunkSize = 64, Signers = [s_key] });
        var options = new OpenOptions { Keys = [s_key], Verifiers = [s_key.Certificate], Now = Clock.Now };
        for (var at = 0; at < message.Length; at++)
        {
            var altered = message.ToArray();
            altered[at] ^= (byte)(1 << (at % 8));

            Assert.NotNull(await Sealing.FailureAsync(altered, options));
            Assert.NotNull(await Sealing.FailureAsync(message[..at], options));
        }
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("curve25519Legacy")]
    [InlineData("nistP256")]
    public async Task Session_keys_reach_the_keys_of_old_algorithms(string kind)
    {
        var made = await js.GenerateAsync(
            "Old <old@example.org>", kind == "rsa" ? new { type = "rsa", rsaBits = 2048 } : new { type = "ecc", curve = kind });
        using var key = SecretKey.Read(made.Secret);
        var plaintext = Sealing.Plaintext(1000);
        var message = await Sealing.SealAsync(plaintext, Options() with { Recipients = [key.Certificate] });

        Assert.Equal(plaintext, (await Sealing.OpenAsync(message, key)).Plaintext);
        Assert.Equal(plaintext, (await js.DecryptAsync(message, new() { Keys = [made.Secret] })).Data);
    }

    [Fact]
    public async Task A_hidden_recipient_isnt_named_and_reads_it()
    {
        var plaintext = Sealing.Plaintext(1000);
        foreach (var format in new[] { SealFormat.Version1, SealFormat.Version2 })
        {
            var message = await Sealing.SealAsync(
                plaintext, Options() with { Recipients = [], HiddenRecipients = [s_key.Certificate], Signers = [s_key], Format = format });

            var named = format == SealFormat.Version1 ? s_key.Certificate.Subkeys[0].Packet.Fingerprint.ToBytes()[^8..] : s_key.Certificate.Subkeys[0].Packet.Fingerprint.ToBytes();
            Assert.Equal(-1, message.AsSpan().IndexOf(named));
            var (opened, verified) = await Sealing.OpenAsync(message, s_key, s_key.Certificate);
            Assert.Equal(plaintext, opened);
            Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
            Assert.Equal(plaintext, (await js.DecryptAsync(message, new() { Keys = [s_key.ToBytes()] })).Data);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(96)]
    [InlineData(65_537)]
    [InlineData(1 << 23)]
    public void A_chunk_size_that_the_format_doesnt_have_is_the_callers_fault(int chunkSize)
    {
        Assert.Throws<ArgumentException>(() => PgpMessage.Seal(Stream.Null, Options() with { ChunkSize = chunkSize }));
    }

    [Theory]
    [InlineData(AeadAlgorithm.Eax)]
    [InlineData(AeadAlgorithm.Ocb)]
    [InlineData(AeadAlgorithm.Gcm)]
    public async Task Every_mode_is_written_as_its_reader_wants_it(AeadAlgorithm mode)
    {
        foreach (var size in new[] { 1, 64, 200, 131_072, 500_000 })
        {
            var packets = Chunked.Literal(Sealing.Plaintext(size));
            using var sessionKey = SessionKey.Random();
            var output = new MemoryStream();
            output.Write(ModernKey.SessionKeyPacket(s_key.Certificate, sessionKey, Clock.Now));
            using var message = new MessageOutput(output, armor: false);
            using var writer = new IntegrityProtectedDataV2Writer(message, ChunkLayout.New(CipherAlgorithm.Aes256, mode, 64), sessionKey);
            await writer.StartAsync(CancellationToken.None);
            await writer.AppendAsync(packets, CancellationToken.None);
            Assert.Equal(packets.Length, writer.Length);
            await writer.CompleteAsync(CancellationToken.None);

            Assert.Equal(Sealing.Plaintext(size), (await Sealing.OpenAsync(output.ToArray(), s_key)).Plaintext);
            Assert.Equal(Sealing.Plaintext(size), (await js.DecryptAsync(output.ToArray(), new() { Keys = [s_key.ToBytes()] })).Data);
        }
    }

    private static SealOptions Options() => new() { Recipients = [s_key.Certificate], Now = Clock.Now, Format = SealFormat.Version2 };
}
