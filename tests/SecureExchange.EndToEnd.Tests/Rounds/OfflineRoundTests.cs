using System.IO.Compression;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>Each format at the command line: masked by one process, worked on by a vendor, turned back by another. No gateway.</summary>
public sealed class OfflineRoundTests : IDisposable
{
    private const string Open = "OPEN";
    private const string Worked = "DONE";

    private readonly TempFolder _folder = new();

    /// <summary>A profile whose masked fields turn back, a file with a kept <c>OPEN</c> in it, and what of it nobody may see.</summary>
    public static TheoryData<string, string, string, string[]> Files => new()
    {
        {
            "hl7",
            "format: hl7\nfields:\n  MSH: { transform: keep }\n  PID-3.1: { transform: fpe, alphabet: digits-upper }\n  PID-5: { transform: tokenise }\n  PV1: { transform: keep }",
            "\vMSH|^~\\&|ADT|NW|EHR|CT|20261127||ADT^A01|M1|P|2.5\rPID|||MRN0047111||Lima^Ana^M\rPV1|1|OPEN\r\u001c\r", ["MRN0047111", "Lima", "Ana"]
        },
        {
            "x12",
            "format: x12\nrecords: CLM\nfields:\n  ISA: { transform: keep }\n  GS: { transform: keep }\n  ST: { transform: keep }\n  'NM1[IL]': { transform: keep }\n  'NM1[IL]-03': { transform: tokenise }\n"
            + "  CLM: { transform: keep }\n  CLM-01: { transform: tokenise }\n  SE: { transform: keep }\n  GE: { transform: keep }\n  IEA: { transform: keep }",
            "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*CONTOSO        *261127*0800*^*00501*000000001*0*P*:~\nGS*HC*A*B*20261127*0800*1*X~\nST*837*0001~\n"
            + "NM1*IL*1*LIMA~\nCLM*PAT0471*100*OPEN~\nSE*4*0001~\nGE*1*1~\nIEA*1*000000001~\n", ["LIMA", "PAT0471"]
        },
        {
            "fixed-width",
            "format: fixed-width\nlayout:\n  id: { length: 8 }\n  pay: { picture: S9(7)V99 }\n  state: { length: 6 }\nfields:\n  id: { transform: fpe, alphabet: digits }\n  pay: { transform: keep }\n  state: { transform: keep }",
            "00471147000012345OPEN  \r\n00881188000099900SHUT  \r\n", ["00471147", "00881188"]
        },
        {
            "xml",
            "format: xml\nrecords: all/one\nfields:\n  name: { transform: tokenise }\n  '@id': { transform: fpe, alphabet: digits }\n  note: { transform: scan }\n  state: { transform: keep }",
            "<?xml version=\"1.0\"?>\n<all>\n <one id='4711471'><name>Ana &amp; Co &lt;Lima&gt;</name><note>to ana@corp.com</note><state>OPEN</state></one>\n</all>\n", ["Lima", "4711471", "corp.com"]
        },
        {
            "text",
            "format: text\nrecords: paragraph\nfields:\n  text: { transform: scan }",
            "\uFEFFOPEN: call ana@corp.com\r\nor +1 415 555 0132.\r\n\r\n# Second\r\n", ["corp.com", "415 555"]
        },
        {
            "eml",
            "format: eml\nfields:\n  From: { transform: tokenise }\n  Subject: { transform: scan }\n  MIME-Version: { transform: keep }\n  text: { transform: scan }\nattachments:\n"
            + "  claims: { files: [claims.csv], format: csv, fields: { id: { transform: keep }, name: { transform: tokenise } } }",
            "From: Ana Lima <ana@corp.com>\r\nSubject: about bo@corp.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + "OPEN, says ana@corp.com\r\n--b1\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=claims.csv\r\nContent-Transfer-Encoding: base64\r\n\r\naWQsbmFtZQoxLEFuYSBMaW1hCg==\r\n--b1--\r\n",
            ["corp.com", "Ana", "QW5hIExpbWE", "LEFuYSBMaW1h"]
        },
    };

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Files))]
    public async Task What_a_vendor_worked_on_turns_back_to_the_byte(string format, string profile, string file, string[] secrets)
    {
        await PrepareAsync(format, profile);
        var masked = (await SxAsync("mask", Encoding.UTF8.GetBytes(file))).Text;
        foreach (var secret in secrets) Assert.DoesNotContain(secret, masked, StringComparison.Ordinal);
        Assert.Contains(Open, masked, StringComparison.Ordinal);
        var worked = Encoding.UTF8.GetBytes(masked.Replace(Open, Worked, StringComparison.Ordinal));
        Assert.Equal(file.Replace(Open, Worked, StringComparison.Ordinal), (await SxAsync("unmask", worked)).Text);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_workbook_that_a_vendor_worked_on_turns_back_with_its_cells()
    {
        await PrepareAsync("xlsx", "format: xlsx\nfields:\n  id: { transform: keep }\n  name: { transform: tokenise }\n  state: { transform: keep }");
        var masked = (await SxAsync("mask", Workbook("<c t=\"inlineStr\"><is><t>Ana &amp; Lima</t></is></c>"))).Output;
        var sheet = Sheet(masked);
        Assert.DoesNotContain("Lima", sheet, StringComparison.Ordinal);
        Assert.Contains("tok_", sheet, StringComparison.Ordinal);
        var back = Sheet((await SxAsync("unmask", Edited(masked))).Output);
        Assert.Contains("Ana &amp; Lima", back, StringComparison.Ordinal);
        Assert.Contains(Worked, back, StringComparison.Ordinal);
        Assert.DoesNotContain("tok_", back, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_report_that_cannot_be_written_is_said_before_anything_is_masked()
    {
        await PrepareAsync("fixed", "format: csv\nfields:\n  id: { transform: keep }");
        var refused = await Peer.RunAsync("dotnet", [BuiltProgram.Cli, "mask", "--profile", "p.yaml", "--report", "none/r.json"], "id\n1\n"u8.ToArray(), folder: _folder.Path);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Empty(refused.Output);
        Assert.Contains("--report: there is no folder", refused.Errors, StringComparison.Ordinal);
        var format = await Peer.RunAsync("dotnet", [BuiltProgram.Cli, "mask", "--profile", "p.yaml", "--format", "cvs"], "id\n1\n"u8.ToArray(), folder: _folder.Path);
        Assert.Equal("sx: --format is one of csv, ndjson, json, fixed-width, xml, xlsx, hl7, x12, text, eml\n", format.Errors);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_becomes_of_attached_files_is_explained()
    {
        await PrepareAsync("mail", "format: eml\nunlisted: drop\nfields:\n  text: { transform: scan }\nattachments:\n  claims: { files: ['claims*.csv'], media: [text/csv], format: csv, fields: { id: { transform: keep } } }\n  forwarded: { files: ['*.eml'], format: eml }");
        var told = (await Peer.RunAsync("dotnet", [BuiltProgram.Cli, "profile", "explain", "p.yaml"], folder: _folder.Path)).Succeeded().Text;
        Assert.EndsWith(
            "  claims/id  -      the value itself                                no\n"
            + "  Any other field is left out.\n"
            + "  claims: attached files called claims*.csv of type text/csv are opened; with any other field the message is refused.\n"
            + "  forwarded: attached files called *.eml are messages, and masked like the one that they are in.\n"
            + "  Any other attached file is left out.\n\n", told, StringComparison.Ordinal);
    }

    private async Task PrepareAsync(string name, string profile)
    {
        await File.WriteAllTextAsync(_folder.File("p.yaml"), $"profile: {name}\nversion: 1\n{profile}\n");
        (await Peer.RunAsync("dotnet", [BuiltProgram.Cli, "key", "masking", "--name", "n", "-o", "k"], folder: _folder.Path)).Succeeded();
    }

    private async Task<PeerResult> SxAsync(string command, byte[] input) =>
        (await Peer.RunAsync("dotnet", [BuiltProgram.Cli, command, "--profile", "p.yaml", "--key-file", "k"], input, folder: _folder.Path)).Succeeded();

    private static byte[] Workbook(string name)
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string Rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string part, string xml)
            {
                using var entry = zip.CreateEntry(part).Open();
                entry.Write(Encoding.UTF8.GetBytes(xml));
            }

            Add("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>");
            Add("_rels/.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{Rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Add("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Rel}\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
            Add("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{Rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
            Add("xl/worksheets/sheet1.xml", $"<worksheet xmlns=\"{Main}\"><sheetData><row>{Text("id")}{Text("name")}{Text("state")}</row><row><c><v>7</v></c>{name}{Text(Open)}</row></sheetData></worksheet>");
        }

        return file.ToArray();
    }

    private static string Text(string text) => $"<c t=\"inlineStr\"><is><t>{text}</t></is></c>";

    private static string Sheet(byte[] book)
    {
        using var zip = new ZipArchive(new MemoryStream(book));
        return new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open()).ReadToEnd();
    }

    private static byte[] Edited(byte[] book)
    {
        var sheet = Sheet(book).Replace(Open, Worked, StringComparison.Ordinal);
        using var file = new MemoryStream();
        file.Write(book);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry("xl/worksheets/sheet1.xml")!.Delete();
            using var entry = zip.CreateEntry("xl/worksheets/sheet1.xml").Open();
            entry.Write(Encoding.UTF8.GetBytes(sheet));
        }

        return file.ToArray();
    }
}
