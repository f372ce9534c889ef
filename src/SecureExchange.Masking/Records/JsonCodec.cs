using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Records;

/// <summary>Records that are JSON objects. Key order, white space, escapes and numbers outside replaced values stay as they
/// are.</summary>
internal abstract class JsonCodec : RecordCodec
{
    private readonly JsonNode _root;
    private readonly KeySet _keys = new();
    private readonly JsonReaderOptions _options;
    private readonly EscapedText _plain = new();
    private byte[] _scratch = new byte[1024];
    private int _offset;   // Of the record within the batch.
    private int _objects;  // Of the record so far.
    private int _elements;

    private protected JsonCodec(MaskingProfile profile, MaskingLimits limits, bool isReturn) : base(profile, limits, isReturn)
    {
        _root = profile.Trees.Json!;
        _options = new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 };
    }

    protected JsonReaderOptions Options => _options;

    public override RecordException TooLarge() =>
        Bad(RecordError.RecordTooLarge, null, $"longer than {Limits.MaxRecord} bytes");

    public override void Zero()
    {
        base.Zero();
        _plain.Zero();
        CryptographicOperations.ZeroMemory(_scratch);
    }

    protected override void WriteCell(ref SpanWriter writer, ReadOnlySpan<byte> original, int rule, CellColumn cells, int i)
    {
        if (cells.Kind(i) is CellKind.Number or CellKind.Literal)
        {
            writer.Write(cells[i]);
            return;
        }

        writer.Write((byte)'"');
        if (cells.Kind(i) == CellKind.RawText) writer.Write(cells[i]);
        else JsonText.Write(ref writer, cells[i], cells.Kind(i) == CellKind.Slashed);
        writer.Write((byte)'"');
    }

    public override ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> raw)
    {
        _plain.Load(raw);
        return _plain.Text;
    }

    /// <summary>Reads one record into the columns.</summary>
    /// <param name="line">The object, and nothing else but white space.</param>
    /// <param name="offset">Where it stands in the batch.</param>
    protected void ReadRecord(ReadOnlySpan<byte> line, int offset)
    {
        if (line.Length > Limits.MaxRecord) throw TooLarge();
        if (EncodingFault(line) is { } bad) throw Bad(bad.Error, null, bad.What);
        Begin(offset);
        var reader = new Utf8JsonReader(line, _options);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw Bad(RecordError.NotAnObject, null, "not a JSON object");
            ReadObject(ref reader, _root, 0, 0);
            reader.Read(); // Anything behind the object is not JSON.
        }
        catch (JsonException)
        {
            // Its own message repeats what stands there.
            throw Bad(RecordError.NotJson, null, $"not JSON, at or before byte {reader.BytesConsumed + 1} of the record");
        }

        BindSubjects();
        if (!IsReturn && Profile.RowKeyIndex is >= 0 and var key && !HasCell(Columns[key]))
            throw Bad(RecordError.MissingRowKey, Profile.RowKey, "absent or empty, and the profile tells records apart by it");
    }

    /// <summary>Offsets, places and names count from here.</summary>
    protected void Begin(int offset)
    {
        _offset = offset;
        _objects = 0;
        _elements = 0;
        _keys.Clear();
    }

    private void ReadObject(ref Utf8JsonReader reader, JsonNode node, ulong place, int element)
    {
        RequireDepth(ref reader);
        ReadMembers(ref reader, node, _keys, ++_objects, keptEnd: -1, place, element);
    }

    /// <summary>Reads the members of an object, up to its end or to a member on the way to the records.</summary>
    /// <param name="reader">Within the object.</param>
    /// <param name="node">What the profile has there.</param>
    /// <param name="keys">The names seen so far.</param>
    /// <param name="number">The object's, among those whose names are in <paramref name="keys"/>.</param>
    /// <param name="keptEnd">Behind the last member that stays; -1 before the first.</param>
    /// <param name="place">See <see cref="CellColumn.Place"/>.</param>
    /// <param name="element">See <see cref="CellColumn.Element"/>.</param>
    /// <returns>The member on the way to the records, at whose value the reader stands; null at the object's end.</returns>
    protected JsonNode? ReadMembers(ref Utf8JsonReader reader, JsonNode node, KeySet keys, int number, int keptEnd, ulong place, int element)
    {
        var refuse = !IsReturn && Profile.Unlisted == UnlistedFields.Refuse;
        var hint = 0;
        var dropStart = -1;  // Of the members to drop that nothing came behind yet.
        var dropEnd = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var name = Unescape(ref reader);
            RequireNew(keys, number, name, node);
            var part = node.Find(name, ref hint);
            if (part == JsonNode.Ambiguous)
            {
                if (!IsReturn) throw Bad(RecordError.AmbiguousField, Describe(node, name), "two patterns of the profile fit the name; list it by itself among the fields");
                part = null;
            }

            // A pattern's values are told apart by their names, as an array's are by their number.
            var at = part is { IsPattern: true } ? (place * 0x9E3779B97F4A7C15) + NamePattern.Place(name) : place;
            if (part is null && refuse) throw Unlisted(Describe(node, name), known: false);
            reader.Read();
            if (part is null || !Takes(part, reader.TokenType))
            {
                if (refuse) throw Unlisted(part!.Path, known: true);
                ReadUnlisted(ref reader);
                if (IsReturn) continue;
                if (dropStart < 0) dropStart = start;
                dropEnd = (int)reader.BytesConsumed;
                continue;
            }

            if (part.Rule >= 0 && IsDropped(Profile.Fields[part.Rule]))
            {
                ReadValue(ref reader, part, at, element); // It may say whose record it is.
                if (dropStart < 0) dropStart = start;
                dropEnd = (int)reader.BytesConsumed;
                continue;
            }

            if (dropStart >= 0) AddRemoval(dropStart, start);
            dropStart = -1;
            if (part.HasRecords) return part;
            ReadValue(ref reader, part, at, element);
            keptEnd = (int)reader.BytesConsumed;
        }

        if (dropStart >= 0) AddRemoval(keptEnd >= 0 ? keptEnd : dropStart, dropEnd);
        return null;
    }

    private void ReadValue(ref Utf8JsonReader reader, JsonNode node, ulong place, int element)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (node.Rule >= 0)
        {
            ReadCell(ref reader, node.Rule, place, element);
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(ref reader, node, place, element);
        }
        else
        {
            RequireDepth(ref reader);
            for (var index = 1UL; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (!Takes(node.Element!, reader.TokenType))
                {
                    if (!IsReturn) throw Unlisted(node.Element!.Path, known: true);
                    ReadUnlisted(ref reader);
                    continue;
                }

                ReadValue(ref reader, node.Element!, (place * 0x9E3779B97F4A7C15) + index, ++_elements);
            }
        }
    }

    private void ReadCell(ref Utf8JsonReader reader, int rule, ulong place, int element)
    {
        var field = Profile.Fields[rule];
        var cells = Columns[rule];
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            if (!IsReturn && !field.Rule.TakesContainers)
                throw Bad(RecordError.NotAValue, field.Name, "an object or array, and the profile has a value there");
            var opening = reader.ValueSpan;
            ReadUnlisted(ref reader);
            // Of a return's own making: it matches nothing that was sent.
            if (IsGathered(rule)) cells.Add(opening, Rows, CellKind.RawText, place, element);
        }
        else if (!IsGathered(rule))
        {
            return;
        }
        else if (reader.TokenType == JsonTokenType.String)
        {
            AddText(ref reader, field, cells, place, element);
        }
        else
        {
            var kind = reader.TokenType == JsonTokenType.Number ? CellKind.Number : CellKind.Literal;
            cells.Add(reader.ValueSpan, Rows, kind, place, element);
        }

        if (IsReplaced(field) && !IsDropped(field) && !cells[cells.Count - 1].IsEmpty)
            Edits.Add(new Edit(_offset + start, _offset + (int)reader.BytesConsumed, rule, cells.Count - 1));
        else if (MarksKeys && rule == Profile.RowKeyIndex && !IsReplaced(field))
            Edits.Add(new Edit(_offset + start, _offset + (int)reader.BytesConsumed, Edit.Key, 0));
    }

    private void AddText(ref Utf8JsonReader reader, FieldRule field, CellColumn cells, ulong place, int element)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            cells.Add(raw, Rows, CellKind.Text, place, element);
            return;
        }

        var text = Unescape(ref reader);
        var kind = CellKind.Text;
        if (field.Rule.Spelling != JsonSpelling.Free && !JsonText.IsOurs(raw, text, escapeSlashes: false))
        {
            // A spelling that a serialiser chose: it has to come back as it was, or be refused.
            kind = field.Rule.Spelling == JsonSpelling.Raw || (field.Rule.Spelling == JsonSpelling.Carried && !IsReturn) ? CellKind.RawText : CellKind.Slashed;
            if (kind == CellKind.RawText) text = raw;
            else if (!IsReturn && !JsonText.IsOurs(raw, text, escapeSlashes: true))
                throw Bad(RecordError.EscapedValue, field.Name, "characters that needn't be are escaped, and the value couldn't come back as it was; write them plainly");
        }

        cells.Add(text, Rows, kind, place, element);
    }

    /// <summary>A value that isn't replaced; its names are checked all the same.</summary>
    private void ReadUnlisted(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            RequireDepth(ref reader);
            var number = ++_objects;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                RequireNew(_keys, number, Unescape(ref reader), null);
                reader.Read();
                ReadUnlisted(ref reader);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            RequireDepth(ref reader);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) ReadUnlisted(ref reader);
        }
    }

    private ReadOnlySpan<byte> Unescape(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        if (_scratch.Length < reader.ValueSpan.Length)
        {
            CryptographicOperations.ZeroMemory(_scratch);
            _scratch = new byte[2 * reader.ValueSpan.Length];
        }

        try
        {
            return _scratch.AsSpan(0, reader.CopyString(_scratch));
        }
        catch (InvalidOperationException)
        {
            throw Bad(RecordError.NotUtf8, null, "an escape that is half a character (a lone surrogate)");
        }
    }

    private void RequireNew(KeySet keys, int container, ReadOnlySpan<byte> name, JsonNode? node)
    {
        if (!keys.Add(container, name)) throw Bad(RecordError.DuplicateKey, node?.Path is "" ? null : node?.Path, "an object has the same name twice");
    }

    private void AddRemoval(int start, int end) => Edits.Add(new Edit(_offset + start, _offset + end, Edit.Removal, 0));

    private static bool Takes(JsonNode node, JsonTokenType type) => node.Rule >= 0 || type == JsonTokenType.Null
        || type == (node.Element is null ? JsonTokenType.StartObject : JsonTokenType.StartArray);

    protected void RequireDepth(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth >= Limits.MaxDepth) throw Bad(RecordError.TooDeep, null, $"nested deeper than {Limits.MaxDepth}");
    }

    /// <summary>A path in words that don't repeat what may be data: the name only where it is a plain one.</summary>
    private static string Describe(JsonNode parent, ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        if (text.Length is 0 or > 64 || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) text = "(another name)";
        return parent.Path.Length == 0 ? text : $"{parent.Path}.{text}";
    }

    private RecordException Unlisted(string path, bool known) => Bad(RecordError.UnlistedField, path, known
        ? "another kind of value than the profile's paths have there"
        : "the profile has no such field; add it there, or take it out of the file");
}
