using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>Where the fields of a record of fixed width are, as a copybook has it.</summary>
internal sealed class FixedLayout
{
    private const int MaxLength = 1 << 16;
    private readonly Dictionary<string, FixedField> _fields = new(StringComparer.Ordinal);

    private FixedLayout(int recordLength, LineEnds ends)
    {
        RecordLength = recordLength;
        Ends = ends;
    }

    /// <summary>Columns of a record, its line end not included.</summary>
    public int RecordLength { get; private set; }

    public LineEnds Ends { get; }

    public static FixedLayout Read(ProfileSection top)
    {
        var layout = new FixedLayout(
            (int)top.Number("record-length", 1, MaxLength, 0),
            top.Choice("line-ends", LineEnds.Present, ("present", LineEnds.Present), ("none", LineEnds.None)));
        var section = new ProfileSection(top.Require("layout"), "layout");
        var next = 1;
        foreach (var (key, value) in section.Entries)
        {
            var field = ReadField(new ProfileSection(value, $"layout of '{key.Value}'"), next);
            if (layout._fields.Values.Any(other => field.Start < other.End && other.Start < field.End))
                throw new ProfileException(ProfileError.PathConflict, key.Line, key.Column, $"'{key.Value}' overlaps another field of the layout");
            layout._fields[key.Value] = field;
            next = field.End;
        }

        var end = layout._fields.Values.Select(field => field.End - 1).DefaultIfEmpty(0).Max();
        if (layout.RecordLength == 0) layout.RecordLength = end;
        if (end == 0 || end > layout.RecordLength || end > MaxLength)
            throw top.Wrong("layout", $"the layout needs fields, which end within the record-length and {MaxLength} columns");
        return layout;
    }

    public FixedField Of(string name) => _fields[name];

    /// <summary>Each field of the profile has to be somewhere.</summary>
    public void RequirePlaces(IReadOnlyList<FieldRule> fields)
    {
        foreach (var field in fields)
        {
            if (!_fields.ContainsKey(field.Path.Canonical))
                throw new ProfileException(ProfileError.BadReference, field.Place.Line, field.Place.Column, $"the layout has no field '{field.Name}'");
        }
    }

    private static FixedField ReadField(ProfileSection section, int next)
    {
        var start = (int)section.Number("start", 1, MaxLength, next);
        var picture = section.OptionalText("picture");
        var isNumber = picture is not null && picture.TrimStart('S', '+', '-').StartsWith('9');
        var length = picture is null ? (int)section.Number("length", 1, MaxLength) : LengthOf(picture);
        if (length <= 0) throw section.Wrong("picture", "a picture is of A, X, 9, V and S, with counts in parentheses, such as X(30) or S9(7)V99");
        var isRight = section.Choice("justify", isNumber, ("left", false), ("right", true));
        var pad = section.Choice("pad", isNumber ? (byte)'0' : (byte)' ', ("blank", (byte)' '), ("zero", (byte)'0'));
        section.RefuseOthers();
        return new FixedField(start, start + length, isRight, pad);
    }

    /// <summary>Characters of a picture: <c>V</c> takes none, <c>S</c> none either, since the sign is in a digit.</summary>
    private static int LengthOf(string picture)
    {
        var length = 0;
        for (var i = 0; i < picture.Length; i++)
        {
            if (picture[i] is 'V' or 'S') continue;
            if (picture[i] is not ('A' or 'X' or '9' or '+' or '-' or '.')) return 0;
            var close = i + 1 < picture.Length && picture[i + 1] == '(' ? picture.IndexOf(')', i) : -1;
            if (close < 0)
            {
                length++;
                continue;
            }

            if (!int.TryParse(picture.AsSpan(i + 2, close - i - 2), out var count) || count is < 1 or > MaxLength) return 0;
            length += count;
            i = close;
        }

        return length;
    }
}

/// <summary>One field of a record of fixed width.</summary>
/// <param name="Start">Its first column, from 1.</param>
/// <param name="End">Behind its last one.</param>
/// <param name="IsRight">Whether it stands at the right of its columns.</param>
/// <param name="Pad">What it is filled up with. Blanks aren't part of the value; zeros are.</param>
internal readonly record struct FixedField(int Start, int End, bool IsRight, byte Pad);

/// <summary>Whether records end with a line end.</summary>
internal enum LineEnds : byte
{
    Present,
    None,
}
