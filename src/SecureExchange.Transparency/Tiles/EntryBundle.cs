using System.Buffers.Binary;

namespace SecureExchange.Transparency.Tiles;

/// <summary>Entries as tlog-tiles stores them: each after its length in two bytes, big-endian.</summary>
internal static class EntryBundle
{
    internal const int MaxEntry = ushort.MaxValue;

    private const int LengthSize = sizeof(ushort);

    /// <summary>Bytes that an entry takes in a bundle.</summary>
    internal static int SizeOf(int entryLength) => LengthSize + entryLength;

    /// <summary>Writes an entry, and gives what is left of the room.</summary>
    internal static Span<byte> Write(ReadOnlySpan<byte> entry, Span<byte> room)
    {
        WriteLength(entry.Length, room);
        entry.CopyTo(room[LengthSize..]);
        return room[SizeOf(entry.Length)..];
    }

    /// <summary>Writes what stands before an entry.</summary>
    internal static void WriteLength(int length, Span<byte> room) => BinaryPrimitives.WriteUInt16BigEndian(room, checked((ushort)length));

    /// <summary>Takes the first entry off a bundle; false when the bundle ends within it, or has ended.</summary>
    internal static bool TryTake(ref ReadOnlyMemory<byte> bundle, out ReadOnlyMemory<byte> entry)
    {
        entry = default;
        if (bundle.Length < LengthSize) return false;
        var end = SizeOf(BinaryPrimitives.ReadUInt16BigEndian(bundle.Span));
        if (bundle.Length < end) return false;
        entry = bundle[LengthSize..end];
        bundle = bundle[end..];
        return true;
    }

    /// <summary>Splits a bundle that must have <paramref name="count"/> entries and nothing else.</summary>
    internal static bool TrySplit(ReadOnlyMemory<byte> bundle, int count, out ReadOnlyMemory<byte>[] entries)
    {
        entries = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryTake(ref bundle, out entries[i])) return false;
        }

        return bundle.IsEmpty;
    }
}
