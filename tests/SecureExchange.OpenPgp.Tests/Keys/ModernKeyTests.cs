using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>X25519 and Ed25519 with the algorithm numbers of RFC 9580, in version 4 keys.</summary>
public sealed class ModernKeyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SecretKey s_key = ModernKey.Generate("Modern <modern@example.org>", s_now.AddDays(-1));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task What_is_sealed_to_it_and_signed_by_it_is_read(int size)
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(size), s_key.Certificate, s_key, now: s_now);

        var (plaintext, verified) = await Sealing.OpenAsync(message, s_key, s_key.Certificate, s_now);

        Assert.Equal(Sealing.Plaintext(size), plaintext);
        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
    }

    [Fact]
    public async Task One_flipped_bit_of_such_a_message_is_never_verified()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(60), s_key.Certificate, s_key, now: s_now);
        var options = new OpenOptions { Keys = [s_key], Verifiers = [s_key.Certificate], Now = s_now };
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            if (await Sealing.FailureAsync(message, options) is null)
                Assert.Fail($"bit {bit} of {message.Length} octets was flipped unseen");
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_key_comes_back_as_it_was_written()
    {
        using var again = SecretKey.Read(s_key.ToBytes());
        Assert.Equal(s_key.ToBytes(), again.ToBytes());
        Assert.Equal(s_key.Certificate.ToBytes(), Certificate.Read(s_key.Certificate.ToBytes()).ToBytes());
    }

    [Fact]
    public void One_flipped_bit_of_a_certificate_leaves_nothing_to_encrypt_to()
    {
        // In the primary key and the subkey themselves: each change breaks the self-signature over it.
        var octets = s_key.Certificate.ToBytes();
        foreach (var packet in Packet.Split(octets, octets.Length).Where(p => p.Type is PacketType.PublicKey or PacketType.PublicSubkey).ToList())
        {
            for (var bit = 0; bit < packet.Body.Length * 8; bit++)
            {
                var at = (int)packet.Offset + (bit / 8);
                octets[at] ^= (byte)(1 << (bit % 8));
                Assert.Throws<PgpException>(() => Certificate.Read(octets).RequireUsableForEncryption(s_now));
                octets[at] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Secret_parts_of_other_keys_are_refused()
    {
        var other = ModernKey.Generate("Other <other@example.org>", s_now.AddDays(-1)).ToBytes();
        var octets = s_key.ToBytes();
        var packets = Packet.Split(octets, octets.Length).Zip(Packet.Split(other, other.Length)).ToList();
        foreach (var (ours, theirs) in packets.Where(p => p.First.Type is PacketType.SecretKey or PacketType.SecretSubkey))
        {
            var mixed = octets.ToArray();
            const int Secret = 32 + 2; // And its checksum.
            theirs.Body.Span[^Secret..].CopyTo(mixed.AsSpan((int)ours.Offset + ours.Body.Length - Secret));
            Assert.Equal(PgpError.KeyMaterialMismatch, Assert.Throws<PgpException>(() => SecretKey.Read(mixed)).Error);
        }
    }

    [Fact]
    public async Task A_point_of_small_order_gives_no_session_key()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(60), s_key.Certificate, now: s_now);
        var header = PacketHeader.Read(message, 0);
        message.AsSpan(header.Size + 10, 32).Clear();

        var failure = await Sealing.FailureAsync(message, new OpenOptions { Keys = [s_key], Now = s_now });

        Assert.Equal(PgpError.DecryptionFailed, failure?.Error);
    }

    [Fact]
    public async Task A_hidden_recipient_of_version_6_is_found()
    {
        using var sessionKey = SessionKey.Random();
        byte[] message =
        [
            .. ModernKey.SessionKeyPacket(s_key.Certificate, sessionKey, s_now, hidden: true),
            .. Chunked.Packet(PacketType.IntegrityProtectedData, sessionKey, AeadAlgorithm.Ocb, 6, Chunked.Literal([1, 2, 3])),
        ];
        using var another = ModernKey.Generate("Another <another@example.org>", s_now.AddDays(-1));

        var (plaintext, _) = await Sealing.OpenAsync(
            new MemoryStream(message), new OpenOptions { Keys = [another, s_key], Now = s_now });

        Assert.Equal([1, 2, 3], plaintext);
        var failure = await Sealing.FailureAsync(message, new OpenOptions { Keys = [another], Now = s_now });
        Assert.Equal(PgpError.DecryptionFailed, failure?.Error);
    }

    [Fact]
    public void Self_signatures_that_others_made_with_algorithm_27_are_verified()
    {
        // Its encryption subkey is post-quantum, which isn't read: but its user id is bound by Ed25519.
        var certificate = Certificate.Read(Vectors.Read("openpgp/rpgp/pqc/v4-eddsa-sample-pk.asc"));
        Assert.Single(certificate.UserIds);
        var refusal = Assert.Throws<PgpException>(() => certificate.RequireUsableForEncryption(s_now));
        Assert.Equal(PgpError.AlgorithmRefused, refusal.Error);
    }
}
