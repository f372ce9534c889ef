using System.Text.Unicode;

namespace SecureExchange.Masking.Files;

/// <summary>What a file is that was taken for text, by how it begins: for who sent the wrong one.</summary>
internal static class FileSignature
{
    /// <summary>Bytes that are looked at, where the beginning says nothing.</summary>
    private const int Sample = 512;

    /// <summary>Each of them begins with a byte that no text has, or is too long to be there by chance.</summary>
    private static readonly (byte[] Start, string Name)[] s_known =
    [
        ([0x1F, 0x8B], "packed with GZIP; the profile can say container: gzip"),
        ([.. "PK"u8, 3, 4], "a ZIP archive, a workbook or a document; the profile can say container: zip, or format: xlsx"),
        ([.. "%PDF-"u8], "a PDF document; what is in it has to be exported as a table or text first"),
        ([0x89, .. "PNG"u8], Picture),
        ([0xFF, 0xD8, 0xFF], Picture),
        ([.. "GIF89a"u8], Picture),
        ([.. "GIF87a"u8], Picture),
        ([.. "II*"u8, 0], Picture),
        ([.. "MM"u8, 0, (byte)'*'], Picture),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "a document of an older Office (XLS, DOC, MSG); save it as CSV or XLSX, or a message as EML"),
        ([.. "{\\rtf"u8], "a document in RTF; save it as text"),
        ([.. "7z"u8, 0xBC, 0xAF], "a 7z archive; of archives ZIP and GZIP are taken"),
        ([.. "Rar!"u8, 0x1A], "a RAR archive; of archives ZIP and GZIP are taken"),
        ([.. "BZh"u8, .. "91AY&SY"u8], "packed with bzip2; of archives ZIP and GZIP are taken"),
        ([0xFD, .. "7zXZ"u8, 0], "packed with xz; of archives ZIP and GZIP are taken"),
        ([0x28, 0xB5, 0x2F, 0xFD], "packed with Zstandard; of archives ZIP and GZIP are taken"),
        ([.. "SQLite format 3"u8, 0], "a database of SQLite; export its table as CSV"),
        ([.. "PAR1"u8, 0x15], "a Parquet file; export it as CSV or NDJSON"),
        ([0x7F, .. "ELF"u8], "a program"),
    ];

    private const string Picture = "a picture; there is no text in it to be masked";

    /// <summary>What it is, and what could be done; null where the beginning is no such thing.</summary>
    public static string? Of(ReadOnlySpan<byte> file)
    {
        foreach (var (start, name) in s_known)
        {
            if (file.StartsWith(start)) return name;
        }

        return null;
    }

    /// <summary>Whether bytes with NUL among them may be UTF-16: a mark, or NULs at every other place only, as text in Latin letters has them.</summary>
    private static bool IsUtf16(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return false;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return true;
        Span<int> zeros = [0, 0];
        var sample = bytes[..Math.Min(bytes.Length, Sample)];
        for (var i = 0; i < sample.Length; i++) zeros[i & 1] += sample[i] == 0 ? 1 : 0;
        var (few, many) = (Math.Min(zeros[0], zeros[1]), Math.Max(zeros[0], zeros[1]));
        return few <= sample.Length / 64 && many >= sample.Length / 4;
    }

    /// <summary>Whether bytes that aren't UTF-8 are no text in another encoding either: more than one control character in 32.</summary>
    private static bool IsNoise(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, Sample)];
        var controls = 0;
        foreach (var b in sample) controls += b < 0x20 && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f') ? 1 : 0;
        return controls > 1 + (sample.Length / 32);
    }

    /// <summary>What is wrong with the encoding of some bytes, or null.</summary>
    public static (RecordError Error, string What)? EncodingFault(ReadOnlySpan<byte> bytes)
    {
        const string Other = "which no text has; is it another kind of file?";
        if (bytes.Contains((byte)0))
            return (RecordError.NulByte, IsUtf16(bytes) ? "a NUL byte; the file seems to be UTF-16, which the profile can say (encoding)" : $"a NUL byte, {Other}");
        if (Utf8.IsValid(bytes)) return null;
        return (RecordError.NotUtf8, IsNoise(bytes) ? $"control characters, {Other}" : "not UTF-8; say in the profile which encoding the file has, or convert it");
    }
}
