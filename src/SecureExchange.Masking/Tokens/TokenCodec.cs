using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Tokens;

/// <summary>Writes and reads the tokens of one field. The bytes are described in <c>docs/formats/token.md</c>.</summary>
internal sealed class TokenCodec : IDisposable
{
    /// <summary>Bytes in front of the ciphertext that tell another agreement's token from a damaged one.</summary>
    public const int HintSize = 2;

    private static readonly byte[] s_format = "secureexchange/token/v1"u8.ToArray();

    /// <summary>In the kind's byte: the second of a value's two tokens. Either turns back.</summary>
    private const byte Second = 0x80;

    private readonly TransferMark? _mark;
    private readonly AesSiv _siv;
    private readonly byte[] _field;
    private BoundAesSiv _bound;
    private readonly byte[] _hint;
    private byte[]? _subject;
    private byte[] _plain = new byte[256];
    private byte[] _binary = new byte[256];
    private int[] _ends = new int[256];
    private bool[] _valid = new bool[256];
    private Read[] _reads = new Read[256];

    /// <summary>What a cell was when it was decoded.</summary>
    private enum Read : byte
    {
        None,
        Ours,
        Others,
    }

    /// <param name="keys">The agreement's.</param>
    /// <param name="field">The field's canonical name.</param>
    /// <param name="mark">Chooses between a value's two tokens; null: the first.</param>
    public TokenCodec(MaskingKeys keys, byte[] field, TransferMark? mark = null)
    {
        _mark = mark;
        _siv = new AesSiv(keys.Token);
        _field = field;
        _bound = _siv.Bind(s_format, field);
        _hint = keys.TokenHint;
    }

    /// <summary>Whether the token that was read last is the second of its value's.</summary>
    public bool IsSecond { get; private set; }

    private static ReadOnlySpan<byte> Prefix => "tok_"u8;

    /// <summary>Bytes of the token for a value of a length.</summary>
    public static int Length(int value) => Prefix.Length + Base64Url.GetEncodedLength(HintSize + AesSiv.Overhead + 1 + value);

    /// <summary>From here on tokens are those of a subject: they open for it alone.</summary>
    public void BindSubject(ReadOnlySpan<byte> subject)
    {
        if (_subject is not null && _subject.AsSpan().SequenceEqual(subject)) return;
        CryptographicOperations.ZeroMemory(_subject);
        _subject = subject.ToArray();
        _bound = _siv.Bind(s_format, _field, _subject);
    }

    /// <summary>Writes a token.</summary>
    /// <param name="value">The value, without its quotes.</param>
    /// <param name="kind">What it was, so that it comes back as that.</param>
    /// <param name="token">Receives exactly <see cref="Length"/> bytes.</param>
    public void Write(ReadOnlySpan<byte> value, CellKind kind, Span<byte> token)
    {
        var plain = Room(ref _plain, 1 + value.Length);
        plain[0] = KindOf(value, kind);
        value.CopyTo(plain[1..]);
        var binary = Room(ref _binary, HintSize + AesSiv.Overhead + plain.Length);
        _hint.CopyTo(binary);
        _bound.Encrypt(plain, binary[HintSize..]);
        Prefix.CopyTo(token);
        Base64Url.EncodeToUtf8(binary, token[Prefix.Length..]);
    }

