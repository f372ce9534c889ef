using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Files;

public class WorkbookTests
{
    private const string Fields = "id: { transform: keep }\nname: { transform: tokenise }\nborn: { transform: shift-date, subject: id, max-days: 100 }\nnote: { transform: keep }\npaid: { transform: keep, optional: true }";
    private const string Header = "<row r=\"1\" spans=\"1:4\" ht=\"15\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>";
    private static readonly string[] s_strings = ["id", "name", "born", "note", "Ana Lima", "<r><t>Bo </t></r><r><rPr><b/></rPr><t>Berg</t></r>", "fine & dandy"];
    private const string Rows = Header
        + "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>4</v></c><c r=\"C2\" s=\"1\"><v>29221</v></c><c r=\"D2\" t=\"s\"><v>6</v></c></row>"
        + "<row r=\"3\"/><row r=\"4\"><c r=\"A4\"><v>2.50</v></c><c r=\"B4\" t=\"s\"><v>5</v></c><c r=\"C4\" s=\"2\"><v>29222</v></c><c r=\"D4\" s=\"2\"/></row>"
        + "<row r=\"5\"><c r=\"A5\"><v>3</v></c><c r=\"B5\"><v>42</v></c><c r=\"D5\" t=\"b\"><v>1</v></c></row>";

    [Fact]
    public void Masked_cells_turn_back_with_their_types_and_styles_and_no_value_is_left_anywhere()
    {
        using var exchange = Exchange.Of("xlsx", Fields, "row-key: id");
        var file = Book.Make(Rows, s_strings);
        var sent = exchange.Dispatch(file);
        Assert.Equal(3, sent.Report.Records);
        var everything = Book.Everything(sent.Masked);
        foreach (var value in (string[])["Ana", "Lima", "Bo ", "Berg", "29221", "29222"]) Assert.DoesNotContain(value, everything, StringComparison.Ordinal);
        var cells = Book.Cells(sent.Masked);
        Assert.Contains("A4 number 2.50", cells);
        Assert.Contains("D2 text fine & dandy", cells);
        Assert.Matches("^C2 number s1 [0-9]{5}$", cells.Single(cell => cell.StartsWith("C2", StringComparison.Ordinal)));
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal(Book.Cells(file), Book.Cells(back.Bytes));
        Assert.Equal(sent.Masked, exchange.Dispatch(file, 1000).Masked);
    }

    [Fact]
    public void What_else_is_in_a_workbook_is_left_out_and_counted()
    {
        using var exchange = Exchange.Of("xlsx", Fields + "\ntotal: { transform: keep, optional: true }");
        var rows = Rows.Replace("<c r=\"B5\"><v>42</v></c>", "<c r=\"B5\" t=\"str\"><f>CONCAT(B2,B4)</f><v>Ana Lima</v></c>", StringComparison.Ordinal);
        var file = Book.Make(rows, s_strings,
            "<sheetProtection/><mergeCells count=\"1\"><mergeCell ref=\"A1:A1\"/></mergeCells><dataValidations><dataValidation><formula1>\"Ana,Bo\"</formula1></dataValidation></dataValidations><hyperlinks><hyperlink ref=\"A1\" display=\"Ana\"/></hyperlinks><pageMargins left=\"1\"/>",
            "<sheet name=\"Claims of Ana\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Secret\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/>",
            ("xl/comments1.xml", "<a>Ana</a>"), ("xl/vbaProject.bin", "Ana"), ("docProps/core.xml", "<creator>Ana</creator>"), ("docProps/app.xml", "<a>Ana</a>"),
            ("xl/externalLinks/externalLink1.xml", "<a>Ana</a>"), ("xl/media/image1.png", "Ana"), ("xl/embeddings/oleObject1.bin", "Ana"), ("xl/theme/theme1.xml", "<a>Ana</a>"), ("customXml/item1.xml", "<a>Ana</a>"));
        var sent = exchange.Dispatch(file);
        Assert.DoesNotContain("Ana", Book.Everything(sent.Masked), StringComparison.Ordinal);
        Assert.Equal(
            ["xlsx.comment-removed 1", "xlsx.data-removed 1", "xlsx.defined-name-removed 1", "xlsx.embedded-object-removed 2", "xlsx.external-link-removed 1", "xlsx.formula-replaced 1",
                "xlsx.hidden-sheet-removed 1", "xlsx.macro-removed 1", "xlsx.part-removed 1", "xlsx.property-removed 2", "xlsx.rich-text-flattened 1",
                "xlsx.sheet-element-removed 3", "xlsx.sheet-name-replaced 1"],
            sent.Report.Format.Select(f => $"{f.Kind} {f.Count}").Where(line => !line.StartsWith("xlsx.part", StringComparison.Ordinal) || line.EndsWith('1')));
        Assert.Contains("mergeCell ref=\"A1:A1\"", Book.Everything(sent.Masked), StringComparison.Ordinal);
        using var strict = Exchange.Of("xlsx", Fields, "extras: refuse");
        Assert.Equal(RecordError.EntryRefused, strict.Refused(file).Error);
        using var formulas = Exchange.Of("xlsx", Fields, "formulas: refuse");
        Assert.Equal((RecordError.EntryRefused, 3L), (formulas.Refused(file).Error, formulas.Refused(file).Row));
    }

