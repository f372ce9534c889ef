using System.IO.Compression;
using System.Security;
using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace SecureExchange.Masking.Tests.Files;

/// <summary>Workbooks as spreadsheet programs write them, and as an independent reader reads them.</summary>
internal static class Book
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>Makes a workbook of one sheet from its rows' XML, with shared strings and whatever other parts.</summary>
    public static byte[] Make(string rows, string[] strings, string behindRows = "", string sheets = "<sheet name=\"Claims\" sheetId=\"1\" r:id=\"rId1\"/>", params (string Name, string Xml)[] others)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                + string.Concat(new (string Name, string Type)[] { ("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("worksheets/sheet2", "worksheet"), ("sharedStrings", "sharedStrings"), ("styles", "styles") }
                    .Select(part => $"<Override PartName=\"/xl/{part.Name}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{part.Type}+xml\"/>")) + "</Types>");
            Add(zip, "_rels/.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{Rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Add(zip, "xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Rel}\"><sheets>{sheets}</sheets><definedNames><definedName name=\"Ana\">Claims!$A$1</definedName></definedNames></workbook>");
            Add(zip, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                + $"<Relationship Id=\"rId1\" Type=\"{Rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{Rel}/worksheet\" Target=\"worksheets/sheet2.xml\"/>"
                + $"<Relationship Id=\"rId3\" Type=\"{Rel}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rId4\" Type=\"{Rel}/styles\" Target=\"/xl/styles.xml\"/></Relationships>");
            Add(zip, "xl/worksheets/sheet1.xml", $"<worksheet xmlns=\"{Main}\" xmlns:r=\"{Rel}\"><sheetPr codeName=\"Ana\"/><dimension ref=\"A1:D4\"/><cols><col min=\"1\" max=\"1\" width=\"12.5\" customWidth=\"1\"/></cols><sheetData>{rows}</sheetData>{behindRows}</worksheet>");
            Add(zip, "xl/worksheets/sheet2.xml", $"<worksheet xmlns=\"{Main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Hidden Ana</t></is></c></row></sheetData></worksheet>");
            Add(zip, "xl/sharedStrings.xml", $"<sst xmlns=\"{Main}\">{string.Concat(strings.Select(s => s.StartsWith('<') ? $"<si>{s}</si>" : $"<si><t>{SecurityElement.Escape(s)}</t></si>"))}</sst>");
            Add(zip, "xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><numFmts count=\"1\"><numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
                + "<fills count=\"1\"><fill><patternFill patternType=\"none\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\"/></cellStyleXfs>"
                + "<cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"165\" applyNumberFormat=\"1\"/></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Ana's own\" xfId=\"0\"/></cellStyles></styleSheet>");
            foreach (var (name, xml) in others) Add(zip, name, xml);
        }

        return output.ToArray();
    }

    /// <summary>All cells of the first sheet with a value: <c>B2 text Ana</c>.</summary>
    public static string[] Cells(byte[] file)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        var workbook = document.WorkbookPart!;
        var sheet = (WorksheetPart)workbook.GetPartById(workbook.Workbook.Descendants<Sheet>().First().Id!);
        var strings = workbook.SharedStringTablePart?.SharedStringTable.Elements<SharedStringItem>().Select(item => string.Concat(item.Descendants<Text>().Select(t => t.Text))).ToList();
        return [.. sheet.Worksheet.Descendants<Cell>().Where(cell => cell.CellValue is not null || cell.InlineString is not null).Select(cell =>
        {
            var type = cell.DataType?.Value;
            var isShared = type == CellValues.SharedString;
            var text = isShared ? strings![int.Parse(cell.CellValue!.Text, System.Globalization.CultureInfo.InvariantCulture)] : cell.InlineString?.InnerText ?? cell.CellValue!.Text;
            var kind = isShared || type == CellValues.InlineString || type == CellValues.String ? "text" : type == CellValues.Boolean ? "truth" : type == CellValues.Error ? "error" : "number";
            return $"{cell.CellReference} {kind}{(cell.StyleIndex is { } style && style > 0u ? $" s{style}" : "")} {text}";
        })];
    }

    /// <summary>Everything that stands anywhere in a package, unpacked.</summary>
    public static string Everything(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return string.Concat(zip.Entries.Select(entry => entry.FullName + "\n" + new StreamReader(entry.Open(), Encoding.UTF8).ReadToEnd() + "\n"));
    }

    private static void Add(ZipArchive zip, string name, string xml)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml));
    }
}
