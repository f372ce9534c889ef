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
    private byte[] _text = new byte[256];

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
        plain[0] = (byte)kind;
        if (_mark is not null && _mark.TakesSecond(_field, value)) plain[0] |= Second;
        value.CopyTo(plain[1..]);
        var binary = Room(ref _binary, HintSize + AesSiv.Overhead + plain.Length);
        _hint.CopyTo(binary);
        _bound.Encrypt(plain, binary[HintSize..]);
        Prefix.CopyTo(token);
        Base64Url.EncodeToUtf8(binary, token[Prefix.Length..]);
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
        if (!token.StartsWith(Prefix)) return CellState.Edited;
        var text = token[Prefix.Length..];
        var binary = Room(ref _binary, text.Length);
        var status = Base64Url.DecodeFromUtf8(text, binary, out _, out var size);
        if (status != OperationStatus.Done || size < HintSize + AesSiv.Overhead + 1) return CellState.Edited;
        binary = binary[..size];
        // The decoder skips blanks and loose bits at the end: two spellings of a token would pass as one.
        var again = Room(ref _text, Base64Url.GetEncodedLength(size));
        Base64Url.EncodeToUtf8(binary, again);
        if (!text.SequenceEqual(again)) return CellState.Edited;

        var plain = Room(ref _plain, size - HintSize - AesSiv.Overhead);
        var ours = binary.StartsWith(_hint);
        if (!_bound.TryDecrypt(binary[HintSize..], plain)) return ours ? CellState.Edited : CellState.Foreign;
        IsSecond = (plain[0] & Second) != 0;
        plain[0] &= Second - 1;
        if (!ours || plain[0] > (byte)CellKind.RawText) return CellState.Edited;
        kind = (CellKind)plain[0];
        length = plain.Length - 1;
        plain[1..].CopyTo(value);
        return CellState.Sound;
    }

    public void Dispose()
    {
        _siv.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        CryptographicOperations.ZeroMemory(_subject);
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
