using System.Buffers;
using System.Security;
using System.Text;
using SecureExchange.Masking.Files.Zip;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Files.Workbooks;

/// <summary>A workbook (XLSX). It isn't edited but written anew, of what is known: rows of sheets, their styles, and the sheets'
/// names. Whatever else there is in a workbook doesn't come out, and is counted.</summary>
internal sealed class WorkbookLayer(SheetCodec codec, MaskingProfile profile, MaskingLimits limits, BatchWork work) : DocumentLayer(limits)
{
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    private readonly MaskingLimits _limits = limits;

    protected override void Run(ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        try
        {
            Write(document, WorkbookParts.Open(document, _limits), output);
        }
        catch (XmlFault)
        {
            throw WorkbookParts.NotOne("a part that isn't XML");
        }
    }

    private void Write(ReadOnlySpan<byte> document, WorkbookParts parts, IBufferWriter<byte> output)
    {
        using var strings = new SharedStrings();
        if (parts.Strings is { } table) strings.Read(parts.Load(document, table));
        codec.Findings.Add("xlsx.rich-text-flattened", strings.Formatted);
        var styles = new CellStyles();
        var stylesPart = parts.Styles is { } entry ? parts.Load(document, entry) : [];
        styles.Read(stylesPart);
        codec.Book = new SheetBook(strings, styles, parts.From1904);
        var sheets = Choose(parts);
        if (!codec.IsReturn) CountOthers(parts);
        using var writer = new ZipWriter();
        var all = Enumerable.Range(1, sheets.Count).ToList();
        AddPart(writer, output, "[Content_Types].xml", $"<Types xmlns=\"{Package}/content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + $"<Override PartName=\"/xl/workbook.xml\" ContentType=\"{ContentType}sheet.main+xml\"/>"
            + $"<Override PartName=\"/xl/styles.xml\" ContentType=\"{ContentType}styles+xml\"/>"
            + string.Concat(all.Select(i => $"<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"{ContentType}worksheet+xml\"/>")) + "</Types>");
        AddPart(writer, output, "_rels/.rels", $"<Relationships xmlns=\"{Package}/relationships\">"
            + $"<Relationship Id=\"rId1\" Type=\"{Relationships}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        AddPart(writer, output, "xl/workbook.xml", $"<workbook xmlns=\"{CellStyles.Namespace}\" xmlns:r=\"{Relationships}\">"
            + (parts.From1904 ? "<workbookPr date1904=\"1\"/>" : "") + "<sheets>"
            + string.Concat(all.Select(i => $"<sheet name=\"{SecurityElement.Escape(NameOf(sheets[i - 1], i))}\" sheetId=\"{i}\" r:id=\"rId{i}\"/>")) + "</sheets></workbook>");
        AddPart(writer, output, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Package}/relationships\">"
            + string.Concat(all.Select(i => $"<Relationship Id=\"rId{i}\" Type=\"{Relationships}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>"))
            + $"<Relationship Id=\"rId{sheets.Count + 1}\" Type=\"{Relationships}/styles\" Target=\"styles.xml\"/></Relationships>");
        writer.Begin();
        writer.Add(styles.Write(stylesPart));
        writer.End("xl/styles.xml", output);
        for (var i = 0; i < sheets.Count; i++)
        {
            if (i > 0) codec.BeginFile();
            WriteSheet(document, parts, sheets[i].Part!, writer);
            writer.End($"xl/worksheets/sheet{i + 1}.xml", output);
        }

        writer.Complete(output);
    }

    private List<WorkbookParts.Sheet> Choose(WorkbookParts parts)
    {
        var named = profile.Layout.Workbook.Sheets;
        var chosen = new List<WorkbookParts.Sheet>();
        foreach (var sheet in parts.Sheets)
        {
            if (sheet.Part is not null && (named.Count > 0 ? named.Contains(sheet.Name) : !sheet.IsHidden))
            {
                chosen.Add(sheet);
                continue;
            }

            if (codec.IsReturn) continue;
            var isExtra = sheet.Part is null || (named.Count == 0 && sheet.IsHidden);
            if (isExtra ? profile.Layout.Workbook.IsStrict : profile.Unlisted == UnlistedFields.Refuse)
                throw new RecordException(RecordError.EntryRefused, 0, null,
                    sheet.IsHidden ? "the workbook has a hidden sheet" : "the workbook has a sheet that the profile doesn't name; add it there, or take it out");
            codec.Findings.Add(sheet.IsHidden ? "xlsx.hidden-sheet-removed" : "xlsx.sheet-removed");
        }

        return chosen.Count > 0 ? chosen : throw new RecordException(RecordError.EntryRefused, 0, null, "the workbook has none of the sheets that the profile takes");
    }

    private string NameOf(WorkbookParts.Sheet sheet, int number)
    {
        // A name that the profile doesn't spell out may say whose sheet it is.
        if (codec.IsReturn || profile.Layout.Workbook.Sheets.Count > 0) return sheet.Name;
        if (sheet.Name != $"Sheet{number}") codec.Findings.Add("xlsx.sheet-name-replaced");
        return $"Sheet{number}";
    }

    private void CountOthers(WorkbookParts parts)
    {
        codec.Findings.Add("xlsx.defined-name-removed", parts.DefinedNames);
        foreach (var path in parts.Others)
        {
            var kind = KindOf(path);
            if (profile.Layout.Workbook.IsStrict && kind is not ("xlsx.property-removed" or "xlsx.part-removed"))
                throw new RecordException(RecordError.EntryRefused, 0, null, $"the workbook has what the profile refuses ({kind[5..^8]})");
            codec.Findings.Add(kind);
        }
    }

    private static string KindOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (path.EndsWith(".rels", StringComparison.OrdinalIgnoreCase)) return "xlsx.part-removed";
        if (name.StartsWith("vba", StringComparison.OrdinalIgnoreCase) || path.Contains("macrosheets", StringComparison.OrdinalIgnoreCase)) return "xlsx.macro-removed";
        if (path.Contains("comment", StringComparison.OrdinalIgnoreCase) || path.Contains("persons/", StringComparison.OrdinalIgnoreCase)) return "xlsx.comment-removed";
        if (path.StartsWith("docProps/", StringComparison.OrdinalIgnoreCase)) return "xlsx.property-removed";
        if (path.Contains("externalLinks/", StringComparison.OrdinalIgnoreCase)) return "xlsx.external-link-removed";
        foreach (var folder in (string[])["drawings/", "media/", "charts/", "embeddings/", "activeX/", "ctrlProps/", "diagrams/"])
        {
            if (path.Contains(folder, StringComparison.OrdinalIgnoreCase)) return "xlsx.embedded-object-removed";
        }

        foreach (var folder in (string[])["tables/", "pivot", "queryTables/", "customXml/", "connections", "model/"])
        {
            if (path.Contains(folder, StringComparison.OrdinalIgnoreCase)) return "xlsx.data-removed";
        }

        return "xlsx.part-removed";
    }

    private void WriteSheet(ReadOnlySpan<byte> document, WorkbookParts parts, ZipEntry part, ZipWriter writer)
    {
        using var layer = new RecordLayer(codec, _limits.MaxRecord, work);
        writer.Begin();
        parts.Unpack(document, part, piece => writer.Add(layer, piece));
        writer.Complete(layer);
    }

    private static void AddPart(ZipWriter writer, IBufferWriter<byte> output, string name, string xml)
    {
        writer.Begin();
        writer.Add(Encoding.UTF8.GetBytes(Head + xml));
        writer.End(name, output);
    }
}
