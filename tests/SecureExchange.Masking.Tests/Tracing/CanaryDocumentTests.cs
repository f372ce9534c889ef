using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SecureExchange.Masking.Tests.Files;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Tracing;

/// <summary>Canaries where records aren't lines: among the elements of a JSON array, whose commas have to stay right, and the rows of a
/// sheet, whose numbers have to.</summary>
public sealed class CanaryDocumentTests
{
    private const int People = 200;
    private const string Trace = "trace: { canary-every: 10 }\nrow-key: id";
    private const string Fields = "id: { transform: keep }\nname: { transform: tokenise }\nage: { transform: keep }\nssn: { transform: fpe, alphabet: digits }";
    private const string Around = "\n$.batch.no: { transform: keep }\n$.sender: { transform: tokenise }";
    private const string Age = "suppress: [ { if: { field: age, at-most: 40 } } ]";

    public static TheoryData<string, string, string, string, string> Arrays => new()
    {
        { "[", ",", "]", "", "" },
        { "[\n  ", ",\n  ", "\n]\n", "", "" },
        { "[ ", "\n\t, ", " ]", "", "" },
        { "[", " ,\r\n", "\r\n ]\n", "", Age },
        { "{\"batch\":{\"no\":7},\"rows\":[", "  ,  ", "],\"sender\":\"Ana Lima\"}", Around, "" },
        { "{\"sender\":\"Ana Lima\",\"rows\": [\n", ",\n", "\n] }", Around, Age },
    };

    [Theory]
    [MemberData(nameof(Arrays))]
    public void A_JSON_array_has_canaries_between_its_elements_and_loses_them_again(string head, string between, string tail, string around, string suppress)
    {
        var top = around.Length == 0 ? "records: '[*]'" : "records: 'rows[*]'";
        using var exchange = Exchange.Of("json", Fields + around, $"{Trace}\n{top}\n{suppress}");
        using var without = Exchange.Of("json", Fields + around, $"row-key: id\n{top}\n{suppress}");
        var file = head + string.Join(between, Elements()) + tail;
        var (sent, plain) = (exchange.Dispatch(file), without.Dispatch(file));
        Assert.InRange(sent.Report.Canaries, 4, 60);
        var (theirs, ours) = (ElementsOf(sent.Text), ElementsOf(plain.Text));
        Assert.Equal(ours, theirs.Where(ours.Contains));
        Assert.Equal(sent.Report.Canaries, theirs.Count - ours.Count);
        Assert.All(theirs, element => Assert.Matches("^{\"id\": ?\"C-[0-9]{6}\",\"name\":\"tok_[^\"]+\", \"age\":[0-9]+,\"ssn\":\"[0-9]{9}\"}$", element));
        // What is between the elements is the same all over.
        Assert.Equal(plain.Text, theirs.Except(ours).Aggregate(sent.Text, (text, canary) => text.Replace(between + canary, "", StringComparison.Ordinal)));

        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal(sent.Report.Canaries, back.Report.Canaries);
        Assert.Equal(without.Return(plain.Masked, plain.Manifest).Text, back.Text);
        if (suppress.Length == 0) Assert.Equal(file, back.Text);
        Assert.Equal(sent.Report.Canaries, exchange.Trace(sent.Masked, sent.Manifest).Canaries);
        Assert.True(exchange.Trace(sent.Masked, sent.Manifest).IsTraced);
        foreach (var piece in (int[])[1, 13, 5000])
        {
            Assert.Equal(sent.Text, exchange.Dispatch(Encoding.UTF8.GetBytes(file), piece).Text);
            Assert.Equal(back.Text, exchange.Return(sent.Masked, sent.Manifest, piece).Text);
        }
    }

    [Theory]
    [InlineData("[", ",", "]")]
    [InlineData("[\n  ", ",\n  ", "\n]\n")]
    [InlineData("[ ", " , ", " ]")]
    public void Elements_that_come_back_in_another_order_have_their_commas_wherever_the_canaries_stood(string head, string between, string tail)
    {
        using var exchange = Exchange.Of("json", Fields, $"{Trace}\nrecords: '[*]'");
        var sent = exchange.Dispatch(head + string.Join(between, Elements()) + tail);
        var elements = ElementsOf(sent.Text);
        var (canaries, real) = (elements.FindAll(element => !IsReal(element)), elements.FindAll(IsReal));
        Assert.NotEmpty(canaries);
        string[][] orders = [[.. canaries, .. real], [.. real, .. canaries], [.. canaries[1..], .. real, canaries[0]], [.. real[..9], .. canaries, .. real[9..]]];
        foreach (var order in orders)
        {
            var back = exchange.Return(head + string.Join(between, order) + tail, sent.Manifest);
            Assert.False(back.HasFindings, string.Join('\n', back.Lines));
            Assert.Equal(head + string.Join(between, Elements()) + tail, back.Text);
        }

        using var fewer = Exchange.Of("json", Fields, $"{Trace}\nrecords: '[*]'\nreturns: {{ missing-rows: allow }}");
        sent = fewer.Dispatch(head + string.Join(between, Elements()) + tail);
        Assert.Equal(head + tail, fewer.Return(head + string.Join(between, ElementsOf(sent.Text).Where(element => !IsReal(element))) + tail, sent.Manifest).Text);
    }

