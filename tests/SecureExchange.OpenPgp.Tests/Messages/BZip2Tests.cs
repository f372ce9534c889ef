using SecureExchange.Fuzz;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class BZip2Tests(GpgKeys keys)
{
    private const long BlockMagic = 0x314159265359;
    private const int Step = 5; // The first length of the small codes below.

    [Theory]
    [InlineData("-1")]
    [InlineData("-9")]
    public async Task What_bzip2_compresses_comes_back(string level)
    {
        foreach (var size in new[] { 0, 1, 2, 4, 5, 50, 255, 300, 99_981, 100_000, 250_000, 1_000_000 })
        {
            foreach (var data in new[] { Sealing.Plaintext(size), new byte[size], Mixed(size) })
            {
                var compressed = (await Peer.RunAsync("bzip2", [level, "-c"], data)).Succeeded().Output;
                Assert.Equal(data, await DecompressAsync(compressed));
                if (size <= 300) Assert.Equal(data, await DecompressAsync(compressed, piece: 1));
            }
        }
    }

    [Theory]
    [InlineData("--sign")]
    [InlineData("--encrypt")]
    public async Task We_read_what_gpg_compresses(string command)
    {
        var key = keys.Key("ed25519");
        foreach (var size in new[] { 0, 1, 1000, 1_200_000 })
        {
            var data = Mixed(size);
            var message = (await keys.Gpg.RunAsync(
                data, "--compress-algo", "bzip2", "--local-user", keys.Fingerprint("ed25519"), "--recipient", keys.Fingerprint("ed25519"), command))
                .Succeeded().Output;

            var opened = command == "--sign"
                ? (await Signing.OpenAsync(message, Signing.With(key.Certificate))).Data
                : (await Sealing.OpenAsync(message, key)).Plaintext;

            Assert.Equal(data, opened);
        }
    }

    /// <summary>Of 18,000 selectors that are announced a few dozen are there, all of them in the last octets.</summary>
    [Fact]
    public async Task The_end_of_data_that_are_cut_is_not_asked_for_over_and_over()
    {
        var compressed = Bits(
            [('B', 8), ('Z', 8), ('h', 8), ('9', 8), (BlockMagic, 48), (0, 32), (0, 25), (0x8000, 16), (0x8000, 16), (2, 3), (18_000, 15), (0, 80)]);
        var input = new PiecewiseStream(compressed, int.MaxValue);
        await using var source = new CompressedSource(new StreamSource(input), CompressionAlgorithm.BZip2, PgpLimits.Default);

        var failure = await Assert.ThrowsAsync<PgpException>(async () => await source.ReadAsync(new byte[100], CancellationToken.None));

        Assert.Equal(PgpError.Malformed, failure.Error);
    }

    [Fact]
    public async Task Several_streams_are_one_and_what_else_follows_is_not_read()
    {
        var one = (await Peer.RunAsync("bzip2", ["-1", "-c"], Mixed(1000))).Succeeded().Output;
        var two = (await Peer.RunAsync("bzip2", ["-9", "-c"], Mixed(150_000))).Succeeded().Output;
        var none = (await Peer.RunAsync("bzip2", ["-c"], [])).Succeeded().Output;

        var data = await DecompressAsync([.. one, .. none, .. two, .. "padding"u8]);

        Assert.Equal([.. Mixed(1000), .. Mixed(150_000)], data);
    }

    [Fact]
    public async Task Cut_anywhere_it_is_refused()
    {
        var compressed = (await Peer.RunAsync("bzip2", ["-c"], Mixed(500))).Succeeded().Output;
        for (var end = 0; end < compressed.Length; end++)
            Assert.Equal(PgpError.Malformed, await FailureAsync(compressed[..end]));
    }

    [Fact]
    public async Task A_bit_changed_anywhere_is_found_or_means_nothing()
    {
        var data = Mixed(300);
        var compressed = (await Peer.RunAsync("bzip2", ["-c"], data)).Succeeded().Output;
        var found = 0;
        for (var bit = 0; bit < compressed.Length * 8; bit++)
        {
            compressed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            try
            {
                // The level, the codes of symbols that don't occur, the bits behind the end up to a whole octet.
                Assert.Equal(data, await DecompressAsync(compressed));
            }
            catch (PgpException e)
            {
                Assert.Equal(PgpError.Malformed, e.Error);
                found++;
            }

            compressed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        }

        Assert.InRange(found, compressed.Length * 7, compressed.Length * 8);
    }

    /// <summary>Blocks by hand: each is one that the comment names, with everything before it as it should be.</summary>
    public static TheoryData<string, (long Value, int Bits)[]> Hostile => new()
    {
        { "no magic", [(0x314159265358, 48), (0, 32)] },
        { "end with a wrong checksum", [(0x177245385090, 48), (1, 32)] },
        { "randomised", [(BlockMagic, 48), (0, 32), (1, 1)] },
        { "no alphabet", [.. Start(0), (0, 16)] },
        { "groups without octets", [.. Start(0), (0xFFFF, 16), .. Enumerable.Repeat((0L, 16), 16)] },
        { "one code", [.. Start(0), .. OneOctet(), (1, 3), (1, 15)] },
        { "seven codes", [.. Start(0), .. OneOctet(), (7, 3), (1, 15)] },
        { "no selectors", [.. Start(0), .. OneOctet(), (2, 3), (0, 15)] },
        { "a selector beyond the codes", [.. Start(0), .. OneOctet(), (2, 3), (1, 15), (3, 2)] },
        { "32,767 selectors beyond their room", [.. Start(0), .. OneOctet(), (2, 3), (32_767, 15), .. Enumerable.Repeat((0L, 1), 32_767), (0, 64)] },
        { "a length of 0", [.. Start(0), .. OneOctet(), (2, 3), (1, 15), (0, 1), (0, 5)] },
        { "a length of 21", [.. Start(0), .. OneOctet(), (2, 3), (1, 15), (0, 1), (20, 5), (2, 2), (0, 1)] },
        { "lengths that go up and down for ever", [.. Start(0), .. OneOctet(), (2, 3), (1, 15), (0, 1), (10, 5), .. Enumerable.Repeat((0xBL, 4), 40_000)] },
        { "more codes than there is room", [.. Start(0), .. OneOctet(), (2, 3), (1, 15), (0, 1), .. Code(1, 1, 1), .. Code(1, 2, 2)] },
        { "a code that stands for nothing", [.. Start(0), .. OneOctet(), (2, 3), (1, 15), (0, 1), .. Code(2, 2, 2), .. Code(2, 2, 2), (3, 2)] },
        { "an empty block", [.. Start(0), .. Codes(), (3, 2), (0, 64)] },
        { "an origin at the block's end", [.. Start(1), .. Codes(), (0, 1), (3, 2), (0, 64)] },
        { "an origin far beyond", [.. Start(0xFFFFFF), .. Codes(), (0, 1), (3, 2), (0, 64)] },
        { "a run longer than its block", [.. Start(0), .. Codes(), .. Enumerable.Repeat((2L, 2), 24), (3, 2), (0, 64)] },
        { "a run that overflows", [.. Start(0), .. Codes(), .. Enumerable.Repeat((2L, 2), 49), (0, 64)] },
        { "more groups than selectors", [.. Start(0), .. Codes(), .. Enumerable.Repeat((0L, 1), 10), .. Enumerable.Repeat((0L, 1), 60)] },
        { "a wrong checksum of a block", [.. Start(0), .. Codes(), (0, 1), (3, 2), (0x177245385090, 48), (0, 32)] },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Hostile_blocks_are_refused(string _, (long Value, int Bits)[] fields)
    {
        foreach (var level in "19")
        {
            var compressed = Bits([.. "BZh"u8.ToArray().Select(octet => ((long)octet, 8)), (level, 8), .. fields]);
            Assert.Equal(PgpError.Malformed, await FailureAsync(compressed));
            Assert.NotEqual(0, (await Peer.RunAsync("bzip2", ["-dc"], compressed)).ExitCode);
        }
    }

    [Fact]
    public async Task The_blocks_by_hand_are_as_they_should_be_but_for_their_defect()
    {
        // One octet 0x41 by a run of one; its checksum is what bzip2 has for it.
        var theirs = (await Peer.RunAsync("bzip2", ["-c"], "A"u8.ToArray())).Succeeded().Output;
        var sum = (long)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(theirs.AsSpan(10));
        var compressed = Bits(
        [
            .. "BZh9"u8.ToArray().Select(octet => ((long)octet, 8)), .. Start(0, sum), .. Codes(), (0, 1), (3, 2), (0x177245385090, 48), (sum, 32),
        ]);

        Assert.Equal([65], await DecompressAsync(compressed));
        Assert.Equal([65], (await Peer.RunAsync("bzip2", ["-dc"], compressed)).Succeeded().Output);
    }

    [Fact]
    public async Task Bombs_meet_their_limit()
    {
        var bomb = (await Peer.RunAsync("bzip2", ["-9", "-c"], new byte[46_000_000])).Succeeded().Output;
        Assert.True(bomb.Length < 200);
        using var packet = new OctetWriter();
        packet.Packet(PacketType.CompressedData, [(byte)CompressionAlgorithm.BZip2, .. bomb]);
        var body = new PacketBody(new OctetReader(new MemorySource(packet.WrittenMemory[2..])), new PacketHeader(
            PacketType.CompressedData, LengthKind.Definite, bomb.Length + 1, 2));
        await body.FillAsync(new byte[1], CancellationToken.None);
        await using var source = new CompressedSource(body, CompressionAlgorithm.BZip2, PgpLimits.Default);
        var total = 0L;

        var failure = await Assert.ThrowsAsync<PgpException>(async () =>
        {
            var buffer = new byte[100_000];
            int read;
            while ((read = await source.ReadAsync(buffer, CancellationToken.None)) > 0) total += read;
        });

        Assert.Equal(PgpError.LimitExceeded, failure.Error);
        Assert.InRange(total, 1 << 19, 2 << 20);
    }

    private static IEnumerable<(long, int)> Start(long origin, long sum = 0) => [(BlockMagic, 48), (sum, 32), (0, 1), (origin, 24)];

    /// <summary>The alphabet "A".</summary>
    private static IEnumerable<(long, int)> OneOctet() => [(0x0800, 16), (0x4000, 16)];

    /// <summary>The alphabet "A", two codes alike, one selector: 0 a run's digit 1, 10 its digit 2, 11 the end.</summary>
    private static IEnumerable<(long, int)> Codes() =>
        [.. OneOctet(), (2, 3), (1, 15), (0, 1), .. Code(1, 2, 2), .. Code(1, 2, 2)];

    private static IEnumerable<(long, int)> Code(params int[] lengths)
    {
        yield return (lengths[0], Step);
        var before = lengths[0];
        foreach (var length in lengths)
        {
            for (; before < length; before++) yield return (2, 2);
            yield return (0, 1);
        }
    }

    private static byte[] Bits((long Value, int Bits)[] fields)
    {
        var bits = fields.SelectMany(field => Enumerable.Range(0, field.Bits).Select(i => (field.Value >> (field.Bits - 1 - i)) & 1)).ToList();
        while (bits.Count % 8 != 0) bits.Add(0);
        return [.. bits.Chunk(8).Select(chunk => (byte)chunk.Aggregate(0L, (octet, bit) => (octet << 1) | bit))];
    }

    /// <summary>Words, runs of every length and noise.</summary>
    private static byte[] Mixed(int size)
    {
        var data = new byte[size];
        for (var i = 0; i < size; i++)
            data[i] = (i / 1000 % 3) switch { 0 => (byte)"the quick brown fox "[i % 20], 1 => (byte)(i / (1 + (i / 300 % 9))), _ => (byte)((i * 2654435761L) >> 13) };
        return data;
    }

    private static async Task<byte[]> DecompressAsync(byte[] compressed, int piece = 100_000)
    {
        using var source = new BZip2Source(new MemorySource(compressed));
        var data = new MemoryStream();
        var buffer = new byte[piece];
        int read;
        while ((read = await source.ReadAsync(buffer, CancellationToken.None)) > 0) data.Write(buffer, 0, read);
        return data.ToArray();
    }

    private static async Task<PgpError?> FailureAsync(byte[] compressed)
    {
        try
        {
            await DecompressAsync(compressed);
            return null;
        }
        catch (PgpException e)
        {
            return e.Error;
        }
    }
}
