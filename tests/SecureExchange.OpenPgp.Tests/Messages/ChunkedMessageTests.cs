using System.Buffers.Binary;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Encrypted data in authenticated chunks: packet type 20, and version 2 of packet type 18.</summary>
public sealed class ChunkedMessageTests
{
    private const int LiteralHeader = 8; // Below 186 octets of plaintext.

    public static TheoryData<string> Kinds => ChunkedRecipient.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_size_around_the_edges_of_chunks_is_read(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        foreach (var size in new[] { 0, 1, 55, 56, 57, 63, 64, 119, 120, 121, 1000, 70_000 })
        {
            var plaintext = Sealing.Plaintext(size);
            foreach (var sizeOctet in new[] { 0, 4, 16 })
            {
                var message = recipient.Message(Chunked.Literal(plaintext), sizeOctet);
                foreach (var piece in new[] { 7, 65536 })
                {
                    var (read, _) = await Sealing.OpenAsync(new MemoryStream(message), recipient.Options, piece);
                    Assert.Equal(plaintext, read);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Chunks_of_megabytes_in_parts_are_read(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        var plaintext = Sealing.Plaintext(9_000_000);
        var pieces = Chunked.Body(recipient.Type, recipient.SessionKey, recipient.Mode, 16, Chunked.Literal(plaintext));
        byte[] body = [.. pieces.SelectMany(piece => piece)];
        using var message = new MemoryStream();
        message.Write(recipient.SessionKeyPacket);
        message.WriteByte((byte)(0xC0 | (byte)recipient.Type));
        const int Part = 1 << 13;
        var at = 0;
        for (; at + Part < body.Length; at += Part)
        {
            message.WriteByte(0xE0 | 13);
            message.Write(body, at, Part);
        }

        message.WriteByte(0xFF);
        var last = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(last, body.Length - at);
        message.Write(last);
        message.Write(body.AsSpan(at));
        message.Position = 0;

        var (read, verified) = await Sealing.OpenAsync(message, recipient.Options);

        Assert.True(plaintext.AsSpan().SequenceEqual(read));
        Assert.Equal(plaintext.Length, verified.PlaintextLength);
    }

    [Theory]
    [InlineData(CipherAlgorithm.Aes128)]
    [InlineData(CipherAlgorithm.Aes192)]
    internal async Task Shorter_keys_are_read_too(CipherAlgorithm cipher)
    {
        foreach (var mode in new[] { AeadAlgorithm.Ocb, AeadAlgorithm.Eax })
        {
            using var recipient = ChunkedRecipient.LibrePgp(mode, cipher);
            var (read, _) = await Sealing.OpenAsync(
                new MemoryStream(recipient.Message(Chunked.Literal(Sealing.Plaintext(500)))), recipient.Options);
            Assert.Equal(Sealing.Plaintext(500), read);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_flipped_bit_in_any_octet_is_never_verified(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        var message = recipient.Message(Chunked.Literal(Sealing.Plaintext(130)));
        for (var bit = 0; bit < message.Length * 8; bit += 5)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            if (await Sealing.FailureAsync(message, recipient.Options) is null)
                Assert.Fail($"bit {bit} of {message.Length} octets was flipped unseen");
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Null(await Sealing.FailureAsync(message, recipient.Options));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cut_at_any_octet_is_never_verified(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        var packets = Chunked.Literal(Sealing.Plaintext((4 * 64) - LiteralHeader - 1));
        var message = recipient.Message(packets);
        for (var length = 0; length < message.Length; length++)
        {
            var failure = await Sealing.FailureAsync(message[..length], recipient.Options);
            Assert.True(failure?.Error is PgpError.Truncated or PgpError.Malformed, $"cut to {length}: {failure}");
        }

        // Now so that the packet's length is right: only tags tell.
        var pieces = Chunked.Body(recipient.Type, recipient.SessionKey, recipient.Mode, 0, packets);
        byte[] body = [.. pieces.SelectMany(piece => piece)];
        for (var length = 0; length < body.Length; length++)
        {
            var failure = await Sealing.FailureAsync(recipient.Message([body[..length]]), recipient.Options);
            var expected = length < pieces[0].Length ? PgpError.Malformed : PgpError.DecryptionFailed;
            Assert.True(failure?.Error == expected, $"cut to {length}: {failure}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Chunks_that_are_moved_repeated_left_out_or_added_are_never_verified(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);

        // Three full chunks: fields, 0, 1, 2, final tag.
        var packets = Chunked.Literal(Sealing.Plaintext((3 * 64) - LiteralHeader));
        var p = Chunked.Body(recipient.Type, recipient.SessionKey, recipient.Mode, 0, packets);
        var longer = Chunked.Body(recipient.Type, recipient.SessionKey, recipient.Mode, 0, [.. packets, .. new byte[64]]);
        Assert.Null(await Sealing.FailureAsync(recipient.Message(p), recipient.Options));
        byte[][][] altered =
        [
            [p[0], p[2], p[1], p[3], p[4]],
            [p[0], p[1], p[1], p[2], p[3], p[4]],
            [p[0], p[1], p[2], p[3], p[3], p[4]],
            [p[0], p[2], p[3], p[4]],
            [p[0], p[1], p[3], p[4]],
            [p[0], p[1], p[2], p[4]],
            [p[0], p[1], p[2], p[3]],
            [p[0], p[4]],
            [p[0], p[1], p[2], p[3], p[4], p[4]],
            [p[0], p[1], p[2], p[3], p[4], [0]],
            [p[0], p[1], p[2], p[3], longer[4], p[4]],
            [p[0], p[1], p[2], longer[3], p[4]],
            [longer[0], p[1], p[2], p[3], p[4]],
        ];

        foreach (var pieces in altered)
            Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(recipient.Message(pieces), recipient.Options))?.Error);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_octet_of_a_chunk_comes_out_before_its_tag_was_checked(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        var plaintext = Sealing.Plaintext(180);
        var pieces = Chunked.Body(recipient.Type, recipient.SessionKey, recipient.Mode, 0, Chunked.Literal(plaintext));
        for (var chunk = 2; chunk < pieces.Count - 1; chunk++)
        {
            pieces[chunk][^1] ^= 1;
            await using var message = await PgpMessage.OpenAsync(
                new MemoryStream(recipient.Message(pieces)), recipient.Options, CancellationToken.None);
            var read = new List<byte>();
            var buffer = new byte[1000];
            var failure = await Assert.ThrowsAsync<PgpException>(async () =>
            {
                while (await message.Plaintext.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
                    read.AddRange(buffer[..count]);
            });
            Assert.Equal(PgpError.DecryptionFailed, failure.Error);
            Assert.Equal(plaintext[..((64 * (chunk - 1)) - LiteralHeader)], read);
            pieces[chunk][^1] ^= 1;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_the_fields_ask_for_is_judged_before_anything_is_decrypted(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        var pieces = Chunked.Body(recipient.Type, recipient.SessionKey, recipient.Mode, 0, Chunked.Literal([1, 2, 3]));
        foreach (var (field, value, expected) in new (int, byte, PgpError)[]
        {
            (0, 9, PgpError.UnsupportedVersion), (0, 0, PgpError.UnsupportedVersion),
            (1, 2, PgpError.UnsupportedAlgorithm), (1, 0, PgpError.UnsupportedAlgorithm),
            (2, 0, PgpError.UnsupportedAlgorithm), (2, 4, PgpError.UnsupportedAlgorithm), (2, 99, PgpError.UnsupportedAlgorithm),
            (3, 17, PgpError.LimitExceeded), (3, 56, PgpError.LimitExceeded), (3, 58, PgpError.LimitExceeded), (3, 255, PgpError.LimitExceeded),
        })
        {
            var fields = pieces[0].ToArray();
            fields[field] = value;
            var failure = await Sealing.FailureAsync(recipient.Message([fields, .. pieces[1..]]), recipient.Options);
            Assert.Equal(expected, failure?.Error);
        }

        var limits = PgpLimits.Default with { MaxChunk = 63 };
        var refused = await Sealing.FailureAsync(recipient.Message(pieces), recipient.Options with { Limits = limits });
        Assert.Equal(PgpError.LimitExceeded, refused?.Error);
        Assert.Contains("MaxChunk", refused!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GCM_has_no_place_in_packet_type_20()
    {
        using var recipient = ChunkedRecipient.LibrePgp(AeadAlgorithm.Gcm, CipherAlgorithm.Aes256);
        var failure = await Sealing.FailureAsync(recipient.Message(Chunked.Literal([1])), recipient.Options);
        Assert.Equal(PgpError.UnsupportedAlgorithm, failure?.Error);
    }

    [Fact]
    public async Task A_session_key_for_another_algorithm_fails_as_altered_data_does()
    {
        using var shorter = ChunkedRecipient.LibrePgp(AeadAlgorithm.Ocb, CipherAlgorithm.Aes128);
        using var longer = SessionKey.Random(CipherAlgorithm.Aes256);
        byte[] mixed = [.. shorter.SessionKeyPacket, .. Chunked.Packet(shorter.Type, longer, shorter.Mode, 0, Chunked.Literal([1]))];
        var altered = shorter.Message(Chunked.Literal([1]));
        altered[^1] ^= 1;

        var failures = new[] { await Sealing.FailureAsync(mixed, shorter.Options), await Sealing.FailureAsync(altered, shorter.Options) };

        Assert.All(failures, failure => Assert.Equal(PgpError.DecryptionFailed, failure?.Error));
        Assert.Single(failures.Select(failure => $"{failure!.Message} {failure.Offset} {failure.InnerException}").Distinct());
    }

    [Fact]
    public async Task Session_keys_do_not_cross_from_one_version_of_encrypted_data_to_another()
    {
        using var old = ChunkedRecipient.Of("20 Ocb");
        using var current = ChunkedRecipient.Of("18 Ocb");
        var packets = Chunked.Literal([1, 2, 3]);
        var mdc = await Resealed.EncryptAsync(packets, old.Key.Certificate, ChunkedRecipient.Now);
        var mdcStart = PacketHeader.Read(mdc, 0);
        byte[][] mixed =
        [
            [.. old.SessionKeyPacket, .. Chunked.Packet(PacketType.IntegrityProtectedData, old.SessionKey, AeadAlgorithm.Ocb, 0, packets)],
            [.. current.SessionKeyPacket, .. Chunked.Packet(PacketType.LibrePgpAeadData, current.SessionKey, AeadAlgorithm.Ocb, 0, packets)],
            [.. current.SessionKeyPacket, .. mdc[(mdcStart.Size + (int)mdcStart.Length)..]],
        ];
        var options = new OpenOptions { Keys = [old.Key, current.Key], Now = ChunkedRecipient.Now };

        foreach (var message in mixed)
            Assert.Equal(PgpError.NoMatchingKey, (await Sealing.FailureAsync(message, options))?.Error);
    }
}
