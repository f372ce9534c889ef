using System.IO.Compression;
using System.Text;

namespace SecureExchange.Masking.Tests.Files;

public class ZipTests
{
    private const string Fields = "id: { transform: keep }\nname: { transform: tokenise }";
    private const string Top = "container: zip\nentries: [claims.csv, 'day/*.csv']";

    [Fact]
    public void Entries_that_the_profile_names_are_masked_and_come_back()
    {
        using var exchange = Exchange.Csv(Fields, Top + "\nrow-key: id");
        var sent = exchange.Dispatch(Zip(("claims.csv", "id,name\n1,Ana Lima\n"), ("day/ana.csv", "name;id\r\nBo Berg;2\r\n")));
        Assert.Equal(2, sent.Report.Records);
        Assert.Equal(["1 zip.name-replaced"], sent.Report.Format.Select(f => $"{f.Count} {f.Kind}"));
        Assert.Equal(["claims.csv", "day/2.csv"], Unzip(sent.Masked).Keys);
        Assert.Equal(["id,name\n1,Ana Lima\n", "name;id\r\nBo Berg;2\r\n"], Unzip(exchange.Return(sent.Masked, sent.Manifest).Bytes).Values);
        Assert.DoesNotContain("Ana Lima", string.Concat(Unzip(sent.Masked).Values), StringComparison.Ordinal);
        Assert.Equal(-1, sent.Masked.AsSpan().IndexOf("ana"u8));
        using var named = Exchange.Csv(Fields, "container: zip\nentries: ['*.csv']\nrow-key: id");
        var whole = named.Dispatch(Zip(("1.csv", "id,name\n1,Ana Lima\n"), ("2.csv", "name;id\r\nBo Berg;2\r\n")));
        Assert.Equal(["id,name\n1,Ana Lima\n", "name;id\r\nBo Berg;2\r\n"], Unzip(named.Return(whole.Masked, whole.Manifest).Bytes).Values);
    }

    [Fact]
    public void Other_entries_refuse_the_archive_or_are_left_out()
    {
        var file = Zip(("claims.csv", "id,name\n1,Ana\n"), ("notes.txt", "Ana"));
        using var refusing = Exchange.Csv(Fields, Top);
        Assert.Equal(RecordError.EntryRefused, refusing.Refused(file).Error);
        Assert.Equal(RecordError.EntryRefused, refusing.Refused(Zip(("notes.txt", "Ana"))).Error);
        using var dropping = Exchange.Csv(Fields, Top + "\nunlisted: drop");
        var sent = dropping.Dispatch(file);
        Assert.Equal(["claims.csv"], Unzip(sent.Masked).Keys);
        Assert.Equal(["zip.entry-removed"], sent.Report.Format.Select(f => f.Kind));
    }

