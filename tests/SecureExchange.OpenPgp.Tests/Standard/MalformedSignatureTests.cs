using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>Signatures that can't be read are as good as none, and no reason to refuse the others or the message (RFC 9580
/// §5.2.5).</summary>
public sealed class MalformedSignatureTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SecretKey s_one = Generate(KeyProfile.Version6);
    private static readonly SecretKey s_two = Generate(KeyProfile.Version6);
    private static readonly byte[] s_data = [1, 2, 3];

    /// <summary>Announcement or signature of the second signer, and what becomes of its body.</summary>
    public static TheoryData<string> Defects =>
    [
        "a signature of an unknown version", "a signature of an unknown type", "a signature of an unknown algorithm",
        "a signature whose area goes beyond its end", "a signature of another salt size", "a signature cut short", "a signature of no octets",
        "an announcement of an unknown version", "an announcement of another salt size", "an announcement cut short", "an announcement with more behind",
    ];

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task The_other_signature_counts(string defect)
    {
        // Two announcements, the data, two signatures: the second announced comes first.
        var inline = await Signing.InlineAsync(s_data, new SignOptions { Signers = [s_one, s_two], Now = s_now });
        var packets = HandMade.Packets(inline);
        Assert.Equal(5, packets.Count);
        var at = defect.StartsWith("a signature", StringComparison.Ordinal) ? 3 : 1;
        packets[at] = Broken(packets[at], defect);
        var message = HandMade.Joined(packets);

        var (data, verdict) = await Signing.OpenAsync(message, new VerifyOptions { Verifiers = [s_one.Certificate, s_two.Certificate], Now = s_now });
        Assert.Equal(s_data, data);
        Judge(verdict.Signatures);

        var sealedMessage = await Resealed.EncryptAsync(message, s_one.Certificate, s_now);
        var (plaintext, verified) = await Sealing.OpenAsync(
            new MemoryStream(sealedMessage), new OpenOptions { Keys = [s_one], Verifiers = [s_one.Certificate, s_two.Certificate], Now = s_now });
        Assert.Equal(s_data, plaintext);
        Judge(verified.Signatures);

        static void Judge(IReadOnlyList<SignatureResult> signatures)
        {
            Assert.Equal(2, signatures.Count);
            Assert.Equal(SignatureStatus.Unsupported, signatures[0].Status);
            Assert.Equal(SignatureStatus.Good, signatures[1].Status);
            Assert.Equal(s_one.Certificate.Fingerprint, signatures[1].Signer);
        }
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task Before_the_data_and_apart_from_them_too(string defect)
    {
        if (!defect.StartsWith("a signature", StringComparison.Ordinal)) return; // There are no announcements there.
        var list = await Signing.DetachedAsync(s_data, new SignOptions { Signers = [s_one, s_two], Now = s_now });
        var packets = HandMade.Packets(list);
        packets[0] = Broken(packets[0], defect);
        var options = new VerifyOptions { Verifiers = [s_one.Certificate, s_two.Certificate], Now = s_now };

        var detached = await Signing.VerifyAsync(s_data, HandMade.Joined(packets), options);
        var (data, prefixed) = await Signing.OpenAsync(HandMade.Joined([.. packets, Chunked.Literal(s_data)]), options);

        Assert.Equal(s_data, data);
        foreach (var verdict in new[] { detached, prefixed })
            Assert.Equal([SignatureStatus.Unsupported, SignatureStatus.Good], verdict.Signatures.Select(s => s.Status));
    }

    private static byte[] Broken(byte[] packet, string defect)
    {
        var body = packet[PacketHeader.Read(packet, 0).Size..];
        var type = PacketHeader.Read(packet, 0).Type;
        switch (string.Join(' ', defect.Split(' ').Skip(2)))
        {
            case "of an unknown version":
                body[0] = 99;
                break;
            case "of an unknown type":
                body[1] = 0x7F;
                break;
            case "of an unknown algorithm":
                body[3] = 99;
                break;
            case "whose area goes beyond its end":
                body[4] = 0x7F;
                break;
            case "of another salt size":
                var salt = type == PacketType.OnePassSignature ? 4 : SignaturePacket.Read(body, 0).HashedPart.Length + 4 + 2;
                body[salt] = 15;
                break;
            case "cut short":
                body = type == PacketType.OnePassSignature ? [.. body[..20], 1] : body[..10];
                break;
            case "with more behind":
                body = [.. body, 1];
                break;
            case "of no octets":
                body = [];
                break;
            default:
                throw new ArgumentException(defect, nameof(defect));
        }

        return HandMade.Packet(type, body);
    }

    private static SecretKey Generate(KeyProfile profile) =>
        SecretKey.Generate(new KeyOptions { UserIds = ["Owner <o@example.org>"], CreatedAt = s_now.AddDays(-1), Profile = profile });
}
