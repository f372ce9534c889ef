using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Originals;

/// <summary>Finds one cell among the kept originals of a dispatch.</summary>
/// <remarks>Reads lengths and passes over what isn't asked for: no other value is held.</remarks>
public sealed class OriginalCell : IDisposable
{
    private readonly byte[] _header = new byte[OriginalsFormat.HeaderSize];
    private readonly byte[] _partial = new byte[OriginalsFormat.HeaderSize];
    private readonly long _wanted;
    private readonly int _fields;
    private int _partialLength;
    private bool _started;
    private long _cell;
    private uint _left;
    private byte[]? _value;

    /// <param name="profile">The profile that the dispatch was masked with.</param>
    /// <param name="field">One that <see cref="OriginalFields.Include"/> says yes to.</param>
    /// <param name="row">In the dispatch, from 1, as <see cref="CellProof.Row"/> found it.</param>
    public OriginalCell(MaskingProfile profile, string field, long row)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row, 1);
        var fields = OriginalFields.Of(profile);
        var index = Array.FindIndex(fields, rule => profile.Fields[rule].Name == field);
        if (index < 0) throw new ArgumentException("not a field whose originals are kept", nameof(field));
        _fields = fields.Length;
        _wanted = ((row - 1) * _fields) + index;
        OriginalsFormat.WriteHeader(profile, _fields, _header);
    }

    /// <summary>Whether it was read to its end, or there is none: nothing more has to be read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The next of the kept originals, cut anywhere.</summary>
    /// <exception cref="RecordException">They are damaged, or of another profile.</exception>
    public void Read(ReadOnlySpan<byte> originals)
    {
        while (!originals.IsEmpty && !IsComplete)
        {
            if (_left > 0)
            {
                var length = (int)Math.Min(_left, originals.Length);
                if (_cell == _wanted) originals[..length].CopyTo(_value.AsSpan(_value!.Length - (int)_left));
                _left -= (uint)length;
                originals = originals[length..];
                if (_left == 0) EndCell();
                continue;
            }

            _partial[_partialLength++] = originals[0];
            originals = originals[1..];
            if (_partialLength == (_started ? OriginalsFormat.LengthSize : OriginalsFormat.HeaderSize)) TakePartial();
        }
    }

    /// <summary>The value in clear, as UTF-8; the caller zeroes it. Null where the row hasn't got the field, or there is no such row.</summary>
    public byte[]? Take()
    {
        var value = IsComplete ? _value : null;
        if (value is not null) _value = null;
        return value;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_value);

    private void TakePartial()
    {
        _partialLength = 0;
        if (!_started)
        {
            if (!_partial.AsSpan().SequenceEqual(_header))
                throw new RecordException(RecordError.ManifestOfAnotherProfile, 0, null, "the originals of this dispatch are of another profile, or damaged; restore them from their backup");
            _started = true;
            return;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_partial);
        if (length == OriginalsFormat.Absent)
        {
            if (_cell == _wanted) IsComplete = true;
            _cell++;
            return;
        }

        // A cell is no longer than the masker's batch, so the length is one that was written.
        if (length > int.MaxValue / 4)
            throw new RecordException(RecordError.ManifestDamaged, 0, null, "the originals of this dispatch can't be read; restore them from their backup");
        if (_cell == _wanted) _value = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
        _left = length;
        if (length == 0) EndCell();
    }

    private void EndCell()
    {
        if (_cell == _wanted) IsComplete = true;
        _cell++;
    }
}
