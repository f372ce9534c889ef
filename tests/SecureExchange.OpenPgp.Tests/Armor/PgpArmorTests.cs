using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Streaming;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Armor;

public sealed class PgpArmorTests(GpgKeys keys)
{
    public static TheoryData<string, ArmorKind> Things => new()
    {
        { "certificate", ArmorKind.PublicKey },
        { "key", ArmorKind.PrivateKey },
        { "signature", ArmorKind.Signature },
        { "sealed", ArmorKind.Message },
        { "large sealed", ArmorKind.Message },
        { "signed", ArmorKind.Message },
        { "signature before data", ArmorKind.Message },
        { "literal behind marker", ArmorKind.Message },
        { "gpg compressed", ArmorKind.Message },
    };

    [Theory]
    [MemberData(nameof(Things))]
    public async Task Armor_goes_on_and_comes_off_here_and_elsewhere(string thing, ArmorKind kind)
    {
        var octets = await MakeAsync(thing);

        var (armored, encodedKind) = await EncodeAsync(octets);
        var (back, decodedKind) = await DecodeAsync(armored);

        Assert.Equal((kind, kind), (encodedKind, decodedKind));
        Assert.Equal(octets, back);
        Assert.Equal(armored, (await EncodeAsync(armored)).Octets);
        Assert.Equal(octets, (await DecodeAsync(octets)).Octets);
        Assert.Equal(octets, (await keys.Gpg.RunAsync(armored, "--dearmor")).Succeeded().Output);
        if (thing is "signed" or "literal behind marker" or "gpg compressed") return; // sqop 0.27 doesn't take these for OpenPGP data.
        Assert.Equal(octets, (await Peer.RunAsync("sqop", ["dearmor"], armored)).Succeeded().Output);
        var theirs = (await Peer.RunAsync("sqop", ["armor"], octets)).Succeeded().Output;
        Assert.Equal(octets, (await DecodeAsync(theirs)).Octets);
    }

    [Fact]
    public async Task What_is_not_OpenPGP_gets_no_armor()
    {
        Assert.Equal(PgpError.Truncated, await FailureAsync(EncodeAsync([])));
        Assert.Equal(PgpError.Malformed, await FailureAsync(EncodeAsync("some text"u8.ToArray())));
        Assert.Equal(PgpError.UnexpectedKind, await FailureAsync(EncodeAsync([0xCD, 1, 65]))); // A user id alone.
        Assert.Equal(PgpError.Malformed, await FailureAsync(EncodeAsync([0xCA, 3, 0x50, 0x47, 0x50])));
        Assert.Equal(PgpError.MalformedArmor, await FailureAsync(DecodeAsync("some text"u8.ToArray())));
        Assert.Equal(PgpError.MalformedArmor, await FailureAsync(DecodeAsync("-----BEGIN PGP POEM-----\n\nAAAA\n"u8.ToArray())));
        Assert.Equal(PgpError.Truncated, await FailureAsync(DecodeAsync("-----BEGIN PGP MESSAGE-----\n\nAAAA\n"u8.ToArray())));
        Assert.Equal(PgpError.UnexpectedKind, await FailureAsync(
            DecodeAsync(await Signing.CleartextAsync("text"u8.ToArray(), Signing.By(keys.Ours)))));

        static async Task<PgpError> FailureAsync(Task task) => (await Assert.ThrowsAsync<PgpException>(() => task)).Error;
    }

    [Fact]
    public async Task Nothing_is_left_of_what_was_armored()
    {
        var output = new Kept();
        using (var armor = new MessageOutput(output, armor: true))
        {
            await armor.WriteAsync(Sealing.Plaintext(1000), CancellationToken.None);
            await armor.CompleteAsync(CancellationToken.None);
        }

        // Nothing has waited, so that the pool keeps the lines for this thread, and nobody else has written to them.
        Assert.Equal(3, output.Pieces.Count);
        foreach (var piece in output.Pieces.Skip(1)) Assert.False(piece.Span.ContainsAnyExcept((byte)0));
    }

    private async Task<byte[]> MakeAsync(string thing)
    {
        var data = Sealing.Plaintext(1000);
        return thing switch
        {
            "certificate" => keys.Ours.Certificate.ToBytes(),
            "key" => keys.Ours.ToBytes(),
            "signature" => await Signing.DetachedAsync(data, Signing.By(keys.Ours, keys.Key("rsa2048"))),
            "sealed" => await Sealing.SealAsync(data, keys.Ours.Certificate),
            "large sealed" => await Sealing.SealAsync(Sealing.Plaintext(400_000), keys.Ours.Certificate),
            "signed" => await Signing.InlineAsync(data, Signing.By(keys.Ours)),
            "signature before data" => [.. await Signing.DetachedAsync(data, Signing.By(keys.Ours)), .. Chunked.Literal(data)],
            "literal behind marker" => [0xCA, 3, 0x50, 0x47, 0x50, .. Chunked.Literal(data)],
            _ => (await keys.Gpg.RunAsync(data, "--store")).Succeeded().Output,
        };
    }

    private static async Task<(byte[] Octets, ArmorKind Kind)> EncodeAsync(byte[] input)
    {
        var output = new MemoryStream();
        var kind = await PgpArmor.EncodeAsync(new MemoryStream(input), output, CancellationToken.None);
        return (output.ToArray(), kind);
    }

    private static async Task<(byte[] Octets, ArmorKind Kind)> DecodeAsync(byte[] input)
    {
        var output = new MemoryStream();
        var kind = await PgpArmor.DecodeAsync(new MemoryStream(input), output, null, CancellationToken.None);
        return (output.ToArray(), kind);
    }

    /// <summary>Keeps the very memory that it is given.</summary>
    private sealed class Kept : MemoryStream
    {
        public List<ReadOnlyMemory<byte>> Pieces { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Pieces.Add(buffer);
            return default;
        }
    }
}
