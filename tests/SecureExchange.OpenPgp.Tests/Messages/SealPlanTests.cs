using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>What a message is encrypted with, by what its recipients announce; and its padding.</summary>
public sealed class SealPlanTests(GpgKeys keys, OpenPgpJs js) : IClassFixture<OpenPgpJs>
{
    private static readonly SecretKey s_modern = SecretKey.Generate(new KeyOptions
    {
        UserIds = ["Modern <modern@example.org>"],
        CreatedAt = Clock.Now.AddMinutes(-1),
        Profile = KeyProfile.Version6,
    });

    [Fact]
    public async Task Version_2_is_written_where_all_recipients_announce_it()
    {
        Assert.Equal(new SealPlan(CipherAlgorithm.Aes256, AeadAlgorithm.Ocb), SealPlan.Choose(To(s_modern.Certificate)));
        Assert.Equal(new SealPlan(CipherAlgorithm.Aes256, null), SealPlan.Choose(To(keys.Key("ed25519").Certificate)));
        Assert.Equal(new SealPlan(CipherAlgorithm.Aes256, null), SealPlan.Choose(To(s_modern.Certificate, keys.Key("ed25519").Certificate)));
        Assert.Null(SealPlan.Choose(To(s_modern.Certificate) with { Passphrases = ["x"u8.ToArray()] }).Aead);
        Assert.Null(SealPlan.Choose(To(s_modern.Certificate) with { Format = SealFormat.Version1 }).Aead);

        var plaintext = Sealing.Plaintext(1000);
        foreach (var certificates in new Certificate[][] { [s_modern.Certificate], [s_modern.Certificate, keys.Ours.Certificate] })
        {
            var message = await Sealing.SealAsync(plaintext, To(certificates) with { Signers = [s_modern, keys.Ours] });
            var (opened, verified) = await Sealing.OpenAsync(message, s_modern, s_modern.Certificate);
            Assert.Equal(plaintext, opened);
            Assert.Contains(verified.Signatures, signature => signature.Status == SignatureStatus.Good);
            var read = await js.DecryptAsync(message, new()
            {
                Keys = [s_modern.ToBytes()],
                Verifiers = [s_modern.Certificate.ToBytes(), keys.Ours.Certificate.ToBytes()],
            });
            Assert.Equal(plaintext, read.Data);
            Assert.Equal(2, read.Signatures.Count);
            Assert.True(read.Good);
        }
    }

    [Fact]
    public async Task A_recipient_gets_the_mode_that_it_likes_best()
    {
        // OpenPGP.js puts first what its settings say: in browsers OCB is fifty times slower than GCM.
        var made = await js.GenerateAsync(
            "Browser <browser@example.org>",
            new { type = "curve25519", config = new { v6Keys = true, aeadProtect = true, preferredAEADAlgorithm = (int)AeadAlgorithm.Gcm } });
        using var browser = SecretKey.Read(made.Secret);

        Assert.Equal(AeadAlgorithm.Gcm, SealPlan.Choose(To(browser.Certificate)).Aead);
        Assert.Equal(
            AeadAlgorithm.Ocb,
            SealPlan.Choose(To(browser.Certificate) with { Policy = new PgpPolicy { AeadModes = [AeadAlgorithm.Ocb] } }).Aead);
        var message = await Sealing.SealAsync(Sealing.Plaintext(100_000), To(browser.Certificate));
        Assert.Equal(Sealing.Plaintext(100_000), (await js.DecryptAsync(message, new() { Keys = [made.Secret] })).Data);
    }

    [Fact]
    public async Task A_policy_that_excludes_what_everybody_reads_can_leave_nothing()
    {
        var only256 = new PgpPolicy { Ciphers = [CipherAlgorithm.Aes256], AeadModes = [AeadAlgorithm.Gcm] };
        var silent = ModernKey.Generate("Silent <silent@example.org>", Clock.Now.AddMinutes(-1)).Certificate;

        Assert.Equal(new SealPlan(CipherAlgorithm.Aes128, null), SealPlan.Choose(To(silent)));
        Assert.Equal(new SealPlan(CipherAlgorithm.Aes256, AeadAlgorithm.Gcm), SealPlan.Choose(To(silent) with { Policy = only256, Format = SealFormat.Version2 }));
        var failure = await Assert.ThrowsAsync<PgpException>(() => Sealing.SealAsync([], To(silent) with { Policy = only256 }));
        Assert.Equal(PgpError.RecipientCannotRead, failure.Error);
    }

    [Fact]
    public async Task A_padded_message_has_one_of_few_sizes_and_every_reader_drops_the_padding()
    {
        var lengths = new HashSet<int>();
        foreach (var size in Enumerable.Range(0, 300).Concat(Enumerable.Range(8100, 300)).Concat([50_000, 50_001, 51_000, 700_000]))
        {
            var plaintext = Sealing.Plaintext(size);
            var message = await Sealing.SealAsync(plaintext, To(s_modern.Certificate) with { Padding = true, ChunkSize = 1 << 22 });

            var start = PacketHeader.Read(message, 0);
            var inside = Body(message, start.Size + (int)start.Length) - 36 - 32; // One chunk: fields and salt before, two tags behind.
            Assert.Equal(inside, PaddingWriter.PaddedSize(inside));
            Assert.InRange(inside, size + 10, ((size + 10) * 1.12) + 4);
            lengths.Add(inside);
            if (size % 50 == 0) Assert.Equal(plaintext, (await js.DecryptAsync(message, new() { Keys = [s_modern.ToBytes()] })).Data);
            Assert.Equal(plaintext, (await Sealing.OpenAsync(message, s_modern)).Plaintext);
        }

        Assert.InRange(lengths.Count, 3, 60);
    }

    [Fact]
    public void Padded_sizes_are_those_of_the_paper()
    {
        // At most E = log2 L bits of length, of which log2 E + 1 behind the first are kept.
        foreach (var (length, padded) in new[] { (0L, 0L), (1, 1), (9, 10), (100, 104), (1000, 1024), (1025, 1088), (1_000_000, 1_015_808) })
            Assert.Equal(padded, PaddingWriter.PaddedSize(length));
    }

    [Fact]
    public async Task Padding_is_refused_where_a_recipient_would_refuse_the_message()
    {
        var failure = await Assert.ThrowsAsync<PgpException>(
            () => Sealing.SealAsync([], To(keys.Ours.Certificate) with { Padding = true }));

        Assert.Equal(PgpError.RecipientCannotRead, failure.Error);
    }

    /// <summary>Octets of a packet's body, whether its length is partial or not.</summary>
    private static int Body(byte[] message, int at)
    {
        var total = 0;
        for (at++; ;)
        {
            var length = BodyLength.Read(message.AsSpan(at), at);
            total += (int)length.Length;
            at += length.Size + (int)length.Length;
            if (length.Kind == LengthKind.Definite) return total;
        }
    }

    private static SealOptions To(params Certificate[] recipients) => new() { Recipients = recipients, Now = Clock.Now };
}
