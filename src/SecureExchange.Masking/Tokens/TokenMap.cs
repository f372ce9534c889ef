using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Tokens;

/// <summary>What random tokens and reversible pseudonyms stand for. In memory in clear, at rest sealed: the caller keeps the bytes, and
/// whoever forgets an entry, or all of them, can't turn its token back any more, and nobody else can either.</summary>
/// <remarks>Memory grows with the number of different values, some 200 bytes for each. Not safe for several threads. The sealed form
/// is described in <c>docs/formats/token-map.md</c>.</remarks>
public sealed class TokenMap
{
    /// <summary>The most entries: beyond that a map belongs into a database.</summary>
    public const int MaxEntries = 1_000_000;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly Dictionary<byte[], byte[]> _tokens = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], byte[]> _values = new(Utf8Comparer.Instance);
    private byte[] _key = new byte[256];

    /// <summary>How many values it holds.</summary>
    public int Count => _tokens.Count;

    private static ReadOnlySpan<byte> Magic => "SXTM1"u8;

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <param name="content">The sealed bytes.</param>
    /// <param name="key">32 bytes: the agreement's key, or whatever it was sealed with.</param>
    /// <param name="scope">The name that it was sealed under.</param>
    /// <exception cref="CryptographicException">Altered, or sealed under another key or scope.</exception>
    public static TokenMap Open(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key, string scope)
    {
        if (content.Length < Magic.Length + NonceSize + TagSize || !content.StartsWith(Magic)) throw new CryptographicException("not a token map");
        var derived = KeyDerivation.Derive(key, "token-map", scope, 32);
        var plain = new byte[content.Length - Magic.Length - NonceSize - TagSize];
        try
        {
            using var gcm = new AesGcm(derived, TagSize);
            var nonce = content.Slice(Magic.Length, NonceSize);
            gcm.Decrypt(nonce, content[(Magic.Length + NonceSize)..^TagSize], content[^TagSize..], plain, Magic);
            var map = new TokenMap();
            for (ReadOnlySpan<byte> rest = plain; !rest.IsEmpty;)
            {
                var field = Take(ref rest);
                var value = Take(ref rest);
                map.Add(field, value, Take(ref rest));
            }

            return map;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The map, encrypted and authenticated (AES-256-GCM under a key derived for it, with a random nonce).</summary>
    public byte[] Seal(ReadOnlySpan<byte> key, string scope)
    {
        using var written = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var (question, token) in _tokens)
        {
            var split = BinaryPrimitives.ReadInt32LittleEndian(question);
            foreach (var part in (ReadOnlySpan<ReadOnlyMemory<byte>>)[question.AsMemory(4, split), question.AsMemory(4 + split), token])
            {
                BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
                written.Write(length);
                written.Write(part.Span);
            }
        }

        var derived = KeyDerivation.Derive(key, "token-map", scope, 32);
        var plain = written.GetBuffer().AsSpan(0, (int)written.Length);
        var content = new byte[Magic.Length + NonceSize + plain.Length + TagSize];
        try
        {
            Magic.CopyTo(content);
            var nonce = content.AsSpan(Magic.Length, NonceSize);
            RandomNumberGenerator.Fill(nonce);
            using var gcm = new AesGcm(derived, TagSize);
            gcm.Encrypt(nonce, plain, content.AsSpan(Magic.Length + NonceSize, plain.Length), content.AsSpan(content.Length - TagSize), Magic);
            return content;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Forgets a value: its token turns back no more, and the next time it gets another.</summary>
    /// <param name="field">The field's canonical name, UTF-8.</param>
    /// <param name="value">The value in clear, UTF-8.</param>
    /// <returns>False where it wasn't there.</returns>
    public bool Forget(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        if (!_tokens.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(Key(field, value), out _, out var token)) return false;
        _values.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(Key(field, token), out _, out var stored);
        CryptographicOperations.ZeroMemory(stored);
        return true;
    }

    public override string ToString() => "[secret]";

    /// <summary>The token of a value, if it has one.</summary>
    internal bool TryGetToken(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, out ReadOnlySpan<byte> token)
    {
        var found = _tokens.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(Key(field, value), out var bytes);
        token = bytes;
        return found;
    }

    /// <summary>The value of a token, if there is one.</summary>
    internal bool TryGetValue(ReadOnlySpan<byte> field, ReadOnlySpan<byte> token, out ReadOnlySpan<byte> value)
    {
        var found = _values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(Key(field, token), out var bytes);
        value = bytes;
        return found;
    }

    /// <summary>Remembers a token; false where it stands for another value already, or the map is full.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, ReadOnlySpan<byte> token)
    {
        if (Count >= MaxEntries || TryGetValue(field, token, out _)) return false;
        Add(field, value, token);
        return true;
    }

    private void Add(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, ReadOnlySpan<byte> token)
    {
        _tokens[Key(field, value).ToArray()] = token.ToArray();
        _values[Key(field, token).ToArray()] = value.ToArray();
    }

    private ReadOnlySpan<byte> Key(ReadOnlySpan<byte> field, ReadOnlySpan<byte> text)
    {
        var size = 4 + field.Length + text.Length;
        if (_key.Length < size) _key = new byte[2 * size];
        BinaryPrimitives.WriteInt32LittleEndian(_key, field.Length); // Where the field ends.
        field.CopyTo(_key.AsSpan(4));
        text.CopyTo(_key.AsSpan(4 + field.Length));
        return _key.AsSpan(0, size);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        var part = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        return part;
    }
}
