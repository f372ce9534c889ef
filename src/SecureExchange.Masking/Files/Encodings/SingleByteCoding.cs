using System.Buffers;
using System.Text;

namespace SecureExchange.Masking.Files.Encodings;

/// <summary>Encodings with a byte for each character, whose first 128 are ASCII.</summary>
internal sealed class SingleByteCoding : TextCoding
{
    // 0x80 to 0x9F of Windows-1252; 81, 8D, 8F, 90 and 9D are no characters.
    private const string Windows = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    private readonly byte[][] _utf8 = new byte[128][];
    private readonly Dictionary<int, byte> _bytes = [];

    private SingleByteCoding(string name, string low) : base(name)
    {
        for (var i = 0; i < 128; i++)
        {
            var character = i < low.Length ? low[i] : (char)(0x80 + i);
            _utf8[i] = character == 0 ? [] : Encoding.UTF8.GetBytes([character]);
            if (character != 0) _bytes[character] = (byte)(0x80 + i);
        }
    }

    public static SingleByteCoding Windows1252 { get; } = new("windows-1252", Windows);

    public static SingleByteCoding Latin1 { get; } = new("latin-1", "");

    public override int Decode(ReadOnlySpan<byte> bytes, bool final, IBufferWriter<byte> utf8, out int fault)
    {
        var at = 0;
        fault = -1;
        while (true)
        {
            var rest = bytes[at..];
            var plain = rest.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            utf8.Write(plain < 0 ? rest : rest[..plain]);
            if (plain < 0) return bytes.Length;
            at += plain;
            var text = _utf8[bytes[at] - 0x80];
            if (text.Length == 0)
            {
                fault = at;
                return at;
            }

            utf8.Write(text);
            at++;
        }
    }

    public override bool TryEncode(ReadOnlySpan<byte> utf8, IBufferWriter<byte> bytes)
    {
        while (true)
        {
            var plain = utf8.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            bytes.Write(plain < 0 ? utf8 : utf8[..plain]);
            if (plain < 0) return true;
            utf8 = utf8[plain..];
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var length) != OperationStatus.Done
                || !_bytes.TryGetValue(rune.Value, out var single)) return false;
            bytes.Write([single]);
            utf8 = utf8[length..];
        }
    }
}
