using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking;

/// <summary>Finds in a dispatch's manifest the rows that hold a value: whose they are, without opening what was sent.</summary>
/// <remarks>By the row key exactly. By another field its tag has four bytes, so one row in four thousand million is found by
/// mistake; none is missed.</remarks>
public sealed class ManifestSearch : IDisposable
{
    /// <summary>The most rows that are told by number.</summary>
    public const int MaxNumbers = 1000;

    private readonly CellColumn[] _columns;
    private readonly RowTags _tags;
    private readonly Reader _reader;

    /// <param name="profile">The profile that the dispatch was masked with.</param>
    /// <param name="keys">The agreement's; not disposed here.</param>
    /// <param name="manifestKey">32 bytes, the dispatch's own.</param>
    /// <param name="field">One that <see cref="CanFind"/> says yes to.</param>
    /// <param name="value">As the client's files have it; a CSV cell without its quotes, a JSON string without its escapes.</param>
    /// <exception cref="RecordException">The field's transform can't take the value, so no row has it.</exception>
    public ManifestSearch(MaskingProfile profile, MaskingKeys keys, ReadOnlySpan<byte> manifestKey, string field, ReadOnlySpan<byte> value)
    {
        if (!CanFind(profile, field)) throw new ArgumentException("can't be found by this field", nameof(field));
        var fields = new TaggedFields(profile);
        var rule = Enumerable.Range(0, profile.Fields.Count).First(i => profile.Fields[i].Name == field);
        _columns = [.. profile.Fields.Select(f => new CellColumn(f.Name))];
        using (var mark = profile.IsMarked(rule) ? new TransferMark(manifestKey) : null)
        using (var transform = profile.Fields[rule].Bind(keys, mark))
        {
            var plain = new CellColumn(field);
            plain.Add(value, row: 0);
            if (transform is null) _columns[rule].Add(value, row: 0);
            else transform.Mask(plain, _columns[rule]);
            plain.Zero();
        }

        Masked = _columns[rule][0].ToArray();
        _tags = new RowTags(profile, fields, manifestKey);
        _tags.Compute(_columns, rows: 1);
        _reader = new Reader(profile, fields, rule == fields.Key ? -1 : Array.IndexOf(fields.Others, rule), _tags.Cells(rule)[0]);
    }

    /// <summary>The value in its masked form, as the vendor has it.</summary>
    public ReadOnlyMemory<byte> Masked { get; }

    /// <summary>Rows found so far.</summary>
    public long Rows => _reader.Found;

    /// <summary>Their numbers, from 1: of the first <see cref="MaxNumbers"/>.</summary>
    public IReadOnlyList<long> Numbers => _reader.Numbers;

    /// <summary>Whether the manifest was read to its end; before that a row may be missing.</summary>
    public bool IsComplete => _reader.IsComplete;

    /// <summary>Whether rows can be found by a field: by the row key, and by those that turn back, outside of arrays.</summary>
    public static bool CanFind(MaskingProfile profile, string field)
    {
        var fields = new TaggedFields(profile);
        return Enumerable.Range(0, profile.Fields.Count).Any(i => profile.Fields[i].Name == field
            && (i == fields.Key || fields.Others.Contains(i)) && !profile.Fields[i].Path.HasElements && profile.Fields[i] is { Subject: < 0, Cases.Count: 0 });
    }

    /// <summary>The manifest, cut anywhere.</summary>
    /// <exception cref="RecordException">It is damaged, or of another profile.</exception>
    public void Read(ReadOnlySpan<byte> manifest) => _reader.Read(manifest);

    public void Dispose()
    {
        foreach (var column in _columns) column.Zero();
        if (System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Masked, out var masked)) CryptographicOperations.ZeroMemory(masked);
        _tags.Dispose();
    }

    private sealed class Reader(MaskingProfile profile, TaggedFields fields, int other, ulong wanted) : ManifestReader(profile, fields)
    {
        internal long Found { get; private set; }

        internal List<long> Numbers { get; } = [];

        protected override void Row(long number, ulong tag, ulong key, ReadOnlySpan<byte> cells)
        {
            var found = other < 0 ? key == wanted : BinaryPrimitives.ReadUInt32LittleEndian(cells[(4 * other)..]) == (uint)wanted;
            if (!found) return;
            if (Found++ < MaxNumbers) Numbers.Add(number);
        }

        protected override void Formula(ulong tag)
        {
        }
    }
}