    [Fact]
    public void Archives_in_archives_are_opened_as_deep_as_the_profile_says()
    {
        using var exchange = Exchange.Csv(Fields, "container: zip\nentries: [claims.csv]\nnested: 2\nrow-key: id");
        var inmost = Zip(("claims.csv", "id,name\n1,Ana Lima\n"));
        var file = ZipOf(("june.zip", ZipOf(("week.zip", inmost), ("claims.csv.gz", Gzip("id,name\n2,Bo Berg\n")))), ("claims.csv", "id,name\n3,Cy\n"u8.ToArray()));
        var sent = exchange.Dispatch(file);
        Assert.Equal(3, sent.Report.Records);
        Assert.Equal(["2 zip.name-replaced"], sent.Report.Format.Select(f => $"{f.Count} {f.Kind}"));
        var june = UnzipBytes(sent.Masked)["1.zip"];
        Assert.Equal(["1.zip", "claims.csv.gz"], UnzipBytes(june).Keys);
        Assert.StartsWith("id,name\n1,tok_", Unzip(UnzipBytes(june)["1.zip"])["claims.csv"], StringComparison.Ordinal);

        var back = UnzipBytes(exchange.Return(sent.Masked, sent.Manifest).Bytes);
        Assert.Equal("id,name\n3,Cy\n", Encoding.UTF8.GetString(back["claims.csv"]));
        Assert.Equal("id,name\n1,Ana Lima\n", Unzip(UnzipBytes(back["1.zip"])["1.zip"])["claims.csv"]);
        using var unpacked = new GZipStream(new MemoryStream(UnzipBytes(back["1.zip"])["claims.csv.gz"]), CompressionMode.Decompress);
        Assert.Equal("id,name\n2,Bo Berg\n", new StreamReader(unpacked).ReadToEnd());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_archive_deeper_than_that_is_refused(int nested)
    {
        using var exchange = Exchange.Csv(Fields, $"container: zip\nentries: [claims.csv]\nnested: {nested}");
        var file = ZipOf(("a.zip", ZipOf(("b.zip", Zip(("claims.csv", "id,name\n1,Ana\n"))))), ("claims.csv", "id,name\n1,Ana\n"u8.ToArray()));
        Assert.Equal(RecordError.EntryRefused, exchange.Refused(file).Error);
    }

    [Fact]
    public void Nested_bombs_are_stopped_by_what_the_outermost_archive_weighs()
    {
        // Each level stays below the ratio that is allowed for itself: 16 archives of 16 MiB of blanks, packed twice.
        var inner = ZipOf(("claims.csv", [.. "id,name\n"u8, .. Enumerable.Repeat((byte)'\n', 8 << 20)]));
        var middle = ZipOf([.. Enumerable.Range(0, 16).Select(n => ($"{n}.zip", inner))]);
        using var exchange = Exchange.Csv(Fields, "container: zip\nentries: [claims.csv]\nnested: 3\nunlisted: drop");
        Assert.Equal(RecordError.ContainerTooLarge, exchange.Refused(ZipOf([.. Enumerable.Range(0, 16).Select(n => ($"{n}.zip", middle))])).Error);

        var many = ZipOf([.. Enumerable.Range(0, 40).Select(n => ($"{n}.txt", Array.Empty<byte>()))]);
        Assert.Equal(RecordError.ContainerTooLarge, exchange.Refused(ZipOf([.. Enumerable.Range(0, 40).Select(n => ($"{n}.zip", many))])).Error);
    }

    [Theory]
    [InlineData("../claims.csv")]
    [InlineData("/claims.csv")]
    [InlineData("a\\claims.csv")]
    [InlineData("c:claims.csv")]
    [InlineData("a/./claims.csv")]
    public void Names_that_arent_plain_paths_are_refused(string name)
    {
        using var exchange = Exchange.Csv(Fields, Top + "\nunlisted: drop");
        Assert.Equal(RecordError.EntryRefused, exchange.Refused(Zip(("claims.csv", "id,name\n"), (name, "x"))).Error);
    }

    [Fact]
    public void What_is_altered_anywhere_is_refused_or_says_the_same()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nname: { transform: keep }", Top);
        var file = Zip(("claims.csv", "id,name\n1,Ana\n"));
        var plain = exchange.Dispatch(file).Masked;
        for (var i = 0; i < file.Length; i++)
        {
            var altered = (byte[])file.Clone();
            altered[i] ^= 0x10;
            try
            {
                Assert.Equal(plain, exchange.Dispatch(altered).Masked); // Times and attributes, which nobody reads.
            }
            catch (RecordException)
            {
                // Refused.
            }
        }

        for (var length = 0; length < file.Length; length++) Assert.Throws<RecordException>(() => exchange.Dispatch(file[..length]));
        Assert.Throws<RecordException>(() => exchange.Dispatch([0, .. file]));
    }

    [Fact]
    public void Limits_hold()
    {
        var bomb = Zip(("claims.csv", "id,name\n" + string.Concat(Enumerable.Repeat("1,1\n", 3_000_000))));
        using var exchange = Exchange.Csv(Fields, Top);
        Assert.Equal(RecordError.ContainerTooLarge, exchange.Refused(bomb).Error);
        var yaml = $"profile: t\nversion: 1\nformat: csv\n{Top}\nfields:\n  id: {{ transform: keep }}\n  name: {{ transform: keep }}\n";
        using var many = new Exchange(yaml) { Limits = new MaskingLimits(MaxEntries: 2) };
        Assert.Equal(RecordError.ContainerTooLarge, many.Refused(Zip(("a", ""), ("b", ""), ("c", ""))).Error);
        using var small = new Exchange(yaml) { Limits = new MaskingLimits(MaxDocument: 20) };
        Assert.Equal(RecordError.ContainerTooLarge, small.Refused(Zip(("claims.csv", "id,name\n"))).Error);
    }

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return output.ToArray();
    }

    private static Dictionary<string, string> Unzip(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry => new StreamReader(entry.Open()).ReadToEnd());
    }

    private static byte[] ZipOf(params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }

    private static byte[] Gzip(string text)
    {
        using var file = new MemoryStream();
        using (var packer = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true)) packer.Write(Encoding.UTF8.GetBytes(text));
        return file.ToArray();
    }

    private static Dictionary<string, byte[]> UnzipBytes(byte[] bytes)
    {
        using var archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }
}
