using System.Buffers;

namespace SecureExchange.Masking.Files.Encodings;

/// <summary>An encoding as two functions that undo each other: what one of them can't turn back is refused, never replaced.</summary>
internal abstract class TextCoding
{
    private protected TextCoding(string name) => Name = name;

    /// <summary>As in the profile.</summary>
    public string Name { get; }

    public static TextCoding Create(FileEncoding encoding) => encoding switch
    {
        FileEncoding.Utf16Le => new Utf16Coding(bigEndian: false),
        FileEncoding.Utf16Be => new Utf16Coding(bigEndian: true),
        FileEncoding.Windows1252 => SingleByteCoding.Windows1252,
        FileEncoding.Latin1 => SingleByteCoding.Latin1,
        FileEncoding.ShiftJis => new ShiftJisCoding(),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), "UTF-8 needs no coding, and which one is to be detected is found out before"),
    };

    /// <summary>Writes UTF-8 for the whole characters that there are.</summary>
    /// <param name="bytes">In this encoding.</param>
    /// <param name="final">Whether no more will come.</param>
    /// <param name="utf8">Receives the text.</param>
    /// <param name="fault">Where a byte is that belongs to no character, or would come back as another one; -1 if nowhere.</param>
    /// <returns>Bytes used.</returns>
    public abstract int Decode(ReadOnlySpan<byte> bytes, bool final, IBufferWriter<byte> utf8, out int fault);

    /// <summary>The way back, of whole characters.</summary>
    /// <returns>False when there is a character that the encoding doesn't have.</returns>
    public abstract bool TryEncode(ReadOnlySpan<byte> utf8, IBufferWriter<byte> bytes);
}
