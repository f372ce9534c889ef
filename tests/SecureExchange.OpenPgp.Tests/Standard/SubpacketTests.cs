using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>What subpackets make of a signature on data that is good otherwise (RFC 9580 §5.2.3.7 to §5.2.3.36, §5.2.5).</summary>
public sealed class SubpacketTests
{
    private const byte Critical = Subpackets.CriticalBit;

    private static readonly DateTimeOffset s_made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_made.AddDays(20);
    private static readonly DateTimeOffset s_signed = s_now.AddMinutes(-10);
    private static readonly byte[] s_data = [1, 2, 3];
    private static readonly SecretKey s_key = Generate(KeyProfile.Version4);
    private static readonly SecretKey s_modern = Generate(KeyProfile.Version6);

    private static readonly byte[] s_notation = [0, 0, 0, 0, 0, 7, 0, 1, .. "a@b.org"u8, 1];

    /// <summary>A name, the hashed area, the unhashed one, what comes of it.</summary>
    private static readonly Dictionary<string, (byte[] Hashed, byte[] Unhashed, SignatureStatus Expected)> s_cases = new()
    {
        ["nothing special"] = (Signed(), [], SignatureStatus.Good),
        ["unknown type"] = (Signed(Sub(100, [1])), [], SignatureStatus.Good),
        ["unknown critical type"] = (Signed(Sub(100 | Critical, [1])), [], SignatureStatus.Unsupported),
        ["unknown critical type where anybody may write"] = (Signed(), Sub(100 | Critical, [1]), SignatureStatus.Good),
        ["reserved critical type"] = (Signed(Sub(1 | Critical, [1])), [], SignatureStatus.Unsupported),
        ["notation"] = (Signed(Sub(20, s_notation)), [], SignatureStatus.Good),
        ["critical notation"] = (Signed(Sub(20 | Critical, s_notation)), [], SignatureStatus.Unsupported),
        ["critical trust"] = (Signed(Sub(5 | Critical, [1, 120])), [], SignatureStatus.Unsupported),
        ["critical regular expression"] = (Signed(Sub(6 | Critical, [65, 0])), [], SignatureStatus.Unsupported),
        ["critical signature target"] = (Signed(Sub(31 | Critical, [1, 8, .. new byte[32]])), [], SignatureStatus.Unsupported),
        ["critical policy"] = (Signed(Sub(26 | Critical, "https://example.org"u8)), [], SignatureStatus.Good),

        ["no creation time"] = (HandMade.Issuer(Signer(s_key)), [], SignatureStatus.Bad),
        ["creation time where anybody may write"] = (HandMade.Issuer(Signer(s_key)), HandMade.Created(s_signed), SignatureStatus.Bad),
        ["creation time of 3 octets"] = (Signed(Sub(2, [1, 2, 3])), [], SignatureStatus.Unsupported),
        ["creation time of 5 octets"] = (Signed(Sub(2, [0x69, 0x70, 0, 0, 0])), [], SignatureStatus.Unsupported),
        ["two creation times, the last one past"] = ([.. HandMade.Created(s_now.AddDays(1)), .. Signed()], [], SignatureStatus.Good),
        ["two creation times, the last one to come"] = (Signed(HandMade.Created(s_now.AddDays(1))), [], SignatureStatus.NotYetValid),
        ["made before its key"] = (Signed(HandMade.Created(s_made.AddSeconds(-1))), [], SignatureStatus.NotYetValid),

        ["expired"] = (Signed(HandMade.Seconds(SubpacketType.SignatureExpirationTime, 600)), [], SignatureStatus.Expired),
        ["not expired yet"] = (Signed(HandMade.Seconds(SubpacketType.SignatureExpirationTime, 601)), [], SignatureStatus.Good),
        ["no expiry"] = (Signed(HandMade.Seconds(SubpacketType.SignatureExpirationTime, 0)), [], SignatureStatus.Good),
        ["the longest expiry"] = (Signed(HandMade.Seconds(SubpacketType.SignatureExpirationTime, uint.MaxValue)), [], SignatureStatus.Good),
        ["expiry where anybody may write"] = (Signed(), HandMade.Seconds(SubpacketType.SignatureExpirationTime, 1), SignatureStatus.Good),
        ["expiry of 5 octets"] = (Signed(Sub(3, [0, 0, 0, 1, 0])), [], SignatureStatus.Unsupported),

        ["an issuer of another version"] = (Signed(HandMade.Issuer(Signer(s_modern))), [], SignatureStatus.Unsupported),
        ["an issuer of an unknown version"] = (Signed(Sub(33, [5, .. new byte[32]])), [], SignatureStatus.Unsupported),
        ["an issuer of another version where anybody may write"] = (Signed(), HandMade.Issuer(Signer(s_modern)), SignatureStatus.Unsupported),
        ["an issuer cut short"] = (Signed(Sub(33, [4, .. new byte[19]])), [], SignatureStatus.Unsupported),
        ["an issuer's key id cut short"] = (Signed(Sub(16, new byte[7])), [], SignatureStatus.Unsupported),
        ["another issuer where anybody may write"] = (Signed(), Sub(16, new byte[8]), SignatureStatus.Good),

        ["a subpacket beyond the area"] = (Signed([9, 100]), [], SignatureStatus.Unsupported),
        ["a subpacket without a type"] = (Signed([0]), [], SignatureStatus.Unsupported),
        ["a subpacket of four gigabytes"] = (Signed([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 100]), [], SignatureStatus.Unsupported),
        ["signatures within signatures"] = (Signed(Nested(400)), [], SignatureStatus.Good),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_signature_is_worth_what_its_subpackets_say(string name)
    {
        var (hashed, unhashed, expected) = s_cases[name];
        var signature = Sign(s_key, hashed, unhashed);

        var result = Assert.Single((await Signing.VerifyAsync(s_data, signature, Options(s_key))).Signatures);

        Assert.Equal(expected, result.Status);
        if (expected != SignatureStatus.Good) return;
        Assert.Equal(s_signed, result.CreatedAt);
        Assert.Equal(Signer(s_key).Fingerprint, result.Subkey);
    }

    [Fact]
    public async Task A_key_id_has_no_place_in_version_6_and_says_nothing_there()
    {
        byte[] hashed = [.. Sub(16, new byte[8]), .. HandMade.Created(s_signed), .. HandMade.Issuer(Signer(s_modern))];
        Assert.True((await Signing.VerifyAsync(s_data, Sign(s_modern, hashed, []), Options(s_modern))).IsSigned);

        byte[] nameless = [.. Sub(16, Signer(s_modern).Fingerprint.ToBytes().AsSpan(0, 8)), .. HandMade.Created(s_signed)];
        var result = Assert.Single((await Signing.VerifyAsync(s_data, Sign(s_modern, nameless, []), Options(s_modern))).Signatures);
        Assert.Equal(SignatureStatus.UnknownSigner, result.Status);
    }

    /// <summary>§5.2.3.6: in version 4 they are a hint, which whoever passes the signature on could have altered.</summary>
    [Theory]
    [InlineData(KeyProfile.Version4, true)]
    [InlineData(KeyProfile.Version6, false)]
    public async Task The_digests_first_octets_count_in_version_6(KeyProfile profile, bool isSigned)
    {
        var key = profile == KeyProfile.Version4 ? s_key : s_modern;
        byte[] hashed = [.. HandMade.Created(s_signed), .. HandMade.Issuer(Signer(key))];
        var signature = Sign(key, hashed, []);
        Assert.True((await Signing.VerifyAsync(s_data, signature, Options(key))).IsSigned);

        var width = profile == KeyProfile.Version4 ? 2 : 4;
        var at = PacketHeader.Read(signature, 0).Size + 4 + width + hashed.Length + width;
        for (var i = 0; i < 2; i++)
        {
            signature[at + i] ^= 1;
            Assert.Equal(isSigned, (await Signing.VerifyAsync(s_data, signature, Options(key))).IsSigned);
            signature[at + i] ^= 1;
        }
    }

    /// <summary>§5.2.3.11, §5.2.3.13, §5.2.3.29: a reader must not take the rest for the whole.</summary>
    [Theory]
    [InlineData(KeyProfile.Version4)]
    [InlineData(KeyProfile.Version6)]
    public void When_until_when_and_what_for_is_marked_critical_in_what_we_sign(KeyProfile profile)
    {
        using var key = SecretKey.Generate(new KeyOptions
        {
            UserIds = ["Owner <o@example.org>"],
            CreatedAt = s_made,
            ValidFor = TimeSpan.FromDays(100),
            Profile = profile,
        });
        var types = key.Certificate.AllPackets.Where(packet => packet.Type == PacketType.Signature)
            .SelectMany(packet => Subpackets.Split(SignaturePacket.Read(packet.Body, 0).HashedArea, "", 0)).Select(s => s.Type).ToHashSet();

        foreach (var type in new[] { SubpacketType.SignatureCreationTime, SubpacketType.KeyExpirationTime, SubpacketType.KeyFlags })
        {
            Assert.Contains((byte)((byte)type | Critical), types);
            Assert.DoesNotContain((byte)type, types);
        }
    }

    private static SecretKey Generate(KeyProfile profile) =>
        SecretKey.Generate(new KeyOptions { UserIds = ["Owner <o@example.org>"], CreatedAt = s_made, Profile = profile });

    private static VerifyOptions Options(SecretKey key) => new() { Verifiers = [key.Certificate], Now = s_now };

    private static PublicKeyPacket Signer(SecretKey key) => key.Certificate.Subkeys[0].Packet;

    private static byte[] Sub(byte type, ReadOnlySpan<byte> body) => HandMade.Subpacket(type, body);

    private static byte[] Signed(params byte[] more) => [.. HandMade.Created(s_signed), .. HandMade.Issuer(Signer(s_key)), .. more];

    private static byte[] Sign(SecretKey key, byte[] hashed, byte[] unhashed) =>
        HandMade.Signature(Signer(key), key.Material(Signer(key).Fingerprint)!, SignatureType.Binary, s_data, hashed, unhashed);

    private static byte[] Nested(int depth)
    {
        byte[] embedded = [];
        for (var i = 0; i < depth; i++)
            embedded = Sub((byte)SubpacketType.EmbeddedSignature, [4, 0x19, 22, 8, (byte)(embedded.Length >> 8), (byte)embedded.Length, .. embedded, 0, 0, 0, 0]);
        return embedded;
    }
}