    [Fact]
    public void An_array_longer_than_a_batch_has_the_same_canaries_however_it_is_cut_and_blanks_stay_where_they_are()
    {
        using var exchange = Exchange.Of("json", Fields, $"{Trace}\nrecords: '[*]'");
        var elements = Enumerable.Range(1, 12).SelectMany(n => Elements().Select(element => element.Replace("\"C-0", $"\"C-{n + 10}", StringComparison.Ordinal))).ToList();
        var text = new StringBuilder("[");
        for (var n = 0; n < elements.Count; n++) text.Append(n == 0 ? "" : $"{new string(' ', n % 7)},{new string('\n', n % 5)}").Append(elements[n]);
        var file = text.Append(']').ToString();
        Assert.True(file.Length > 2 << 16);
        var sent = exchange.Dispatch(file);
        Assert.Equal(elements.Count + sent.Report.Canaries, ElementsOf(sent.Text).Count);
        Assert.Equal(file, exchange.Return(sent.Masked, sent.Manifest).Text);
        Assert.Equal(file, exchange.Return(sent.Masked, sent.Manifest, 1000).Text);
        Assert.Equal(sent.Masked, exchange.Dispatch(Encoding.UTF8.GetBytes(file), 1000).Masked);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Age)]
    public void A_sheet_has_canaries_between_its_rows_and_every_row_its_number(string suppress)
    {
        using var exchange = Exchange.Of("xlsx", Fields, $"{Trace}\n{suppress}");
        using var without = Exchange.Of("xlsx", Fields, $"row-key: id\n{suppress}");
        var file = Workbook("");
        var (sent, plain) = (exchange.Dispatch(file), without.Dispatch(file));
        Assert.InRange(sent.Report.Canaries, 4, 60);
        Assert.Equal(sent.Masked, exchange.Dispatch(file, 1000).Masked);
        var (theirs, ours) = (RowsOf(sent.Masked), RowsOf(plain.Masked));
        Assert.Equal(ours.Select(row => row.Cells), theirs.Select(row => row.Cells).Where(cells => ours.Exists(own => own.Cells == cells)));
        Assert.Equal(sent.Report.Canaries, theirs.Count - ours.Count);
        Assert.All(theirs.Skip(1), row => Assert.Matches("^A text C-[0-9]{6}\nB text tok_[^\n]+\nC number [0-9]{2}\nD text s1 [0-9]{9}$", row.Cells));
        // Each row's number has moved by the canaries in front of it.
        var canaries = 0;
        foreach (var (number, cells) in theirs)
        {
            if (ours.Find(row => row.Cells == cells) is { Number: > 0 } own) Assert.Equal(own.Number + canaries, number);
            else canaries++;
        }

        Assert.Equal(theirs.Count, theirs.Select(row => row.Number).Distinct().Count());
        Assert.DoesNotContain("dimension", Book.Everything(sent.Masked), StringComparison.Ordinal);
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal(sent.Report.Canaries, back.Report.Canaries);
        var expected = Book.Everything(without.Return(plain.Masked, plain.Manifest).Bytes);
        Assert.Equal(expected.Replace("<dimension ref=\"A1:D4\"/>", "", StringComparison.Ordinal), Book.Everything(back.Bytes));
        Assert.Equal(sent.Report.Canaries, exchange.Trace(sent.Masked, sent.Manifest).Canaries);
        Assert.True(exchange.Trace(sent.Masked, sent.Manifest).IsTraced);
    }

    [Fact]
    public void Each_document_of_an_archive_has_canaries_and_commas_of_its_own()
    {
        using var exchange = Exchange.Of("json", Fields, $"{Trace}\nrecords: '[*]'\ncontainer: zip\nentries: ['*.json']");
        List<string> files = [$"[{string.Join(",\n", Elements().Take(90))}]", "[]", $"[ {string.Join(" , ", Elements().Skip(90))} ]\n"];
        var sent = exchange.Dispatch(Zip(files));
        Assert.All(Unzip(sent.Masked), file => ElementsOf(file));
        var counts = Unzip(sent.Masked).Select(file => ElementsOf(file).Count(element => !IsReal(element))).ToList();
        Assert.True(counts[0] > 0 && counts[2] > 0, string.Join(' ', counts));
        Assert.Equal(0, counts[1]);
        Assert.Equal(files, Unzip(exchange.Return(sent.Masked, sent.Manifest).Bytes));

        // Canaries in front in each of them.
        var turned = Unzip(sent.Masked).Select(file => $"[{string.Join(',', ElementsOf(file).OrderBy(IsReal))}]").ToList();
        var back = exchange.Return(Zip(turned), sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal(files.Select(ElementsOf), Unzip(back.Bytes).Select(ElementsOf));
    }

    [Fact]
    public void Each_sheet_of_a_workbook_is_numbered_by_itself()
    {
        using var exchange = Exchange.Of("xlsx", Fields, $"{Trace}\nsheets: [Claims, More]");
        var file = Workbook("", "<sheet name=\"Claims\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"More\" sheetId=\"2\" r:id=\"rId2\"/>");
        file = Changed(file, "xl/worksheets/sheet2.xml", "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Hidden Ana</t></is></c></row></sheetData>",
            "<sheetData>" + Rows(1000, 60) + "</sheetData>");
        var sent = exchange.Dispatch(file);
        var (first, second) = (Sheet(sent.Masked, 1), Sheet(sent.Masked, 2));
        foreach (var (sheet, rows) in ((string, int)[])[(first, People), (second, 60)])
        {
            var numbers = Regex.Matches(sheet, "<row r=\"([0-9]+)\"").Select(row => int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
            Assert.True(numbers.Count > 1 + rows);
        }

        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        using var without = Exchange.Of("xlsx", Fields, "row-key: id\nsheets: [Claims, More]");
        var plain = without.Dispatch(file);
        Assert.Equal(Sheet(without.Return(plain.Masked, plain.Manifest).Bytes, 2), Sheet(back.Bytes, 2));
    }

    [Fact]
    public void Merged_cells_move_with_their_rows_and_lose_those_that_are_taken_out()
    {
        using var exchange = Exchange.Of("xlsx", Fields, Trace);
        var sent = exchange.Dispatch(Workbook("<mergeCells count=\"3\"><mergeCell ref=\"F1:G1\"/><mergeCell ref=\"F150:G150\"/><mergeCell ref=\"not one\"/></mergeCells>"));
        var theirs = RowsOf(sent.Masked);
        var moved = theirs.Single(row => row.Cells.Contains("C-000148", StringComparison.Ordinal)).Number; // Of the row that was the 150th.
        Assert.True(moved > 150);
        Assert.Contains($"</sheetData><mergeCells count=\"2\"><mergeCell ref=\"F1:G1\"/><mergeCell ref=\"F{moved}:G{moved}\"/></mergeCells></worksheet>", Book.Everything(sent.Masked), StringComparison.Ordinal);

        // What the vendor merged: a canary alone, and with the rows around it.
        var canary = theirs.First(row => row.Number > 1 && !IsReal(row.Cells)).Number;
        var merged = Changed(sent.Masked, "xl/worksheets/sheet1.xml", "<mergeCells count=\"2\">", $"<mergeCells count=\"4\"><mergeCell ref=\"H{canary}:I{canary}\"/><mergeCell ref=\"A{canary - 1}:A{canary + 1}\"/>");
        var back = exchange.Return(merged, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Contains($"<mergeCells count=\"3\"><mergeCell ref=\"A{canary - 1}:A{canary}\"/><mergeCell ref=\"F1:G1\"/><mergeCell ref=\"F150:G150\"/></mergeCells>", Book.Everything(back.Bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A150:A151")]
    [InlineData("A1:A2")]
    public void Rows_that_are_merged_with_others_take_no_canaries_between_them(string reference)
    {
        using var exchange = Exchange.Of("xlsx", Fields, Trace);
        var file = Workbook($"<mergeCells><mergeCell ref=\"{reference}\"/></mergeCells>");
        Assert.Equal(RecordError.EntryRefused, exchange.Refused(file).Error);
        using var without = Exchange.Of("xlsx", Fields);
        Assert.Contains($"<mergeCell ref=\"{reference}\"/>", Book.Everything(without.Dispatch(file).Masked), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sheet_that_is_full_takes_no_canaries()
    {
        using var exchange = Exchange.Of("xlsx", Fields, Trace);
        var last = Changed(Workbook(""), "xl/worksheets/sheet1.xml", "<row r=\"201\">", "<row r=\"1048576\">", "A201", "A1048576", "B201", "B1048576", "C201", "C1048576", "D201", "D1048576");
        Assert.Equal(RecordError.EntryRefused, exchange.Refused(last).Error);
    }

    [Fact]
    public async Task LibreOffice_opens_a_masked_workbook_with_canaries()
    {
        using var folder = new TempFolder();
        using var exchange = Exchange.Of("xlsx", Fields, Trace);
        var sent = exchange.Dispatch(Workbook("<mergeCells count=\"1\"><mergeCell ref=\"F150:G150\"/></mergeCells>"));
        await File.WriteAllBytesAsync(folder.File("masked.xlsx"), sent.Masked, TestContext.Current.CancellationToken);
        var run = await Peer.RunAsync("soffice", ["-env:UserInstallation=file://" + folder.File("home"), "--headless", "--convert-to", "csv", "--outdir", folder.Path, folder.File("masked.xlsx")], folder: folder.Path, seconds: 120);
        Assert.True(File.Exists(folder.File("masked.csv")), run.ToString());
        var lines = (await File.ReadAllTextAsync(folder.File("masked.csv"), TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n');
        Assert.Equal(RowsOf(sent.Masked).Select(row => row.Cells.Split('\n')[0][7..]), lines.Select(line => line.Split(',')[0]));
        Assert.Equal(1 + People + sent.Report.Canaries, lines.Length);
    }

    private static IEnumerable<string> Elements()
    {
        for (var n = 0; n < People; n++) yield return $"{{\"id\": \"C-{n:d6}\",\"name\":\"Person {n}\", \"age\":{20 + (n % 50)},\"ssn\":\"{100_000_000 + (7919 * n)}\"}}";
    }

    private static bool IsReal(string row) => Regex.Match(row, "C-[0-9]+").Value is { Length: > 0 } id && int.Parse(id[2..], CultureInfo.InvariantCulture) < People;

    /// <summary>The elements as they are spelt.</summary>
    private static List<string> ElementsOf(string text)
    {
        using var document = JsonDocument.Parse(text);
        var array = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement : document.RootElement.GetProperty("rows");
        return [.. array.EnumerateArray().Select(element => element.GetRawText())];
    }

    private static byte[] Workbook(string behindRows, string sheets = "<sheet name=\"Claims\" sheetId=\"1\" r:id=\"rId1\"/>") =>
        Book.Make(Rows(0, People), ["id", "name", "age", "ssn"], behindRows, sheets);

    private static string Rows(int first, int count)
    {
        var rows = new StringBuilder("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>");
        for (var row = 2; row < count + 2; row++)
        {
            var n = first + row - 2;
            rows.Append(CultureInfo.InvariantCulture, $"<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>C-{n:d6}</t></is></c><c r=\"B{row}\" t=\"inlineStr\"><is><t>Person {n} &lt;c r=\"B1\"</t></is></c>");
            rows.Append(CultureInfo.InvariantCulture, $"<c r=\"C{row}\"><v>{20 + (n % 50)}</v></c><c r=\"D{row}\" s=\"1\" t=\"inlineStr\"><is><t>{500_000_000 + (7919 * n)}</t></is></c></row>");
        }

        return rows.ToString();
    }

    private static string Sheet(byte[] file, int number)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        using var reader = new StreamReader(zip.GetEntry($"xl/worksheets/sheet{number}.xml")!.Open());
        return reader.ReadToEnd();
    }

    private static byte[] Zip(List<string> files)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < files.Count; i++)
            {
                using var writer = new StreamWriter(zip.CreateEntry($"{i + 1}.json").Open());
                writer.Write(files[i]);
            }
        }

        return output.ToArray();
    }

    private static List<string> Unzip(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return [.. zip.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        })];
    }

    /// <summary>The rows with values: their numbers, and their cells.</summary>
    private static List<(int Number, string Cells)> RowsOf(byte[] file) =>
    [
        .. Book.Cells(file).Select(cell => Regex.Match(cell, "^([A-Z]+)([0-9]+)(.*)$", RegexOptions.Singleline))
            .GroupBy(cell => int.Parse(cell.Groups[2].Value, CultureInfo.InvariantCulture), cell => cell.Groups[1].Value + cell.Groups[3].Value)
            .Select(row => (row.Key, string.Join('\n', row))),
    ];

    /// <summary>The workbook with other XML in a sheet.</summary>
    private static byte[] Changed(byte[] file, string part, params string[] changes)
    {
        using var output = new MemoryStream();
        output.Write(file);
        using (var zip = new ZipArchive(output, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.GetEntry(part)!;
            string xml;
            using (var reader = new StreamReader(entry.Open())) xml = reader.ReadToEnd();
            for (var i = 0; i < changes.Length; i += 2) xml = xml.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
            entry.Delete();
            using var writer = new StreamWriter(zip.CreateEntry(part).Open());
            writer.Write(xml);
        }

        return output.ToArray();
    }
}
