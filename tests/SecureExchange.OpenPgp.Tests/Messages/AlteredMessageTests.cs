using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class AlteredMessageTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SecretKey s_key = SecretKey.Generate("Reader <reader@example.org>", s_now.AddDays(-1));
    private static readonly OpenOptions s_options = new() { Keys = [s_key], Verifiers = [s_key.Certificate], Now = s_now };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_with_one_flipped_bit_is_never_verified(bool signed)
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(60), s_key.Certificate, signed ? s_key : null, now: s_now);
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            if (await Sealing.FailureAsync(message, s_options) is null)
                Assert.Fail($"bit {bit} of {message.Length} octets was flipped unseen");
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Null(await Sealing.FailureAsync(message, s_options));
    }

    [Theory]
    [InlineData(60, true, false)]
    [InlineData(60, false, false)]
    [InlineData(60, true, true)]
    [InlineData(2000, false, true)]
    public async Task A_message_cut_at_any_octet_is_never_verified(int size, bool signed, bool armor)
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(size), s_key.Certificate, signed ? s_key : null, armor, now: s_now);
        var end = armor ? message.Length - 1 : message.Length; // The armor's last line end isn't missed.
        for (var length = 0; length < end; length++)
        {
            var failure = await Sealing.FailureAsync(message[..length], s_options);
            if (failure is null) Assert.Fail($"cut to {length} of {message.Length} octets unseen");
            Assert.True(failure.Error is PgpError.Truncated or PgpError.MalformedArmor or PgpError.Malformed, failure.ToString());
        }
    }

    [Fact]
    public async Task A_message_with_anything_after_it_is_never_verified()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(60), s_key.Certificate, now: s_now);

        foreach (var tail in new byte[][] { [0], [0xCA], [0xCA, 0xE0, 0], [0xCB, 0], [0xD3, 0], [0xE7, 0], [(byte)'\n'], message })
        {
            var failure = await Sealing.FailureAsync([.. message, .. tail], s_options);
            Assert.Equal(PgpError.TrailingData, failure?.Error);
        }
    }

    [Fact]
    public async Task A_part_of_a_large_message_that_is_altered_cut_out_or_repeated_is_never_verified()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(1_000_000), s_key.Certificate, s_key, now: s_now);
        const int Part = 1 + (1 << 17);
        var sessionKey = PacketHeader.Read(message, 0);
        var start = sessionKey.Size + (int)sessionKey.Length + 1; // Behind the packet type.

        byte[][] altered =
        [
            [.. message[..(start + Part)], .. message[(start + (2 * Part))..]],
            [.. message[..(start + (2 * Part))], .. message[(start + Part)..]],
            [.. message[..(start + Part)], .. message[(start + (2 * Part))..(start + (3 * Part))], .. message[(start + Part)..(start + (2 * Part))], .. message[(start + (3 * Part))..]],
        ];

        foreach (var candidate in altered)
            Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(candidate, s_options))?.Error);
        for (var at = start + 10; at < message.Length; at += 9973)
        {
            message[at] ^= 0x10;
            Assert.NotNull(await Sealing.FailureAsync(message, s_options));
            message[at] ^= 0x10;
        }
    }

    [Fact]
    public async Task A_message_that_was_not_completed_is_a_truncated_one()
    {
        foreach (var size in new[] { 0, 10, 500_000 })
        {
            var output = new MemoryStream();
            await using (var writer = PgpMessage.Seal(output, new SealOptions { Recipients = [s_key.Certificate], Now = s_now }))
                await writer.WriteAsync(Sealing.Plaintext(size), CancellationToken.None);

            var failure = await Sealing.FailureAsync(output.ToArray(), s_options);
            Assert.Equal(PgpError.Truncated, failure?.Error);
        }
    }

    [Fact]
    public async Task Compressed_data_that_asks_for_a_dictionary_fails_as_all_else_does()
    {
        byte[] compressed = [0xC8, 12, (byte)CompressionAlgorithm.Zlib, 0x78, 0x20, 1, 2, 3, 4, 0x4B, 0x4C, 0x4A, 0x06, 0];
        var message = await Resealed.EncryptAsync(compressed, s_key.Certificate, s_now);

        var failure = await Sealing.FailureAsync(message, s_options);

        Assert.Equal(PgpError.DecryptionFailed, failure?.Error);
        Assert.Null(failure?.InnerException);
    }

    [Fact]
    public async Task The_verdict_cannot_be_asked_for_before_the_plaintext_was_read()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(100), s_key.Certificate, now: s_now);
        await using var opened = await PgpMessage.OpenAsync(new MemoryStream(message), s_options, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => opened.VerifyAsync(CancellationToken.None));

        var buffer = new byte[100];
        Assert.Equal(100, await opened.Plaintext.ReadAsync(buffer, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(() => opened.VerifyAsync(CancellationToken.None));

        Assert.Equal(0, await opened.Plaintext.ReadAsync(buffer, CancellationToken.None));
        Assert.Equal(100, (await opened.VerifyAsync(CancellationToken.None)).PlaintextLength);
    }

    [Fact]
    public async Task A_message_that_failed_once_fails_for_ever()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(100), s_key.Certificate, now: s_now);
        message[^1] ^= 1;
        await using var opened = await PgpMessage.OpenAsync(new MemoryStream(message), s_options, CancellationToken.None);
        var buffer = new byte[1000];
        while (await opened.Plaintext.ReadAsync(buffer, CancellationToken.None) > 0) { }

        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<PgpException>(() => opened.VerifyAsync(CancellationToken.None));
            Assert.Equal(PgpError.DecryptionFailed, failure.Error);
        }
    }

    [Fact]
    public async Task A_write_that_failed_leaves_a_message_that_cannot_be_completed()
    {
        await using var writer = PgpMessage.Seal(new FullDisk(), new SealOptions { Recipients = [s_key.Certificate], Now = s_now });
        await Assert.ThrowsAsync<IOException>(async () => await writer.WriteAsync(new byte[10], CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteAsync(new byte[10], CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.CompleteAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Limits_hold_where_they_are_set()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(100_000), s_key.Certificate, s_key, now: s_now);

        Assert.Equal(PgpError.DecryptionFailed, await With(PgpLimits.Default with { MaxPlaintext = 99_999 }));
        Assert.Null(await With(PgpLimits.Default with { MaxPlaintext = 100_000 }));
        Assert.Equal(PgpError.DecryptionFailed, await With(PgpLimits.Default with { MaxSignatures = 0 }));
        Assert.Equal(PgpError.LimitExceeded, await With(PgpLimits.Default with { MaxRecipients = 0 }));
        Assert.Equal(PgpError.LimitExceeded, await With(PgpLimits.Default with { MaxPacket = 50 }));

        async Task<PgpError?> With(PgpLimits limits) => (await Sealing.FailureAsync(message, s_options with { Limits = limits }))?.Error;
    }

    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("no space left on device");
    }
}