    /// <summary>Writes the tokens of a column, many at once; an empty cell stays empty.</summary>
    public void WriteMany(CellColumn values, CellColumn tokens)
    {
        var plain = Room(ref _plain, values.Bytes.Length + values.Count);
        if (_ends.Length < values.Count) _ends = new int[Math.Max(values.Count, 256)];
        var (count, length) = (0, 0);
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i];
            if (value.IsEmpty) continue;
            plain[length] = KindOf(value, values.Kind(i));
            value.CopyTo(plain[(length + 1)..]);
            length += 1 + value.Length;
            _ends[count++] = length;
        }

        var binary = Room(ref _binary, length + (count * (HintSize + AesSiv.Overhead)));
        _bound.EncryptMany(plain[..length], _ends.AsSpan(0, count), HintSize, binary);
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].IsEmpty)
            {
                tokens.Add([], values.Row(i));
                continue;
            }

            var size = HintSize + AesSiv.Overhead + 1 + values[i].Length;
            _hint.CopyTo(binary);
            var token = tokens.Reserve(Length(values[i].Length));
            Prefix.CopyTo(token);
            Base64Url.EncodeToUtf8(binary[..size], token[Prefix.Length..]);
            tokens.AddReserved(token.Length, values.Row(i));
            binary = binary[size..];
        }
    }

    /// <summary>Reads a token back.</summary>
    /// <param name="token">What came; anything.</param>
    /// <param name="value">Receives the value; as long as the token is enough.</param>
    /// <param name="length">Bytes of the value.</param>
    /// <param name="kind">What it was.</param>
    public CellState TryRead(ReadOnlySpan<byte> token, Span<byte> value, out int length, out CellKind kind)
    {
        length = 0;
        kind = CellKind.Text;
        if (!TryDecode(token, Room(ref _binary, token.Length), out var size)) return CellState.Edited;
        var plain = Room(ref _plain, size - HintSize - AesSiv.Overhead);
        var isValid = _bound.TryDecrypt(_binary.AsSpan(HintSize, size - HintSize), plain);
        var state = StateOf(isValid, _binary.AsSpan(0, HintSize).SequenceEqual(_hint), plain, out kind);
        if (state != CellState.Sound) return state;
        length = plain.Length - 1;
        plain[1..].CopyTo(value);
        return CellState.Sound;
    }

    /// <summary>Reads the tokens of a column back, many at once; an empty cell stays empty.</summary>
    public void ReadMany(CellColumn tokens, CellColumn values)
    {
        var binary = Room(ref _binary, tokens.Bytes.Length);
        if (_ends.Length < tokens.Count) _ends = new int[Math.Max(tokens.Count, 256)];
        if (_reads.Length < tokens.Count) _reads = new Read[Math.Max(tokens.Count, 256)];
        var (count, length) = (0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            _reads[i] = Read.None;
            if (!TryDecode(tokens[i], binary[length..], out var size)) continue;
            var one = binary.Slice(length, size);
            _reads[i] = one.StartsWith(_hint) ? Read.Ours : Read.Others;
            one[HintSize..].CopyTo(one);
            length += size - HintSize;
            _ends[count++] = length;
        }

        var plain = Room(ref _plain, length - (count * AesSiv.Overhead));
        if (_valid.Length < count) _valid = new bool[Math.Max(count, 256)];
        _bound.TryDecryptMany(binary[..length], _ends.AsSpan(0, count), plain, _valid);
        var (next, start) = (0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (_reads[i] == Read.None)
            {
                if (tokens[i].IsEmpty) values.Add([], tokens.Row(i));
                else values.AddBroken(tokens.Row(i), CellState.Edited);
                continue;
            }

            var one = plain[..(_ends[next] - start - AesSiv.Overhead)];
            var state = StateOf(_valid[next], _reads[i] == Read.Ours, one, out var kind);
            if (state == CellState.Sound) values.Add(one[1..], tokens.Row(i), kind);
            else values.AddBroken(tokens.Row(i), state);
            plain = plain[one.Length..];
            start = _ends[next++];
        }
    }

    public void Dispose()
    {
        _siv.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        CryptographicOperations.ZeroMemory(_subject);
    }

    private byte KindOf(ReadOnlySpan<byte> value, CellKind kind) =>
        _mark is not null && _mark.TakesSecond(_field, value) ? (byte)((byte)kind | Second) : (byte)kind;

    private CellState StateOf(bool isValid, bool isOurs, Span<byte> plain, out CellKind kind)
    {
        kind = CellKind.Text;
        if (!isValid) return isOurs ? CellState.Edited : CellState.Foreign;
        IsSecond = (plain[0] & Second) != 0;
        kind = (CellKind)(plain[0] & (Second - 1));
        return isOurs && kind <= CellKind.RawText ? CellState.Sound : CellState.Edited;
    }

    /// <summary>The octets of a token: hint, synthetic IV, ciphertext.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> token, Span<byte> binary, out int size)
    {
        size = 0;
        if (!token.StartsWith(Prefix)) return false;
        var text = token[Prefix.Length..];
        if (Base64Url.DecodeFromUtf8(text, binary, out _, out size) != OperationStatus.Done || size < HintSize + AesSiv.Overhead + 1) return false;
        // The decoder skips blanks and loose bits at the end: two spellings of a token would pass as one.
        if (text.Length != Base64Url.GetEncodedLength(size)) return false;
        var rest = size % 3;
        if (rest == 0) return true;
        Span<byte> end = stackalloc byte[4];
        var length = Base64Url.EncodeToUtf8(binary[(size - rest)..size], end);
        return text.EndsWith(end[..length]);
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
