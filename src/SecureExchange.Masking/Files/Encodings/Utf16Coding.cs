using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace SecureExchange.Masking.Files.Encodings;

/// <summary>UTF-16, either way round. A byte order mark is a character like any other and comes back as one.</summary>
internal sealed class Utf16Coding(bool bigEndian) : TextCoding(bigEndian ? "utf-16be" : "utf-16le")
{
    private const int Step = 1 << 14;
    private readonly ushort[] _units = new ushort[Step];

    public override int Decode(ReadOnlySpan<byte> bytes, bool final, IBufferWriter<byte> utf8, out int fault)
    {
        var at = 0;
        fault = -1;
        while (bytes.Length - at >= 2)
        {
            var units = _units.AsSpan(0, Math.Min(Step, (bytes.Length - at) / 2));
            bytes.Slice(at, 2 * units.Length).CopyTo(MemoryMarshal.AsBytes(units));
            if (bigEndian == BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(units, units);
            var output = utf8.GetSpan(3 * units.Length);
            var status = Utf8.FromUtf16(MemoryMarshal.Cast<ushort, char>(units), output, out var read, out var written, replaceInvalidSequences: false,
                isFinalBlock: final && at + (2 * units.Length) == bytes.Length);
            utf8.Advance(written);
            at += 2 * read;
            if (status == OperationStatus.InvalidData) fault = at;
            if (status == OperationStatus.InvalidData || read == 0) return at;
        }

        if (final && at < bytes.Length) fault = at;
        return at;
    }

    public override bool TryEncode(ReadOnlySpan<byte> utf8, IBufferWriter<byte> bytes)
    {
        while (!utf8.IsEmpty)
        {
            if (Utf8.ToUtf16(utf8, MemoryMarshal.Cast<ushort, char>(_units.AsSpan()), out var read, out var written, replaceInvalidSequences: false)
                is OperationStatus.InvalidData or OperationStatus.NeedMoreData || read == 0) return false;
            var units = _units.AsSpan(0, written);
            if (bigEndian == BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(units, units);
            bytes.Write(MemoryMarshal.AsBytes(units));
            utf8 = utf8[read..];
        }

        return true;
    }
}
