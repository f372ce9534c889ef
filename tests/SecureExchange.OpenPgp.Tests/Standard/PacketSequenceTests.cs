using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Tests.Messages;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>Packets that mean nothing stand anywhere, and packets that may mean something nowhere but in their place (RFC 9580 §4.3,
/// §5.8, §5.14, §10).</summary>
public sealed class PacketSequenceTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SecretKey s_key = SecretKey.Generate("Owner <o@example.org>", s_now.AddDays(-1));
    private static readonly byte[] s_data = [1, 2, 3];

    /// <summary>Marker, padding, not critical.</summary>
    private static readonly byte[][] s_ignored =
        [[0xCA, 3, (byte)'P', (byte)'G', (byte)'P'], [0xCA, 0], [0xA8, 3, (byte)'P', (byte)'G', (byte)'P'], [0xD5, 2, 7, 7], [0xE8, 1, 7], [0xFF, 1, 7]];

    /// <summary>Reserved, unknown and critical; known and in no place of any sequence here but of certificates.</summary>
    private static readonly byte[][] s_refused = [[0xC0, 1, 7], [0xD6, 1, 7], [0xE7, 1, 7], [0xCF, 1, 7], [0xD3, 1, 7]];

    /// <summary>Ignored packets of partial length, which only data may have (§4.2.1.4).</summary>
    private static readonly byte[][] s_partial = [[0xCA, 0xE9, .. new byte[512], 0], [0xD5, 0xE9, .. new byte[512], 0], [0xE8, 0xE9, .. new byte[512], 0]];

    public static TheoryData<string> Sequences =>
        ["encrypted", "inside encrypted", "signed", "signatures", "certificate", "secret key", "certificates", "revocation"];

    [Theory]
    [MemberData(nameof(Sequences))]
    public async Task What_means_nothing_is_ignored_wherever_it_stands(string sequence)
    {
        var packets = await PacketsOfAsync(sequence);
        await ReadAsync(sequence, packets);
        foreach (var ignored in s_ignored)
        {
            for (var at = 0; at <= packets.Count; at++) await ReadAsync(sequence, [.. packets.Take(at), ignored, .. packets.Skip(at)]);
        }
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public async Task What_may_mean_something_is_refused_wherever_it_stands(string sequence)
    {
        var packets = await PacketsOfAsync(sequence);
        foreach (var refused in s_refused.Concat(s_partial))
        {
            for (var at = 0; at <= packets.Count; at++)
            {
                var failure = await Record.ExceptionAsync(() => ReadAsync(sequence, [.. packets.Take(at), refused, .. packets.Skip(at)]));
                if (failure is not PgpException) Assert.Fail($"packet type {refused[0] & 0x3F} at {at} in {sequence}: {failure?.ToString() ?? "unseen"}");
            }
        }
    }

    /// <summary>§4.2.1.4: the first part has 512 octets at least, a later one may have any size, and the last one isn't partial.</summary>
    [Theory]
    [InlineData(new[] { 512, 1, 2, 0 }, null)]
    [InlineData(new[] { 512, 3 }, null)]
    [InlineData(new[] { 256, 3 }, PgpError.Malformed)]
    [InlineData(new[] { 1, 512, 3 }, PgpError.Malformed)]
    [InlineData(new[] { 512 }, PgpError.Truncated)]
    public async Task A_literal_in_parts_is_read_as_the_standard_has_it(int[] parts, PgpError? expected)
    {
        List<byte> message = [0xCB];
        var literal = new byte[parts.Sum()];
        literal[0] = (byte)'b';
        for (var (i, at) = (0, 0); i < parts.Length; at += parts[i++])
        {
            var isLast = i == parts.Length - 1 && parts[i] < 192;
            message.Add(isLast ? (byte)parts[i] : (byte)(0xE0 | System.Numerics.BitOperations.Log2((uint)parts[i])));
            message.AddRange(literal[at..(at + parts[i])]);
        }

        var failure = await Signing.FailureAsync([.. message], new VerifyOptions { Verifiers = [], Now = s_now });
        Assert.Equal(expected, failure?.Error);
    }

    /// <summary>§5.10: outside of keyrings it SHOULD be ignored, and in a message no grammar has it.</summary>
    [Fact]
    public async Task Trust_packets_are_dropped_from_certificates_and_refused_in_messages()
    {
        byte[] trust = [0xCC, 2, 0, 3];
        var packets = await PacketsOfAsync("certificate");
        await ReadAsync("certificate", [.. packets.SelectMany(packet => new[] { packet, trust })]);
        foreach (var message in new[] { "encrypted", "inside encrypted", "signed", "signatures" })
        {
            packets = await PacketsOfAsync(message);
            for (var at = 0; at <= packets.Count; at++)
                await Assert.ThrowsAsync<PgpException>(() => ReadAsync(message, [.. packets.Take(at), trust, .. packets.Skip(at)]));
        }
    }

    private static async Task<List<byte[]>> PacketsOfAsync(string sequence) => HandMade.Packets(sequence switch
    {
        "encrypted" => await Sealing.SealAsync(s_data, s_key.Certificate, s_key, now: s_now),
        "inside encrypted" or "signed" => await Signing.InlineAsync(s_data, new SignOptions { Signers = [s_key], Now = s_now }),
        "signatures" => await Signing.DetachedAsync(s_data, new SignOptions { Signers = [s_key], Now = s_now }),
        "secret key" => s_key.ToBytes(),
        "revocation" => s_key.MakeRevocation(s_now).ToBytes(),
        "certificates" => (byte[])[.. s_key.Certificate.ToBytes(), .. s_key.Certificate.ToBytes()],
        _ => s_key.Certificate.ToBytes(),
    });

    /// <summary>Reads a sequence; fails unless it says what it said without whatever was added.</summary>
    private static async Task ReadAsync(string sequence, IReadOnlyList<byte[]> packets)
    {
        var octets = HandMade.Joined(packets);
        var verify = new VerifyOptions { Verifiers = [s_key.Certificate], Now = s_now };
        var open = new OpenOptions { Keys = [s_key], Verifiers = [s_key.Certificate], Now = s_now };
        switch (sequence)
        {
            case "encrypted" or "inside encrypted":
                if (sequence != "encrypted") octets = await Resealed.EncryptAsync(octets, s_key.Certificate, s_now);
                var (plaintext, verified) = await Sealing.OpenAsync(new MemoryStream(octets), open);
                Assert.Equal(s_data, plaintext);
                Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
                break;
            case "signed":
                var (data, verdict) = await Signing.OpenAsync(octets, verify);
                Assert.Equal(s_data, data);
                Assert.True(verdict.IsSigned);
                break;
            case "signatures":
                Assert.True((await Signing.VerifyAsync(s_data, octets, verify)).IsSigned);
                break;
            case "secret key":
                using (var key = SecretKey.Read(octets)) Assert.Equal(s_key.ToBytes(), key.ToBytes());
                break;
            case "certificates":
                Assert.All(Certificate.ReadAll(octets), c => Assert.Equal(s_key.Certificate.ToBytes(), c.ToBytes()));
                Assert.Equal(2, Certificate.ReadAll(octets).Count);
                break;
            case "revocation":
                s_key.Certificate.With(RevocationCertificate.Read(octets));
                break;
            default:
                Assert.Equal(s_key.Certificate.ToBytes(), Certificate.Read(octets).ToBytes());
                break;
        }
    }
}
