using SecureExchange.Masking.Files.Zip;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Files.Workbooks;

/// <summary>A workbook's parts (ECMA-376 part 2), found by their relationships.</summary>
internal sealed class WorkbookParts
{
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipEntry> _entries;
    private readonly long _maxPart;

    private WorkbookParts(ZipArchive archive, MaskingLimits limits)
    {
        _archive = archive;
        _maxPart = 4L * limits.MaxDocument;
        _entries = archive.Entries.ToDictionary(entry => entry.Name, StringComparer.OrdinalIgnoreCase);
    }

    public List<Sheet> Sheets { get; } = [];

    public ZipEntry? Strings { get; private set; }

    public ZipEntry? Styles { get; private set; }

    /// <summary>Whether days are counted from 1904.</summary>
    public bool From1904 { get; private set; }

    public int DefinedNames { get; private set; }

    /// <summary>Parts that nothing here reads.</summary>
    public IEnumerable<string> Others => _archive.Entries.Where(entry => !_known.Contains(entry.Name)).Select(entry => entry.Name);

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase) { "[Content_Types].xml", "_rels/.rels" };

    public static WorkbookParts Open(ReadOnlySpan<byte> document, MaskingLimits limits)
    {
        if (!document.StartsWith("PK"u8)) throw NotOne("no ZIP archive; is it of another format?");
        var parts = new WorkbookParts(ZipArchive.Open(document, limits), limits);
        var (_, path) = parts.Relations(document, "_rels/.rels", "").Values.FirstOrDefault(relation => IsType(relation.Type, "officeDocument"));
        if (path is null) throw NotOne("it has no workbook");
        parts.ReadWorkbook(document, path);
        return parts;
    }

    /// <summary>A part as a whole.</summary>
    public byte[] Load(ReadOnlySpan<byte> document, ZipEntry entry)
    {
        using var held = new HeldBytes();
        Unpack(document, entry, piece =>
        {
            // Unlike the rows of a sheet these are held while the workbook is read.
            if (held.Length + piece.Length > _maxPart)
                throw new RecordException(RecordError.ContainerTooLarge, 0, null, $"a part of the workbook unpacks to more than {_maxPart} bytes");
            piece.CopyTo(held.GetSpan(piece.Length));
            held.Advance(piece.Length);
        });
        if (!System.Text.Unicode.Utf8.IsValid(held.Written)) throw NotOne("a part that isn't UTF-8");
        XmlText.RequireCharacters(held.Written);
        return held.Written.ToArray();
    }

    public void Unpack(ReadOnlySpan<byte> document, ZipEntry entry, InflatedBytes output) => _archive.Unpack(document, entry, output);

    public static RecordException NotOne(string what) => new(RecordError.NotAWorkbook, 0, null, $"not a workbook as it is taken here: {what}");

    private void ReadWorkbook(ReadOnlySpan<byte> document, string path)
    {
        var part = Load(document, Find(path));
        var folder = path.Contains('/', StringComparison.Ordinal) ? path[..(path.LastIndexOf('/') + 1)] : "";
        var relations = Relations(document, $"{folder}_rels/{path[folder.Length..]}.rels", folder);
        Strings = relations.Values.Where(r => IsType(r.Type, "sharedStrings")).Select(r => Find(r.Path)).FirstOrDefault();
        Styles = relations.Values.Where(r => IsType(r.Type, "styles")).Select(r => Find(r.Path)).FirstOrDefault();
        var tokens = new XmlTokens(part, 0, final: true);
        while (tokens.Next(out var token))
        {
            if (!token.OpensElement) continue;
            var name = XmlPart.LocalName(part, token);
            if (name.SequenceEqual("workbookPr"u8)) From1904 = XmlPart.Attribute(part, token, "date1904"u8) is [(byte)'1'] or [(byte)'t', ..];
            else if (name.SequenceEqual("definedName"u8)) DefinedNames++;
            else if (name.SequenceEqual("sheet"u8)) AddSheet(part, token, relations);
        }
    }

    private void AddSheet(ReadOnlySpan<byte> part, XmlToken token, Dictionary<string, (string Type, string Path)> relations)
    {
        if (!relations.TryGetValue(XmlPart.Text(part, token, "id"u8), out var relation)) throw NotOne("a sheet without a part");
        var isHidden = XmlPart.Attribute(part, token, "state"u8) is { IsEmpty: false } state && !state.SequenceEqual("visible"u8);
        Sheets.Add(new Sheet(XmlPart.Text(part, token, "name"u8), isHidden, IsType(relation.Type, "worksheet") ? Find(relation.Path) : null));
    }

    private ZipEntry Find(string path)
    {
        _known.Add(path);
        return _entries.TryGetValue(path, out var entry) ? entry : throw NotOne("a part is missing");
    }

    private Dictionary<string, (string Type, string Path)> Relations(ReadOnlySpan<byte> document, string path, string folder)
    {
        var part = Load(document, Find(path));
        var relations = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var tokens = new XmlTokens(part, 0, final: true);
        while (tokens.Next(out var token))
        {
            if (!token.OpensElement || !XmlPart.LocalName(part, token).SequenceEqual("Relationship"u8)) continue;
            if (XmlPart.Attribute(part, token, "TargetMode"u8).SequenceEqual("External"u8)) continue;
            var target = XmlPart.Text(part, token, "Target"u8);
            relations[XmlPart.Text(part, token, "Id"u8)] = (XmlPart.Text(part, token, "Type"u8), target.StartsWith('/') ? target[1..] : folder + target);
        }

        return relations;
    }

    private static bool IsType(string type, string name) => type.EndsWith('/' + name, StringComparison.Ordinal);

    /// <summary>A sheet; without a part when it is a chart, a dialog or macros.</summary>
    public sealed record Sheet(string Name, bool IsHidden, ZipEntry? Part);
}
