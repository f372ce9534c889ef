using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Files;

/// <summary>GZIP (RFC 1952) around a file: unpacked, checked, and packed again as one member. The name and comment that it
/// may carry aren't passed on.</summary>
internal sealed class GzipLayer : FileLayer
{
    private const int FixedHeader = 10;
    private const int MaxHeader = 1 << 16;
    private const int TrailerSize = 8;

    private readonly FileLayer _inner;
    private readonly FormatFindings _findings;
    private readonly UnpackLimit _limit;
    private readonly bool _isOutermost;
    private readonly Inflater _inflater = new();
    private readonly HeldBytes _held = new();
    private readonly WriterStream _packed = new();
    private readonly HeldBytes _plain = new();
    private GZipStream? _packer;
    private Crc32 _crc;
    private uint _size;
    private State _state;

    private enum State
    {
        Header,
        Data,
        Trailer,
    }

    /// <param name="inner">What is packed.</param>
    /// <param name="limits">What a file may ask for.</param>
    /// <param name="findings">Takes what isn't passed on.</param>
    /// <param name="around">The limit of the archive that it is in, whose packed bytes are counted already; null: it is in none.</param>
    public GzipLayer(FileLayer inner, MaskingLimits limits, FormatFindings findings, UnpackLimit? around = null)
    {
        _inner = inner;
        _findings = findings;
        _limit = around ?? new UnpackLimit(limits);
        _isOutermost = around is null;
    }

    public override void Push(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        if (_isOutermost) _limit.AddPacked(piece.Length);
        _held.Write(piece);
        Run(final: false, output);
    }

    public override void Complete(IBufferWriter<byte> output)
    {
        Run(final: true, output);
        if (_state != State.Header || _held.Length > 0 || _packer is null) throw Damaged("cut off, or something stands behind it");
        _inner.Complete(_plain);
        Pack();
        _packer.Dispose();
    }

    public override void Dispose()
    {
        _inner.Dispose();
        _inflater.Dispose();
        _held.Dispose();
        _plain.Dispose();
        _packed.Output = null; // What the compressor still holds goes nowhere.
        _packer?.Dispose();
    }

    private void Run(bool final, IBufferWriter<byte> output)
    {
        _packed.Output = output;
        while (_held.Length > 0)
        {
            var used = _state switch
            {
                State.Header => ReadHeader(_held.Written),
                State.Data => Unpack(final),
                _ => ReadTrailer(_held.Written),
            };
            if (used < 0) break;
            _held.Drop(used);
        }
    }

    private int Unpack(bool final)
    {
        try
        {
            var used = _inflater.Inflate(_held.Written, final, TakeUnpacked);
            if (_inflater.IsFinished) _state = State.Trailer;
            else if (used == 0) return -1;
            return used;
        }
        catch (InvalidDataException)
        {
            throw Damaged("the packed data can't be unpacked, or is cut off");
        }
    }

    private void TakeUnpacked(ReadOnlySpan<byte> bytes)
    {
        _limit.AddUnpacked(bytes.Length);
        _crc.Add(bytes);
        _size += (uint)bytes.Length;
        _inner.Push(bytes, _plain);
        Pack();
    }

    private void Pack()
    {
        _packer!.Write(_plain.Written);
        _plain.Clear();
    }

    /// <returns>Bytes of the header; -1 when it isn't whole.</returns>
    private int ReadHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length > 1 && (data[0] != 0x1F || data[1] != 0x8B))
            throw Damaged(_packer is null ? "not GZIP, and the profile says that it is" : "something that isn't GZIP stands behind it");
        if (data.Length < FixedHeader) return -1;
        if (data[2] != 8 || (data[3] & 0xE0) != 0) throw Damaged("packed in a way that RFC 1952 doesn't have");
        var flags = data[3];
        var at = FixedHeader;
        if ((flags & 4) != 0)
        {
            if (data.Length < at + 2) return -1;
            at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);
        }

        for (var text = flags & (8 | 16); text != 0; text &= text - 1)
        {
            var end = at < data.Length ? data[at..].IndexOf((byte)0) : -1;
            if (end < 0) return data.Length > MaxHeader ? throw Damaged("a header without end") : -1;
            at += end + 1;
        }

        if ((flags & 2) != 0) at += 2;
        if (data.Length < at) return -1;
        _findings.Add("gzip.extra-removed", (flags >> 2) & 1);
        _findings.Add("gzip.name-removed", (flags >> 3) & 1);
        _findings.Add("gzip.comment-removed", (flags >> 4) & 1);
        _state = State.Data;
        _inflater.Restart();
        (_crc, _size) = (default, 0);
        _packer ??= new GZipStream(_packed, CompressionLevel.Fastest, leaveOpen: true);
        return at;
    }

    private int ReadTrailer(ReadOnlySpan<byte> data)
    {
        if (data.Length < TrailerSize) return -1;
        if (BinaryPrimitives.ReadUInt32LittleEndian(data) != _crc.Value || BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) != _size)
            throw Damaged("the checksum isn't that of what it unpacks to");
        _state = State.Header;
        return TrailerSize;
    }

    private static RecordException Damaged(string what) => new(RecordError.ContainerDamaged, 0, null, $"the GZIP file: {what}");
}