    [Fact]
    public void Sheets_are_taken_by_name()
    {
        const string Two = "<sheet name=\"Claims\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Other\" sheetId=\"2\" r:id=\"rId2\"/>";
        using var refusing = Exchange.Of("xlsx", Fields, "sheets: [Claims]");
        Assert.Equal(RecordError.EntryRefused, refusing.Refused(Book.Make(Rows, s_strings, sheets: Two)).Error);
        using var dropping = Exchange.Of("xlsx", Fields, "sheets: [Claims]\nunlisted: drop");
        var sent = dropping.Dispatch(Book.Make(Rows, s_strings, sheets: Two));
        Assert.Contains("<sheet name=\"Claims\"", Book.Everything(sent.Masked), StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden", Book.Everything(sent.Masked), StringComparison.Ordinal);
        using var all = Exchange.Of("xlsx", Fields);
        Assert.Equal(RecordError.UnlistedField, all.Refused(Book.Make(Rows, s_strings, sheets: Two)).Error);
    }

    public static TheoryData<string, RecordError, long> Faults => new()
    {
        { Header + "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"F2\"><v>1</v></c></row>", RecordError.RaggedRow, 1 },
        { Header + "<row r=\"2\"><c r=\"B2\"><v>1</v></c></row>", RecordError.MissingRowKey, 1 },
        { Header.Replace("D1\" t=\"s\"><v>3", "D1\" t=\"s\"><v>4", StringComparison.Ordinal), RecordError.UnlistedField, 0 },
        { Header.Replace("D1\" t=\"s\"><v>3", "D1\" t=\"s\"><v>0", StringComparison.Ordinal), RecordError.DuplicateColumn, 0 },
        { "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>", RecordError.MissingField, 0 },
        { Header + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>99</v></c></row>", RecordError.NotAWorkbook, 0 },
        { Header + "<row r=\"1\"/>", RecordError.NotAWorkbook, 0 },
        { Header + "<row r=\"2\"><c r=\"A2\"><v>Ana</v></c></row>", RecordError.NotAWorkbook, 0 },
        { Header + "<row r=\"2\"><c r=\"A2\"><v>1</v></row>", RecordError.NotAWorkbook, 0 },
        { Header + "Ana", RecordError.NotAWorkbook, 0 },
        { Header + "<row r=\"2\"><c r=\"A2\"><v>1</v></c>", RecordError.NotAWorkbook, 0 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_workbook_is_refused(string rows, RecordError error, long row)
    {
        using var exchange = Exchange.Of("xlsx", Fields, "row-key: id");
        var e = exchange.Refused(Book.Make(rows, s_strings));
        Assert.Equal((error, row), (e.Error, e.Row));
        Assert.DoesNotContain("Ana", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workbook_of_another_writer_is_read_like_one_of_ours()
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            var sheet = workbook.AddNewPart<WorksheetPart>();
            var rows = new SheetData();
            rows.Append(new Row([.. ((string[])["id", "name", "born", "note"]).Select(Text)]));
            for (var i = 1; i <= 500; i++) rows.Append(new Row(new Cell { CellValue = new CellValue(i) }, Text($"Ana {i} <é>"), Text("1990-02-03"), Text("x")));
            sheet.Worksheet = new Worksheet(rows);
            workbook.Workbook = new Workbook(new Sheets(new Sheet { Id = workbook.GetIdOfPart(sheet), SheetId = 1, Name = "Claims" }));
        }

        using var exchange = Exchange.Of("xlsx", Fields, "row-key: id");
        var sent = exchange.Dispatch(stream.ToArray());
        Assert.Equal(500, sent.Report.Records);
        var back = exchange.Return(sent.Masked, sent.Manifest).Bytes;
        Assert.Contains("B501 text Ana 500 <é>", Book.Cells(back));
        Assert.Contains("C3 text 1990-02-03", Book.Cells(back));

        static Cell Text(string text) => new() { DataType = CellValues.InlineString, InlineString = new InlineString(new Text(text)) };
    }

    [Fact]
    public void Sheets_that_were_broken_anywhere_are_refused_or_come_out_as_workbooks()
    {
        using var exchange = Exchange.Of("xlsx", Fields, "row-key: id");
        var dice = new Dice(21);
        var read = 0;
        for (var round = 0; round < 500; round++)
        {
            var rows = Rows.ToCharArray();
            for (var edits = dice.Next(1, 3); edits > 0; edits--) rows[dice.Next(rows.Length)] = "<>/\"=&;019AZrcvst "[dice.Next(18)];
            try
            {
                var masked = exchange.Dispatch(Book.Make(new string(rows), s_strings)).Masked;
                Assert.NotEmpty(Book.Cells(masked));
                Assert.DoesNotContain("Ana Lima", Book.Everything(masked), StringComparison.Ordinal);
                read++;
            }
            catch (RecordException)
            {
                // Refused, which is always allowed here.
            }
        }

        Assert.True(read > 20);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x.example\") for ana@corp.com")]
    [InlineData("@ana@corp.com")]
    [InlineData("-2+3 to ana@corp.com")]
    [InlineData("+1 (415) 555-0132")]
    [InlineData("\t=1 ana@corp.com")]
    public void A_masked_text_never_starts_like_a_formula_that_CSV_would_make_of_it(string text)
    {
        using var exchange = Exchange.Of("xlsx", "note: { transform: scan }");
        var sent = exchange.Dispatch(Sheet(text));
        Assert.DoesNotMatch("^A2 text [=+@\t-]", Book.Cells(sent.Masked)[1]);
        Assert.Equal("A2 text " + text, Book.Cells(exchange.Return(sent.Masked, sent.Manifest).Bytes)[1]);
        // What the vendor wrote itself gets an apostrophe, as in CSV.
        Assert.Equal("A2 text '=1+1", Book.Cells(exchange.Return(Sheet("=1+1"), sent.Manifest).Bytes)[1]);

        static byte[] Sheet(string text) => Book.Make("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row>", ["note", text]);
    }

    [Fact]
    public void A_file_that_is_no_archive_is_no_workbook()
    {
        using var exchange = Exchange.Of("xlsx", Fields);
        Assert.Equal(RecordError.NotAWorkbook, exchange.Refused("id,name,born,note\n").Error);
    }

    /// <summary>Not only the rows: any part, and the bytes of the archive. What comes out is a workbook or a refusal, and costs no more than the file is worth.</summary>
    [Fact]
    public void Workbooks_that_were_broken_anywhere_are_refused_or_come_out_as_workbooks()
    {
        using var exchange = Exchange.Of("xlsx", Fields, "row-key: id");
        var whole = Book.Make(Rows, s_strings);
        var dice = new Dice(22);
        var read = 0;
        for (var round = 0; round < 600; round++)
        {
            var file = round % 3 == 0 ? whole.ToArray() : Broken(whole, dice);
            if (round % 3 == 0)
            {
                for (var edits = dice.Next(1, 4); edits > 0; edits--) file[dice.Next(file.Length)] = (byte)dice.Next(256);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var masked = exchange.Dispatch(file).Masked;
                Assert.DoesNotContain("Ana Lima", Book.Everything(masked), StringComparison.Ordinal);
                read++;
            }
            catch (RecordException)
            {
                // Refused, which is always allowed here.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        }

        Assert.True(read > 50);
    }

    /// <summary>The workbook with one part of it altered.</summary>
    private static byte[] Broken(byte[] workbook, Dice dice)
    {
        using var file = new MemoryStream();
        file.Write(workbook);
        using (var zip = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Update, leaveOpen: true))
        {
            var part = zip.Entries[dice.Next(zip.Entries.Count)];
            using var content = part.Open();
            var text = new StreamReader(content).ReadToEnd().ToCharArray();
            for (var edits = dice.Next(1, 4); edits > 0; edits--) text[dice.Next(text.Length)] = "<>/\"=&;019AZrcvst "[dice.Next(18)];
            content.Position = 0;
            content.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return file.ToArray();
    }

    [Fact]
    public async Task What_LibreOffice_saves_as_CSV_of_a_masked_text_starts_no_formula()
    {
        using var folder = new TempFolder();
        using var exchange = Exchange.Of("xlsx", "note: { transform: scan }");
        var sent = exchange.Dispatch(Book.Make("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row>", ["note", "=1+1 says ana@corp.com"]));
        await File.WriteAllBytesAsync(folder.File("masked.xlsx"), sent.Masked, TestContext.Current.CancellationToken);
        var run = await Peer.RunAsync("soffice", ["-env:UserInstallation=file://" + folder.File("home"), "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", folder.Path, folder.File("masked.xlsx")], folder: folder.Path, seconds: 120);
        Assert.True(File.Exists(folder.File("masked.csv")), run.ToString());
        Assert.Matches("^note\n\u27E6TEXT:[A-Z2-7]+\u27E71\\+1 says \u27E6EMAIL_ADDRESS:[A-Z2-7]+\u27E7\n$", await File.ReadAllTextAsync(folder.File("masked.csv"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task LibreOffice_opens_a_masked_workbook()
    {
        using var folder = new TempFolder();
        using var exchange = Exchange.Of("xlsx", Fields.Replace("tokenise", "replace, with: 'X & <Y>'", StringComparison.Ordinal).Replace("shift-date, subject: id, max-days: 100", "keep", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(folder.File("masked.xlsx"), exchange.Dispatch(Book.Make(Rows, s_strings)).Masked, TestContext.Current.CancellationToken);
        var run = await Peer.RunAsync("soffice", ["-env:UserInstallation=file://" + folder.File("home"), "--headless", "--convert-to", "csv", "--outdir", folder.Path, folder.File("masked.xlsx")], folder: folder.Path, seconds: 120);
        Assert.True(File.Exists(folder.File("masked.csv")), run.ToString());
        Assert.Equal("id,name,born,note\n1,X & <Y>,1980-01-01,fine & dandy\n,,,\n2.5,X & <Y>,1980-01-02,\n3,X & <Y>,,TRUE\n",
            (await File.ReadAllTextAsync(folder.File("masked.csv"), TestContext.Current.CancellationToken)).Replace("01/01/80", "1980-01-01", StringComparison.Ordinal).Replace("01/01/1980", "1980-01-01", StringComparison.Ordinal));
    }
}
