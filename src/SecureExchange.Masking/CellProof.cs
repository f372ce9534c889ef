using System.Buffers.Binary;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Originals;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking;

/// <summary>Proves from a dispatch's manifest that a masked cell was sent in one row of it, and turns that one cell back.</summary>
/// <remarks>Whoever asks has to show the cell as it was sent, so that nothing can be turned back that wasn't: a token of another row
/// or another dispatch, or a format-preserving value that somebody made up. The proof of one cell has 32 bits; guesses have to be
/// counted and limited by whoever asks for it. A field in an array can't be proven by itself.</remarks>
public sealed class CellProof : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly RowTags _tags;
    private readonly Finder _finder;
    private readonly CellColumn _cell;
    private readonly CellColumn? _subject;
    private readonly int _rule;

    /// <param name="profile">The profile that the dispatch was masked with.</param>
    /// <param name="manifestKey">The dispatch's own.</param>
    /// <param name="cell">What is claimed. Of a field of <see cref="OriginalFields"/> the row alone: its masked cell proves nothing.</param>
    /// <exception cref="ArgumentException">Neither holds of this field, or a cell that is needed isn't there.</exception>
    public CellProof(MaskingProfile profile, ReadOnlySpan<byte> manifestKey, ClaimedCell cell)
    {
        _rule = IndexOf(profile, cell.Field);
        if (!CanProve(profile, cell.Field))
        {
            if (!OriginalFields.Include(profile, cell.Field)) throw new ArgumentException("not a field whose cells can be proven", nameof(cell));
            cell = cell with { Masked = null, MaskedSubject = null };
        }
        else if (cell.Masked is null)
        {
            throw new ArgumentException("the masked cell is needed", nameof(cell));
        }

        _profile = profile;
        var fields = new TaggedFields(profile);
        _tags = new RowTags(profile, fields, manifestKey);
        var columns = profile.Fields.Select(field => new CellColumn(field.Name)).ToArray();
        _cell = cell.Masked is { } masked ? Claim(columns[_rule], masked) : new CellColumn(cell.Field);
        if (cell.Masked is not null && profile.Fields[_rule].Subject is >= 0 and var subject)
            _subject = Claim(columns[subject], cell.MaskedSubject ?? throw new ArgumentException("the subject's cell is needed", nameof(cell)));
        if (cell.RowKey is { } key)
        {
            if (profile.RowKeyIndex < 0) throw new ArgumentException("the profile has no row key", nameof(cell));
            if (columns[profile.RowKeyIndex].Count == 0) Claim(columns[profile.RowKeyIndex], key);
        }

        _tags.Compute(columns, 1);
        _finder = new Finder(
            profile, fields, cell.Row, cell.RowKey is null ? null : _tags.Cells(profile.RowKeyIndex)[0],
            cell.Masked is null ? (null, new uint?[fields.Others.Length]) : Expected(fields));
    }

    /// <summary>The row that was found, from 1; null where the claim doesn't hold. Final when the manifest was read to its end.</summary>
    public long? Row => _finder is { IsComplete: true, Matches: 1 } ? _finder.Found : null;

    /// <summary>Whether a field's cells can be proven and turned back: reversible, not in an array, and what it hangs on too.</summary>
    public static bool CanProve(MaskingProfile profile, string field)
    {
        var rule = IndexOf(profile, field);
        if (rule < 0 || !profile.Fields[rule].IsReversible || profile.Fields[rule].Path.HasElements) return false;
        // A text isn't in the manifest: anybody could claim one that is made of others' tokens.
        if (profile.Fields[rule].Rule.IsFreeText) return false;
        // Which transform made it hangs on other cells of its row.
        if (profile.Fields[rule].Cases.Count > 0) return false;
        // A subject that is kept isn't in the manifest, unless it is the row key: anybody could claim another.
        return profile.Fields[rule].Subject is not (>= 0 and var subject)
            || (!profile.Fields[subject].Path.HasElements && (profile.Fields[subject].IsReversible || subject == profile.RowKeyIndex));
    }

    /// <summary>The field whose masked cell has to be shown too, for a date that was shifted by its subject; null: none.</summary>
    public static string? SubjectOf(MaskingProfile profile, string field) =>
        IndexOf(profile, field) is >= 0 and var rule && profile.Fields[rule].Subject is >= 0 and var subject ? profile.Fields[subject].Name : null;

    /// <summary>The manifest, cut anywhere.</summary>
    /// <exception cref="RecordException">It is damaged, or of another profile.</exception>
    public void Read(ReadOnlySpan<byte> manifest) => _finder.Read(manifest);

    /// <summary>The value in clear, as UTF-8; the caller zeroes it. Null where the cell isn't one that these keys made.</summary>
    /// <exception cref="InvalidOperationException">The claim wasn't proven.</exception>
    public byte[]? Restore(MaskingKeys keys)
    {
        if (Row is null || _cell.Count == 0) throw new InvalidOperationException("only a cell that was proven is turned back");
        CellColumn? subject = null;
        var restored = new CellColumn(_profile.Fields[_rule].Name);
        try
        {
            if (_subject is not null)
            {
                subject = Restore(keys, _profile.Fields[_rule].Subject, _subject);
                if (subject.State(0) != CellState.Sound) return null;
                _cell.SubjectColumn = subject;
                _cell.BindSubject(0, 0);
            }

            restored = Restore(keys, _rule, _cell);
            return restored.State(0) == CellState.Sound ? restored.Plain(0) : null;
        }
        finally
        {
            subject?.Zero();
            restored.Zero();
        }
    }

    public void Dispose()
    {
        _tags.Dispose();
        _cell.Zero();
        _subject?.Zero();
    }

    private static int IndexOf(MaskingProfile profile, string field)
    {
        for (var i = 0; i < profile.Fields.Count; i++)
        {
            if (profile.Fields[i].Name == field) return i;
        }

        return -1;
    }

    private static CellColumn Claim(CellColumn column, byte[] masked)
    {
        column.Add(masked, row: 0);
        return column;
    }

    private CellColumn Restore(MaskingKeys keys, int rule, CellColumn masked)
    {
        var restored = new CellColumn(_profile.Fields[rule].Name);
        using var transform = _profile.Fields[rule].Bind(keys);
        if (transform is null) restored.Add(masked[0], row: 0);
        else transform.Restore(masked, restored);
        return restored;
    }

    /// <summary>What each tagged field's entry has to be; null: any.</summary>
    private (ulong? Key, uint?[] Cells) Expected(TaggedFields fields) => (
        fields.Key >= 0 && (fields.Key == _rule || fields.Key == _profile.Fields[_rule].Subject) ? _tags.Cells(fields.Key)[0] : null,
        [.. fields.Others.Select(rule => rule == _rule || rule == _profile.Fields[_rule].Subject ? (uint?)_tags.Cells(rule)[0] : null)]);

    /// <summary>Goes through the manifest for the row, and looks whether its cells are those that were claimed.</summary>
    private sealed class Finder(MaskingProfile profile, TaggedFields fields, long? row, ulong? rowKey, (ulong? Key, uint?[] Cells) expected)
        : ManifestReader(profile, fields)
    {
        internal int Matches { get; private set; }

        internal long Found { get; private set; }

        protected override void Row(long number, ulong tag, ulong key, ReadOnlySpan<byte> cells)
        {
            if ((row is not null && row != number) || (rowKey is not null && rowKey != key)) return;
            if (row is null && rowKey is null) return;
            if (expected.Key is not null && expected.Key != key) return;
            for (var i = 0; i < expected.Cells.Length; i++)
            {
                if (expected.Cells[i] is { } cell && cell != BinaryPrimitives.ReadUInt32LittleEndian(cells[(4 * i)..])) return;
            }

            Matches++;
            Found = number;
        }

        protected override void Formula(ulong tag)
        {
        }
    }
}

/// <summary>A cell, as somebody says that it was sent to them.</summary>
/// <param name="Field">As the profile names it.</param>
/// <param name="Masked">The cell in its masked form: CSV without its quotes, a JSON string without its escapes. Null: of a field whose
/// cell proves nothing.</param>
public sealed record ClaimedCell(string Field, byte[]? Masked)
{
    /// <summary>In which row of the dispatch, from 1; null where <see cref="RowKey"/> says it.</summary>
    public long? Row { get; init; }

    /// <summary>The row key's cell of its row, in its masked form; null where <see cref="Row"/> says it.</summary>
    public byte[]? RowKey { get; init; }

    /// <summary>The masked cell of the field that this one hangs on (<see cref="CellProof.SubjectOf"/>), of the same row.</summary>
    public byte[]? MaskedSubject { get; init; }

    public override string ToString() => $"{Field} of row {Row}";
}
