using System.IO.Compression;
using System.Text;
using SecureExchange.Masking.Files;

namespace SecureExchange.Masking.Tests.Files;

public class GzipTests
{
    private const string Fields = "id: { transform: keep }\nname: { transform: tokenise }";

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void A_packed_file_is_masked_and_comes_back_packed(CompressionLevel level)
    {
        using var exchange = Exchange.Csv(Fields, "container: gzip");
        var file = Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(0, 4_000).Select(i => $"{i},Ana Lima {i * 7919 % 10007}\n")));
        var sent = exchange.Dispatch(Pack(file, level));
        Assert.DoesNotContain("Ana Lima", Encoding.UTF8.GetString(Unpack(sent.Masked)), StringComparison.Ordinal);
        foreach (var piece in (int[])[int.MaxValue, 1, 1000])
        {
            Assert.Equal(sent.Masked, exchange.Dispatch(Pack(file, level), piece).Masked);
            Assert.Equal(file, Unpack(exchange.Return(sent.Masked, sent.Manifest, piece).Bytes));
        }
    }

    [Fact]
    public void Several_members_are_one_file_and_names_arent_passed_on()
    {
        using var exchange = Exchange.Csv(Fields, "container: gzip");
        byte[] first = [.. Pack("id,name\n1,A"u8.ToArray(), CompressionLevel.Optimal)];
        byte[] named = [.. first[..3], 0x1C, .. first[4..10], 2, 0, 1, 1, .. "ana-lima.csv\0for ana\0"u8, .. first[10..]];
        var sent = exchange.Dispatch([.. named, .. Pack("na\n"u8.ToArray(), CompressionLevel.Optimal)]);
        Assert.StartsWith("id,name\n1,", Encoding.UTF8.GetString(Unpack(sent.Masked)), StringComparison.Ordinal);
        Assert.Equal(-1, sent.Masked.AsSpan().IndexOf("ana"u8));
        Assert.Equal(["gzip.comment-removed 1", "gzip.extra-removed 1", "gzip.name-removed 1"], sent.Report.Format.Select(f => $"{f.Kind} {f.Count}"));
    }

    [Fact]
    public void What_is_cut_off_altered_or_followed_by_something_is_refused()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }", "container: gzip");
        var file = Pack(Encoding.UTF8.GetBytes("id\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i}\n"))), CompressionLevel.Optimal);
        for (var length = 0; length < file.Length; length++) Assert.Equal(RecordError.ContainerDamaged, exchange.Refused(file[..length]).Error);
        Assert.Equal(RecordError.ContainerDamaged, exchange.Refused([.. file, 0]).Error);
        for (var i = 0; i < file.Length; i++)
        {
            if (i is > 2 and < 10) continue; // Time, flags of the packer, system: no one reads them.
            var altered = (byte[])file.Clone();
            altered[i] ^= 1;
            Assert.Throws<RecordException>(() => exchange.Dispatch(altered));
        }
    }

    [Fact]
    public void A_bomb_is_refused_before_it_has_gone_off()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }", "container: gzip");
        var bomb = Pack(Encoding.UTF8.GetBytes("id\n" + string.Concat(Enumerable.Repeat("12345\n", 2_000_000))), CompressionLevel.Optimal);
        Assert.Equal(RecordError.ContainerTooLarge, exchange.Refused(bomb).Error);
        using var small = new Exchange("profile: t\nversion: 1\nformat: csv\ncontainer: gzip\nfields:\n  id: { transform: keep }\n") { Limits = new MaskingLimits(MaxUnpacked: 1000) };
        Assert.Equal(RecordError.ContainerTooLarge, small.Refused(Pack([.. "id\n"u8, .. Enumerable.Repeat("1\n"u8.ToArray(), 1000).SelectMany(b => b)], CompressionLevel.Optimal)).Error);
    }

    [Fact]
    public void The_unpacker_says_the_same_as_the_platforms()
    {
        var chance = new Dice(5);
        for (var round = 0; round < 60; round++)
        {
            var plain = new byte[chance.Next(200_000)];
            for (var i = 0; i < plain.Length;)
            {
                // Runs, copies from far back, and noise.
                var length = Math.Min(chance.Next(1, 400), plain.Length - i);
                if (chance.Next(3) == 0 && i > 0) for (int from = chance.Next(i), k = 0; k < length; k++) plain[i + k] = plain[from + k];
                else if (chance.Next(2) == 0) plain.AsSpan(i, length).Fill((byte)chance.Next(256));
                else chance.NextBytes(plain.AsSpan(i, length));
                i += length;
            }

            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, (CompressionLevel)chance.Next(4), leaveOpen: true)) deflate.Write(plain);
            byte[] input = [.. packed.ToArray(), 1, 2, 3];
            using var inflater = new Inflater();
            var output = new List<byte>();
            int at = 0, end = 0;
            while (!inflater.IsFinished)
            {
                end = Math.Min(input.Length, end + chance.Next(1, 5000));
                at += inflater.Inflate(input.AsSpan(at, end - at), end == input.Length, bytes => output.AddRange(bytes));
            }

            Assert.Equal(input.Length - 3, at);
            Assert.Equal(plain, output);
        }
    }

    [Fact]
    public void Noise_is_refused_and_nothing_else_happens()
    {
        var chance = new Dice(6);
        for (var round = 0; round < 20_000; round++)
        {
            var input = new byte[chance.Next(1, 200)];
            chance.NextBytes(input);
            using var inflater = new Inflater();
            try
            {
                inflater.Inflate(input, final: true, _ => { });
            }
            catch (InvalidDataException)
            {
                continue;
            }

            Assert.True(inflater.IsFinished);
        }
    }

    private static byte[] Pack(byte[] plain, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true)) gzip.Write(plain);
        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
