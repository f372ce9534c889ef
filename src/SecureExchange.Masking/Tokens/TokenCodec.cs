using System.Buffers.Binary;
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

    /// <summary>Octets of the shortest token's: a value has at least its kind.</summary>
    private const int Least = HintSize + AesSiv.Overhead + 1;

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
    public static int Length(int value) => Prefix.Length + ((((HintSize + AesSiv.Overhead + 1 + value) * 4) + 2) / 3);

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
        var source = values.Padded;
        var sourceEnds = values.Ends;
        var plain = Room(ref _plain, values.Bytes.Length + values.Count + TokenText.Step);
        if (_ends.Length < values.Count) _ends = new int[Math.Max(values.Count, 256)];
        var (count, length, size, start) = (0, 0, 0, 0);
        for (var i = 0; i < values.Count; start = sourceEnds[i++])
        {
            var end = sourceEnds[i];
            if (end == start) continue;
            plain[length] = KindOf(source[start..end], values.Kind(i));
            if (!ShortCopy.Try(source, start, end, plain, length + 1)) source[start..end].CopyTo(plain[(length + 1)..]);
            length += 1 + end - start;
            size += Length(end - start);
            _ends[count++] = length;
        }

        var binary = Room(ref _binary, length + (count * (HintSize + AesSiv.Overhead)) + TokenText.Step);
        _bound.EncryptMany(plain[..length], _ends.AsSpan(0, count), HintSize, binary);
        var output = tokens.OpenLike(values, size, out var ends);
        var (at, hint) = (0, BinaryPrimitives.ReadUInt16LittleEndian(_hint));
        start = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            var end = sourceEnds[i];
            if (end > start)
            {
                var octets = HintSize + AesSiv.Overhead + 1 + end - start;
                BinaryPrimitives.WriteUInt16LittleEndian(binary, hint);
                Prefix.CopyTo(output[at..]);
                at += Prefix.Length;
                at += TokenText.Encode(binary, octets, output[at..]);
                binary = binary[octets..];
            }

            (start, ends[i]) = (end, at);
        }

        tokens.Close();
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
        var source = tokens.Padded;
        var sourceEnds = tokens.Ends;
        var binary = Room(ref _binary, tokens.Bytes.Length + TokenText.Step);
        if (_ends.Length < tokens.Count) _ends = new int[Math.Max(tokens.Count, 256)];
        if (_reads.Length < tokens.Count) _reads = new Read[Math.Max(tokens.Count, 256)];
        var (count, length, start) = (0, 0, 0);
        for (var i = 0; i < sourceEnds.Length; start = sourceEnds[i++])
        {
            _reads[i] = Read.None;
            var text = sourceEnds[i] - start - Prefix.Length;
            if (text < 0 || !source[start..].StartsWith(Prefix)) continue;
            var size = TokenText.Decode(source[(start + Prefix.Length)..], text, binary[length..]);
            if (size < Least) continue;
            _reads[i] = binary[length..].StartsWith(_hint) ? Read.Ours : Read.Others;
            length += size;
            _ends[count++] = length;
        }

        var plain = Room(ref _plain, length - (count * (HintSize + AesSiv.Overhead)) + TokenText.Step);
        if (_valid.Length < count) _valid = new bool[Math.Max(count, 256)];
        _bound.TryDecryptMany(binary[..length], _ends.AsSpan(0, count), HintSize, plain, _valid);
        var output = values.OpenLike(tokens, plain.Length, out var ends);
        var (next, from, before, at) = (0, 0, 0, 0);
        for (var i = 0; i < ends.Length; i++)
        {
            if (_reads[i] == Read.None)
            {
                if (!tokens[i].IsEmpty) values.Describe(i, CellKind.Text, CellState.Edited);
            }
            else
            {
                var to = from + _ends[next] - before - HintSize - AesSiv.Overhead;
                var state = StateOf(_valid[next], _reads[i] == Read.Ours, plain[from..to], out var kind);
                values.Describe(i, state == CellState.Sound ? kind : CellKind.Text, state);
                if (state == CellState.Sound)
                {
                    if (!ShortCopy.Try(plain, from + 1, to, output, at)) plain[(from + 1)..to].CopyTo(output[at..]);
                    at += to - from - 1;
                }

                before = _ends[next++];
                from = to;
            }

            ends[i] = at;
        }

        values.Close();
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
        size = token.StartsWith(Prefix) ? TokenText.DecodeOne(token[Prefix.Length..], binary) : -1;
        return size >= Least;
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
