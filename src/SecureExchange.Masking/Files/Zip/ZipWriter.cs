using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SecureExchange.Masking.Files.Zip;

/// <summary>Writes a ZIP archive: names, sizes and checksums, and nothing else that could tell something.</summary>
internal sealed class ZipWriter : IDisposable
{
    private const ushort Utf8Names = 0x0800;
    private const ushort FirstDay = 0x0021; // 1980-01-01: an archive needn't tell when it was made.
    private readonly HeldBytes _directory = new();
    private readonly HeldBytes _packed = new();
    private readonly HeldBytes _plain = new();
    private readonly WriterStream _stream = new();
    private DeflateStream? _deflate;
    private Crc32 _crc;
    private long _size;
    private long _offset;
    private int _count;

    /// <summary>Begins an entry.</summary>
    public void Begin()
    {
        _packed.Clear();
        _stream.Output = _packed;
        _deflate = new DeflateStream(_stream, CompressionLevel.Fastest, leaveOpen: true);
        (_crc, _size) = (default, 0);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _crc.Add(bytes);
        _size += bytes.Length;
        _deflate!.Write(bytes);
    }

    /// <summary>Adds what a layer makes of a piece.</summary>
    public void Add(FileLayer layer, ReadOnlySpan<byte> piece)
    {
        layer.Push(piece, _plain);
        Drain();
    }

    /// <summary>Adds what a layer makes of its end.</summary>
    public void Complete(FileLayer layer)
    {
        layer.Complete(_plain);
        Drain();
    }

    /// <summary>Ends the entry.</summary>
    public void End(string name, IBufferWriter<byte> output)
    {
        _deflate!.Dispose();
        var utf8 = Encoding.UTF8.GetBytes(name);
        Span<byte> local = stackalloc byte[30];
        local.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(local, 0x04034B50);
        local[4] = 20;
        WriteCommon(local[6..], utf8.Length);
        output.Write(local);
        output.Write(utf8);
        output.Write(_packed.Written);
        Span<byte> entry = stackalloc byte[46];
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014B50);
        entry[4] = 20;
        entry[6] = 20;
        WriteCommon(entry[8..], utf8.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[42..], checked((uint)_offset));
        _directory.Write(entry);
        _directory.Write(utf8);
        _offset += local.Length + utf8.Length + _packed.Length;
        _count++;
    }

    public void Complete(IBufferWriter<byte> output)
    {
        Span<byte> end = stackalloc byte[22];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], (ushort)_count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)_count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], (uint)_directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], checked((uint)_offset));
        output.Write(_directory.Written);
        output.Write(end);
    }

    public void Dispose()
    {
        _stream.Output = null;
        _deflate?.Dispose();
        _packed.Dispose();
        _plain.Dispose();
        _directory.Dispose();
    }

    private void Drain()
    {
        Add(_plain.Written);
        _plain.Clear();
    }

    /// <summary>From the flags to the length of the name: alike in both headers.</summary>
    private void WriteCommon(Span<byte> header, int nameLength)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(header, Utf8Names);
        header[2] = 8;
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], FirstDay);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], _crc.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)_packed.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], checked((uint)_size));
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], (ushort)nameLength);
    }
}
