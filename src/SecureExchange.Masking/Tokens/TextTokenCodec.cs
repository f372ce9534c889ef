using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Tokens;

/// <summary>Writes and reads the tokens that stand within a text. The bytes are described in <c>docs/formats/token.md</c>.</summary>
internal sealed class TextTokenCodec : IDisposable
{
    /// <summary>The label of what isn't personal data and is replaced all the same: text that looks like a token itself.</summary>
    public const string PlainText = "TEXT";

    private const int HintSize = TokenCodec.HintSize;
    private const int CheckSize = 2;

    private static readonly byte[] s_format = "secureexchange/text-token/v1"u8.ToArray();

    private readonly AesSiv _siv;
    private readonly byte[] _hint;
    private readonly bool _square;
    private readonly bool _point;
    private readonly Dictionary<string, (byte[] Label, BoundAesSiv Siv)> _labels = [];
    private readonly Dictionary<string, (byte[] Label, BoundAesSiv Siv)>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private byte[] _plain = new byte[256];
    private byte[] _binary = new byte[256];

    /// <param name="keys">The agreement's, or the client's.</param>
    /// <param name="square">Writes <c>[[…]]</c>, for encodings that have no <c>⟦⟧</c>. Both are read.</param>
    /// <param name="point">Writes a point behind the label, for formats in which a colon separates. Both are read.</param>
    public TextTokenCodec(MaskingKeys keys, bool square, bool point = false)
    {
        _point = point;
        _siv = new AesSiv(keys.Token);
        _hint = keys.TokenHint;
        _square = square;
        foreach (var label in Detector.AllEntities.Append(PlainText))
        {
            var bytes = Encoding.ASCII.GetBytes(label);
            _labels.Add(label, (bytes, _siv.Bind(s_format, bytes)));
        }

        _byText = _labels.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    private ReadOnlySpan<byte> Open => _square ? "[["u8 : "⟦"u8;

    private ReadOnlySpan<byte> Close => _square ? "]]"u8 : "⟧"u8;

    /// <summary>Bytes of the token for a value of a length.</summary>
    public int Length(string entity, int value) =>
        Open.Length + entity.Length + 1 + Base32.EncodedLength(HintSize + AesSiv.Overhead + 1 + value + CheckSize) + Close.Length;

    /// <summary>Writes a token.</summary>
    /// <param name="entity">What it stands for; everybody can read that.</param>
    /// <param name="value">What stood in the text.</param>
    /// <param name="kind">Text, or the inside of a JSON string with its escapes.</param>
    /// <param name="token">Receives exactly <see cref="Length"/> bytes.</param>
    public void Write(string entity, ReadOnlySpan<byte> value, CellKind kind, Span<byte> token)
    {
        var (label, siv) = _labels[entity];
        var plain = Room(ref _plain, 1 + value.Length);
        plain[0] = (byte)kind;
        value.CopyTo(plain[1..]);
        var binary = Room(ref _binary, HintSize + AesSiv.Overhead + plain.Length + CheckSize);
        _hint.CopyTo(binary);
        siv.Encrypt(plain, binary[HintSize..^CheckSize]);
        PutCheck(label, binary);
        Open.CopyTo(token);
        label.CopyTo(token[Open.Length..]);
        token[Open.Length + label.Length] = _point ? (byte)'.' : (byte)':';
        Base32.Encode(binary, token[(Open.Length + label.Length + 1)..^Close.Length]);
        Close.CopyTo(token[^Close.Length..]);
    }

    /// <summary>Reads a token back.</summary>
    /// <param name="text">The text that it stands in.</param>
    /// <param name="token">Where.</param>
    /// <param name="value">The value, until the next call.</param>
    /// <param name="kind">How the value is written.</param>
    public CellState TryRead(ReadOnlySpan<byte> text, in TextToken token, out ReadOnlySpan<byte> value, out CellKind kind)
    {
        value = default;
        kind = CellKind.Text;
        if (!TryLabel(text[token.Label], out var label, out var siv)) return CellState.Edited;
        if (!TryDecode(text[token.Body], out var binary) || binary.Length <= HintSize + AesSiv.Overhead + CheckSize) return CellState.Edited;
        Span<byte> check = stackalloc byte[CheckSize];
        binary[^CheckSize..].CopyTo(check);
        PutCheck(label, binary);
        if (!check.SequenceEqual(binary[^CheckSize..])) return CellState.Edited;
        var plain = Room(ref _plain, binary.Length - HintSize - AesSiv.Overhead - CheckSize);
        var ours = binary.StartsWith(_hint);
        if (!siv.TryDecrypt(binary[HintSize..^CheckSize], plain)) return ours ? CellState.Edited : CellState.Foreign;
        if (!ours || plain[0] is not ((byte)CellKind.Text or (byte)CellKind.RawText)) return CellState.Edited;
        kind = (CellKind)plain[0];
        value = plain[1..];
        return CellState.Sound;
    }

    public void Dispose()
    {
        _siv.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
    }

    private bool TryLabel(ReadOnlySpan<byte> text, out byte[] label, out BoundAesSiv siv)
    {
        Span<char> letters = stackalloc char[text.Length];
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (TextToken.SkippedLength(text, at) is > 0 and var skipped) at += skipped - 1;
            else letters[count++] = char.ToUpperInvariant((char)text[at]);
        }

        var found = _byText.TryGetValue(letters[..count], out var entry);
        (label, siv) = entry;
        return found;
    }

    private bool TryDecode(ReadOnlySpan<byte> body, out Span<byte> binary)
    {
        binary = Room(ref _binary, body.Length);
        var (bits, held, count, characters) = (0, 0, 0, 0);
        foreach (var c in body)
        {
            var value = Base32.Value(c);
            if (value < 0) continue;
            characters++;
            bits = (bits << 5) | value;
            held += 5;
            if (held < 8) continue;
            held -= 8;
            binary[count++] = (byte)(bits >> held);
            bits &= (1 << held) - 1;
        }

        binary = binary[..count];
        // One spelling only: no loose bits, no characters too many.
        return bits == 0 && characters == Base32.EncodedLength(count);
    }

    /// <summary>Tells a mistyped token from one of other keys, without a key. It protects against nobody.</summary>
    private static void PutCheck(ReadOnlySpan<byte> label, Span<byte> binary)
    {
        var crc = uint.MaxValue;
        foreach (var b in label) crc = BitOperations.Crc32C(crc, b);
        foreach (var b in binary[..^CheckSize]) crc = BitOperations.Crc32C(crc, b);
        (binary[^2], binary[^1]) = ((byte)(crc >> 8), (byte)crc);
    }

    private static Span<byte> Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            CryptographicOperations.ZeroMemory(buffer);
            buffer = new byte[Math.Max(length, 2 * buffer.Length)];
        }

        return buffer.AsSpan(0, length);
    }
}
