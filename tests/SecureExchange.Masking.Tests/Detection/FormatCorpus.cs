using System.Buffers;
using System.Security;
using System.Text;
using System.Text.Json;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tests.Files;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>Labelled texts as each format carries them, read back by that format's codec: what a field of free text is given.</summary>
internal static class FormatCorpus
{
    private const int FixedColumns = 480;

    private const string Note = "id: { transform: keep }\nnote: { transform: scan }";
    private const string Isa = "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*CONTOSO        *261127*0800*^*00501*000000001*0*P*>~GS*HC*A*B*20261127*0800*1*X~ST*837*0001~";

    /// <summary>Each format: what the profile says at its top and of its fields, the field of free text, whether a text may have several
    /// lines there, and how texts become files.</summary>
    private static readonly (string Name, string Top, string Fields, string Field, bool HasLines, Func<IReadOnlyList<string>, IEnumerable<byte[]>> Files)[] s_all =
    [
        ("csv", "", Note, "note", true, texts => One("id,note\n" + Each(texts, (text, n) => $"{n},\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"))),
        ("fixed-width", $"layout:\n  id: {{ length: 6 }}\n  note: {{ length: {FixedColumns} }}", Note, "note", false,
            texts => One(Each(texts, (text, n) => $"{n:d6}{text}{new string(' ', FixedColumns - text.EnumerateRunes().Count())}\n"))),
        ("json", "records: '[*]'", Note, "note", true, texts => [JsonSerializer.SerializeToUtf8Bytes(texts.Select((text, n) => new { id = n, note = text }))]),
        ("ndjson", "", Note, "note", true, texts => One(Each(texts, (text, n) => JsonSerializer.Serialize(new { id = n, note = text }) + "\n"))),
        ("xml", "records: b/r", Note, "note", true, texts => One($"<b>{Each(texts, (text, n) => $"<r><id>{n}</id><note>{SecurityElement.Escape(text)}</note></r>\n")}</b>")),
        ("xlsx", "", Note, "note", true, texts => [Workbook(texts)]),
        ("text", "records: paragraph", "text: { transform: scan }", "text", true, texts => One(string.Join("\n\n", texts.Select(text => text.TrimEnd('\n'))))),
        ("eml", "", "Subject: { transform: keep }\ntext: { transform: scan }", "text", true, texts => texts.Select(Mail)),
        ("hl7", "", "MSH: { transform: keep }\n'OBX[*]': { transform: keep }\n'OBX[*]-5': { transform: scan }", "OBX[*]-5", false,
            texts => One("MSH|^~\\&|ADT|NW|EHR|CT|20261127||ORU^R01|M1|P|2.5\r" + Each(texts, (text, n) => $"OBX|{n}|TX|N||{Hl7(text)}\r"))),
        ("x12", "records: CLM", "ISA: { transform: keep }\nGS: { transform: keep }\nST: { transform: keep }\nCLM: { transform: keep }\n'NTE[*]': { transform: keep }\n'NTE[*]-02': { transform: scan }\nSE: { transform: keep }\nGE: { transform: keep }\nIEA: { transform: keep }", "NTE[*]-02", false,
            texts => One($"{Isa}{Each(texts, (text, n) => $"CLM*C{n}*100~NTE*ADD*{text}~")}SE*9*0001~GE*1*1~IEA*1*000000001~")),
    ];

    public static IEnumerable<string> Formats => s_all.Select(one => one.Name);

    /// <summary>The texts that a format can carry, and what its codec hands on of each.</summary>
    public static IEnumerable<(LabelledText Text, byte[] Cell)> Read(string format, IEnumerable<LabelledText> texts)
    {
        var form = s_all.First(one => one.Name == format);
        List<LabelledText> carried = [.. texts.Where(text => form.HasLines || !text.Text.Contains("\n> ", StringComparison.Ordinal)).Select(text => text with { Text = Lines(text.Text, form.HasLines) }).Where(text => CanCarry(format, text.Text))];
        var cells = new List<byte[]>();
        foreach (var file in form.Files([.. carried.Select(text => text.Text)])) ReadCells(form.Name, form.Top, form.Fields, form.Field, file, cells);
        Assert.Equal(carried.Count, cells.Count);
        for (var i = 0; i < cells.Count; i++)
        {
            Assert.Equal(carried[i].Text.TrimEnd('\n', ' '), Encoding.UTF8.GetString(cells[i]).TrimEnd('\n', ' '));
            yield return (carried[i], cells[i]);
        }
    }

    private static void ReadCells(string format, string top, string fields, string field, byte[] file, List<byte[]> cells)
    {
        var profile = MaskingProfile.Parse(Encoding.UTF8.GetBytes($"profile: corpus\nversion: 1\nformat: {format}\n{top}\nfields:\n{string.Concat(fields.Split('\n').Select(line => $"  {line}\n"))}"));
        var codec = RecordCodec.Create(profile, new MaskingLimits(), isReturn: false);
        var column = codec.Columns[profile.Fields.ToList().FindIndex(rule => rule.Name == field)];
        using var layer = FileLayer.Create(profile, codec, new MaskingLimits(), (batch, output) =>
        {
            for (var i = 0; i < column.Count; i++) cells.Add(column.Kind(i) == CellKind.RawText ? codec.Plain(column[i]).ToArray() : column[i].ToArray());
            codec.Write(batch, codec.Columns, [], output);
        });
        layer.Push(file, new ArrayBufferWriter<byte>());
        layer.Complete(new ArrayBufferWriter<byte>());
        if (codec.Fault is { } fault) throw fault;
    }

    /// <summary>Where a format has no lines they become blanks, and where a blank line would end a record it isn't blank: places stay.</summary>
    private static string Lines(string text, bool hasLines)
    {
        if (!hasLines) return text.Replace('\n', ' ');
        while (text.Contains("\n\n", StringComparison.Ordinal)) text = text.Replace("\n\n", ".\n", StringComparison.Ordinal);
        return text;
    }

    private static bool CanCarry(string format, string text) => format switch
    {
        "x12" => text.IndexOfAny(['*', '~', '^', '>']) < 0,
        "fixed-width" => text.EnumerateRunes().Count() <= FixedColumns,
        _ => true,
    };

    private static byte[][] One(string file) => [Encoding.UTF8.GetBytes(file)];

    private static string Each(IReadOnlyList<string> texts, Func<string, int, string> write) => string.Concat(texts.Select((text, n) => write(text, n + 1)));

    private static string Hl7(string text) => text.Replace("\\", "\\E\\", StringComparison.Ordinal).Replace("|", "\\F\\", StringComparison.Ordinal).Replace("^", "\\S\\", StringComparison.Ordinal)
        .Replace("&", "\\T\\", StringComparison.Ordinal).Replace("~", "\\R\\", StringComparison.Ordinal);

    private static byte[] Mail(string text) => Encoding.UTF8.GetBytes(
        $"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks)}\r\n");

    private static byte[] Workbook(IReadOnlyList<string> texts)
    {
        const string Header = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>";
        var rows = Each(texts, (_, n) => $"<row r=\"{n + 1}\"><c r=\"A{n + 1}\"><v>{n}</v></c><c r=\"B{n + 1}\" t=\"s\"><v>{n + 1}</v></c></row>");
        return Book.Make(Header + rows, ["id", "note", .. texts.Select(text => $"<t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t>")]);
    }
}
