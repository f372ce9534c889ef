using System.Buffers.Binary;
using System.Text;

namespace SecureExchange.Masking.Files.Zip;

/// <summary>Reads a ZIP archive (APPNOTE 6.3) that is there whole. Its directory says what it holds, and has to agree with what
/// stands in front of each entry: a reader that goes by the one must not see other files than one that goes by the other.</summary>
internal sealed class ZipArchive
{
    private const uint DirectoryEnd = 0x06054B50;
    private const uint DirectoryEntry = 0x02014B50;
    private const uint LocalEntry = 0x04034B50;
    private const int EndSize = 22;
    private const int EntrySize = 46;
    private const int LocalSize = 30;
    private const int Encrypted = 0x41;
    private const int UnixLink = 0xA000;

    private readonly UnpackLimit _limit;

    private ZipArchive(List<ZipEntry> entries, bool hasComment, UnpackLimit limit)
    {
        Entries = entries;
        HasComment = hasComment;
        _limit = limit;
    }

    public IReadOnlyList<ZipEntry> Entries { get; }

    public bool HasComment { get; }

    /// <exception cref="RecordException">Not an archive that we take.</exception>
    public static ZipArchive Open(ReadOnlySpan<byte> bytes, MaskingLimits limits)
    {
        var budget = new ArchiveBudget(limits);
        budget.Unpacked.AddPacked(bytes.Length);
        return Open(bytes, budget);
    }

    /// <summary>Opens an archive that is in another one, too.</summary>
    public static ZipArchive Open(ReadOnlySpan<byte> bytes, ArchiveBudget budget)
    {
        var end = FindEnd(bytes);
        var tail = bytes[end..];
        var count = BinaryPrimitives.ReadUInt16LittleEndian(tail[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(tail[12..]);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail[16..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]) != 0 || BinaryPrimitives.ReadUInt16LittleEndian(tail[8..]) != count
            || start + (long)size != end)
            throw Damaged("of several volumes, ZIP64, or with something between its parts");
        budget.AddEntries(count);
        var entries = new List<ZipEntry>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var at = (int)start;
        var covered = 0L;
        for (var i = 0; i < count; i++)
        {
            var entry = ReadEntry(bytes[..end], ref at, ref covered);
            if (!names.Add(entry.Name)) throw Damaged("two entries of one name");
            entries.Add(entry);
        }

        if (at != end || covered > start) throw Damaged("its directory has another size than it says");
        return new ZipArchive(entries, tail.Length > EndSize, budget.Unpacked);
    }

    /// <summary>Unpacks an entry, piece by piece.</summary>
    public void Unpack(ReadOnlySpan<byte> bytes, ZipEntry entry, InflatedBytes output)
    {
        var data = bytes.Slice(entry.DataStart, entry.PackedSize);
        var crc = new Crc32();
        var size = 0L;
        if (entry.IsDeflated)
        {
            using var inflater = new Inflater();
            try
            {
                var used = inflater.Inflate(data, final: true, piece =>
                {
                    _limit.AddUnpacked(piece.Length);
                    crc.Add(piece);
                    size += piece.Length;
                    if (size > entry.Size) throw Damaged("an entry unpacks to more than it says");
                    output(piece);
                });
                if (used != data.Length) throw Damaged("something stands behind an entry's data");
            }
            catch (InvalidDataException)
            {
                throw Damaged("an entry can't be unpacked");
            }
        }
        else
        {
            _limit.AddUnpacked(data.Length);
            crc.Add(data);
            size = data.Length;
            output(data);
        }

        if (size != entry.Size || crc.Value != entry.Crc) throw Damaged("an entry's checksum or size isn't that of what it unpacks to");
    }

    private static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        // Nothing but the archive's comment may stand behind its end.
        for (var at = bytes.Length - EndSize; at >= Math.Max(0, bytes.Length - EndSize - 0xFFFF); at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) == DirectoryEnd
                && at + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 20)..]) == bytes.Length) return at;
        }

        throw Damaged("it isn't one, or is cut off");
    }

    private static ZipEntry ReadEntry(ReadOnlySpan<byte> bytes, ref int at, ref long covered)
    {
        if (at + EntrySize > bytes.Length || BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != DirectoryEntry) throw Damaged("its directory can't be read");
        var head = bytes[at..];
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(head[10..]);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
        var next = EntrySize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(head[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(head[32..]);
        if (next > head.Length) throw Damaged("its directory can't be read");
        if ((flags & Encrypted) != 0) throw new RecordException(RecordError.EntryRefused, 0, null, "the archive has an encrypted entry; what can't be read isn't passed on");
        if (method is not (0 or 8)) throw Damaged("an entry is packed in another way than stored or deflated");
        if ((BinaryPrimitives.ReadUInt16LittleEndian(head[40..]) & 0xF000) == UnixLink && head[5] == 3)
            throw new RecordException(RecordError.EntryRefused, 0, null, "the archive has a symbolic link");
        var name = NameOf(head.Slice(EntrySize, nameLength));
        var packed = BinaryPrimitives.ReadUInt32LittleEndian(head[20..]);
        var local = BinaryPrimitives.ReadUInt32LittleEndian(head[42..]);
        // Entries one behind the other, without gap or overlap: overlapping ones are how small bombs are made.
        if (local < covered || local + LocalSize > bytes.Length) throw Damaged("entries overlap");
        var front = bytes[(int)local..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(front) != LocalEntry || BinaryPrimitives.ReadUInt16LittleEndian(front[8..]) != method
            || !front[LocalSize..].StartsWith(head.Slice(EntrySize, nameLength)) || BinaryPrimitives.ReadUInt16LittleEndian(front[26..]) != nameLength)
            throw Damaged("an entry isn't what the directory says");
        var data = local + LocalSize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(front[28..]);
        if (data + packed > bytes.Length) throw Damaged("an entry is cut off");
        covered = data + packed;
        at += next;
        return new ZipEntry(name, method == 8, BinaryPrimitives.ReadUInt32LittleEndian(head[16..]), (int)data, (int)packed, BinaryPrimitives.ReadUInt32LittleEndian(head[24..]));
    }

    private static string NameOf(ReadOnlySpan<byte> bytes)
    {
        var name = Encoding.UTF8.GetString(bytes);
        if (name.Length == 0 || name[0] == '/' || name.Contains('\\', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal)
            || name.Any(char.IsControl) || name.Split('/').Any(part => part is "." or ".."))
            throw new RecordException(RecordError.EntryRefused, 0, null, "the archive has an entry whose name isn't a plain path");
        return name;
    }

    private static RecordException Damaged(string what) => new(RecordError.ContainerDamaged, 0, null, $"the ZIP archive: {what}");
}
