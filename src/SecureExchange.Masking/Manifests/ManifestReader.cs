using System.Buffers.Binary;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Manifests;

/// <summary>Reads a manifest, cut anywhere.</summary>
internal abstract class ManifestReader
{
    private readonly byte[] _header = new byte[ManifestFormat.HeaderSize];
    private readonly byte[] _partial;
    private int _partialLength;
    private bool _started;
    private long _formulas;

    private protected ManifestReader(MaskingProfile profile, TaggedFields fields)
    {
        Fields = fields;
        ManifestFormat.WriteHeader(profile, fields, _header);
        RowSize = ManifestFormat.RowSize(fields);
        _partial = new byte[Math.Max(RowSize, ManifestFormat.HeaderSize)];
    }

    public long Rows { get; private set; }

    /// <summary>Whether the end was read. Before that a row may be missing here that was sent.</summary>
    public bool IsComplete { get; private set; }

    protected TaggedFields Fields { get; }

    protected int RowSize { get; }

    public void Read(ReadOnlySpan<byte> manifest)
    {
        while (!manifest.IsEmpty)
        {
            if (_partialLength == 0 && TryRead(manifest) is > 0 and var size)
            {
                manifest = manifest[size..];
                continue;
            }

            _partial[_partialLength++] = manifest[0];
            manifest = manifest[1..];
            if (TryRead(_partial.AsSpan(0, _partialLength)) > 0) _partialLength = 0;
        }
    }

    /// <summary>One row's entry.</summary>
    /// <param name="number">In the dispatch, from 1.</param>
    /// <param name="tag">Of the row.</param>
    /// <param name="key">Of the row key; 0 without one.</param>
    /// <param name="cells">Four bytes for each other tagged field.</param>
    protected abstract void Row(long number, ulong tag, ulong key, ReadOnlySpan<byte> cells);

    protected abstract void Formula(ulong tag);

    /// <summary>The next row is one that the client didn't send.</summary>
    protected virtual void Canary(ulong tag)
    {
    }

    private static RecordException Damaged() => new(RecordError.ManifestDamaged, 0, null,
        "the manifest of this dispatch can't be read; restore it from its backup");

    /// <returns>Bytes of the entry at the start, or 0 when it isn't whole.</returns>
    private int TryRead(ReadOnlySpan<byte> data)
    {
        if (!_started) return TryReadHeader(data);
        if (IsComplete) throw Damaged();
        switch (data[0])
        {
            case ManifestFormat.RowEntry or ManifestFormat.CanaryEntry:
                if (data.Length < RowSize) return 0;
                if (data[0] == ManifestFormat.CanaryEntry) Canary(BinaryPrimitives.ReadUInt64LittleEndian(data[1..]));
                var key = Fields.HasKey ? BinaryPrimitives.ReadUInt64LittleEndian(data[9..]) : 0;
                Row(++Rows, BinaryPrimitives.ReadUInt64LittleEndian(data[1..]), key, data[(Fields.HasKey ? 17 : 9)..RowSize]);
                return RowSize;
            case ManifestFormat.FormulaEntry:
                if (data.Length < ManifestFormat.FormulaSize) return 0;
                _formulas++;
                Formula(BinaryPrimitives.ReadUInt64LittleEndian(data[1..]));
                return ManifestFormat.FormulaSize;
            case ManifestFormat.EndEntry:
                if (data.Length < ManifestFormat.EndSize) return 0;
                if (BinaryPrimitives.ReadInt64LittleEndian(data[1..]) != Rows || BinaryPrimitives.ReadInt64LittleEndian(data[9..]) != _formulas)
                    throw Damaged();
                IsComplete = true;
                return ManifestFormat.EndSize;
            default:
                throw Damaged();
        }
    }

    private int TryReadHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length < ManifestFormat.HeaderSize) return 0;
        if (!data.StartsWith(_header.AsSpan(0, 5))) throw Damaged();
        if (!data.StartsWith(_header))
            throw new RecordException(RecordError.ManifestOfAnotherProfile, 0, null,
                "the dispatch was masked with another profile than the one given for its return");
        _started = true;
        return ManifestFormat.HeaderSize;
    }
}
