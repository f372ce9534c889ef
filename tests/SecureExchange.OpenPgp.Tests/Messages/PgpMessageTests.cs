using System.Text;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class PgpMessageTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SecretKey s_key = SecretKey.Generate("Reader <reader@example.org>", s_now.AddDays(-1));
    private static readonly SealOptions s_seal = new() { Recipients = [s_key.Certificate], Signers = [s_key], Now = s_now };
    private static readonly OpenOptions s_open = new() { Keys = [s_key], Verifiers = [s_key.Certificate], Now = s_now };

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(Parts.Size - 7)]
    [InlineData(Parts.Size - 6)]
    [InlineData(Parts.Size)]
    [InlineData(Parts.Size + 1)]
    [InlineData(300_000)]
    public async Task Pieces_of_any_size_make_the_same_message(int piece)
    {
        foreach (var size in new[] { 0, 1, 5000, Parts.Size, (3 * Parts.Size) + 17 })
        {
            if (size / piece > 20_000) continue;
            var plaintext = Sealing.Plaintext(size);
            var message = await Sealing.SealAsync(plaintext, s_seal, piece);

            var (opened, verified) = await Sealing.OpenAsync(new MemoryStream(message), s_open, piece);

            Assert.Equal(plaintext, opened);
            Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
            // Where parts begin and end doesn't depend on how the plaintext came.
            Assert.Equal((await Sealing.SealAsync(plaintext, s_seal)).Length, message.Length, tolerance: 2);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_gives_one_octet_at_a_time_is_read_all_the_same(bool armor)
    {
        var plaintext = Sealing.Plaintext(200_000);
        var message = await Sealing.SealAsync(plaintext, s_seal with { Armor = armor });

        var (opened, _) = await Sealing.OpenAsync(new Trickle(message), s_open);

        Assert.Equal(plaintext, opened);
    }

    [Fact]
    public async Task Input_and_output_stay_open()
    {
        var output = new MemoryStream();
        await using (var writer = PgpMessage.Seal(output, s_seal)) await writer.CompleteAsync(CancellationToken.None);
        output.Position = 0;
        await using (await PgpMessage.OpenAsync(output, s_open, CancellationToken.None)) { }

        Assert.True(output.CanRead);
    }

    [Fact]
    public async Task Nothing_is_written_before_the_first_plaintext_or_the_end()
    {
        var output = new MemoryStream();
        await using var writer = PgpMessage.Seal(output, s_seal);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void A_message_needs_a_recipient() =>
        Assert.Throws<ArgumentException>(() => PgpMessage.Seal(Stream.Null, s_seal with { Recipients = [] }));

    [Fact]
    public void Recipients_and_signers_are_checked_before_anything_is_written()
    {
        using var expired = SecretKey.Generate("Gone <g@example.org>", s_now.AddDays(-9), TimeSpan.FromDays(2));

        Assert.Equal(
            PgpError.CertificateExpired,
            Assert.Throws<PgpException>(() => PgpMessage.Seal(Stream.Null, s_seal with { Recipients = [s_key.Certificate, expired.Certificate] })).Error);
        Assert.Equal(
            PgpError.CertificateExpired, Assert.Throws<PgpException>(() => PgpMessage.Seal(Stream.Null, s_seal with { Signers = [expired] })).Error);
    }

    [Fact]
    public async Task A_message_is_told_from_text_by_its_start()
    {
        foreach (var armor in new[] { false, true })
            Assert.True(PgpMessage.LooksLikePgp(await Sealing.SealAsync([1], s_seal with { Armor = armor })));
        foreach (var head in new[] { 0x84, 0x85, 0x86, 0x87, 0xC1 }) Assert.True(PgpMessage.LooksLikePgp([(byte)head, 0x5E, 3]));
        foreach (var text in new[] { "", "id,name", "{\"a\":1}", "\uFEFFid", "ÄÖÜ,straße", "Ωmega", "漢字", "-----BEGIN PGP PUBLIC KEY BLOCK-----" })
            Assert.False(PgpMessage.LooksLikePgp(Encoding.UTF8.GetBytes(text)));

        // 0xC1 starts no UTF-8 sequence, and 0x84 to 0x87 only continue one.
        for (var point = 0; point < 0x110000; point++)
        {
            if (point is < 0xD800 or > 0xDFFF && PgpMessage.LooksLikePgp(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(point))))
                Assert.Fail($"U+{point:X}");
        }
    }

    [Fact]
    public async Task Ten_thousand_messages_have_ten_thousand_session_keys()
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < 10_000; i++)
        {
            using var key = Crypto.SessionKey.Random();
            Assert.True(seen.Add(Convert.ToHexString(key.Key)));
        }

        var one = await Sealing.SealAsync([1, 2, 3], s_seal);
        var two = await Sealing.SealAsync([1, 2, 3], s_seal);
        Assert.NotEqual(one, two);
    }

    private sealed class Trickle(byte[] octets) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer.Length > 0 ? buffer[..1] : buffer, cancellationToken);
    }
}
