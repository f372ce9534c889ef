using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Tokens;

/// <summary>What random tokens and reversible pseudonyms stand for. In memory in clear, at rest sealed: the caller keeps the bytes, and
/// whoever forgets an entry, or all of them, can't turn its token back any more, and nobody else can either.</summary>
/// <remarks>Memory grows with the number of different values, some 200 bytes for each. Not safe for several threads. The sealed form
/// is described in <c>docs/formats/token-map.md</c>.</remarks>
public sealed class TokenMap : IDisposable
{
    /// <summary>The most entries: beyond that a map belongs into a database.</summary>
    public const int MaxEntries = 1_000_000;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly Dictionary<byte[], byte[]> _tokens = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], byte[]> _values = new(Utf8Comparer.Instance);
    private readonly HashSet<byte[]> _inherited = new(Utf8Comparer.Instance);
    private readonly TokenMap? _base;
    private byte[] _key = new byte[256];

    /// <summary>An empty map.</summary>
    public TokenMap()
    {
    }

    private TokenMap(TokenMap whole) => _base = whole;

    /// <summary>How many values it holds.</summary>
    public int Count => _tokens.Count;

    private static ReadOnlySpan<byte> Magic => "SXTM1"u8;

    private static int SealSize => Magic.Length + NonceSize + TagSize;

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <param name="content">The sealed bytes.</param>
    /// <param name="key">32 bytes: the agreement's key, or whatever it was sealed with.</param>
    /// <param name="scope">The name that it was sealed under.</param>
    /// <exception cref="CryptographicException">Altered, or sealed under another key or scope.</exception>
    public static TokenMap Open(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key, string scope)
    {
        if (content.Length < SealSize || !content.StartsWith(Magic)) throw new CryptographicException("not a token map");
        var derived = KeyDerivation.Derive(key, "token-map", scope, 32);
        var plain = new byte[content.Length - SealSize];
        try
        {
            using var gcm = new AesGcm(derived, TagSize);
            var nonce = content.Slice(Magic.Length, NonceSize);
            gcm.Decrypt(nonce, content[(Magic.Length + NonceSize)..^TagSize], content[^TagSize..], plain, Magic);
            return Read(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote: bytes that were authenticated, by whoever kept them.</summary>
    public static TokenMap Read(ReadOnlySpan<byte> entries)
    {
        var map = new TokenMap();
        while (!entries.IsEmpty)
        {
            var field = Take(ref entries);
            var value = Take(ref entries);
            map.Add(field, value, Take(ref entries));
        }

        return map;
    }

    /// <summary>The map, encrypted and authenticated (AES-256-GCM under a key derived for it, with a random nonce).</summary>
    public byte[] Seal(ReadOnlySpan<byte> key, string scope)
    {
        using var written = new HeldBytes();
        var derived = KeyDerivation.Derive(key, "token-map", scope, 32);
        try
        {
            Write(written);
            var plain = written.Written;
            var content = new byte[plain.Length + SealSize];
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
        }
    }

    /// <summary>Writes the entries in clear, for a sink that seals them.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        foreach (var (question, token) in _tokens)
        {
            Put(Field(question), output);
            Put(Text(question), output);
            Put(token, output);
        }
    }

    /// <summary>A map for one transfer: it answers as this one does, keeps what it was asked for, and what is new stays with it until
    /// <see cref="TryMerge"/>.</summary>
    public TokenMap Branch() => new(this);

    /// <summary>Takes over what a branch has, unless this map has moved on so that the two contradict each other.</summary>
    /// <returns>False, and nothing was taken over: a value or a token of the branch stands for something else here, an entry that the
    /// branch relied on was forgotten, or the map would be too full.</returns>
    public bool TryMerge(TokenMap branch)
    {
        var added = 0;
        foreach (var (question, token) in branch._tokens)
        {
            if (TryGetToken(Field(question), Text(question), out var mine))
            {
                if (!mine.SequenceEqual(token)) return false;
                continue;
            }

            if (branch._inherited.Contains(question) || TryGetValue(Field(question), token, out _)) return false;
            added++;
        }

        if (Count + added > MaxEntries) return false;
        foreach (var (question, token) in branch._tokens) Add(Field(question), Text(question), token);
        return true;
    }

    /// <summary>Forgets everything, and zeroes it: the values are in clear in memory.</summary>
    public void Dispose()
    {
        foreach (var (question, _) in _tokens) CryptographicOperations.ZeroMemory(question);
        foreach (var (_, value) in _values) CryptographicOperations.ZeroMemory(value);
        CryptographicOperations.ZeroMemory(_key);
        _tokens.Clear();
        _values.Clear();
        _inherited.Clear();
    }

    /// <summary>Forgets a value: its token turns back no more, and the next time it gets another.</summary>
    /// <param name="field">One that needs a map.</param>
    /// <param name="value">The value in clear, UTF-8; a CSV cell without its quotes, a JSON string without its escapes.</param>
    /// <returns>False where it wasn't there.</returns>
    public bool Forget(FieldRule field, ReadOnlySpan<byte> value) => Forget(field.KeyName, value);

    /// <param name="field">The field's canonical name, UTF-8.</param>
    /// <param name="value">The value in clear, UTF-8.</param>
    internal bool Forget(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
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
        if (found || _base is null || !_base.TryGetToken(field, value, out token)) return found;
        Add(field, value, token);
        _inherited.Add(Key(field, value).ToArray());
        return true;
    }

    /// <summary>The value of a token, if there is one.</summary>
    internal bool TryGetValue(ReadOnlySpan<byte> field, ReadOnlySpan<byte> token, out ReadOnlySpan<byte> value)
    {
        var found = _values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(Key(field, token), out var bytes);
        value = bytes;
        return found || (_base is not null && _base.TryGetValue(field, token, out value));
    }

    /// <summary>Remembers a token; false where it stands for another value already, or the map is full.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, ReadOnlySpan<byte> token)
    {
        if (Count + (_base?.Count ?? 0) >= MaxEntries || TryGetValue(field, token, out _)) return false;
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

    private static ReadOnlySpan<byte> Field(byte[] question) => question.AsSpan(4, BinaryPrimitives.ReadInt32LittleEndian(question));

    private static ReadOnlySpan<byte> Text(byte[] question) => question.AsSpan(4 + BinaryPrimitives.ReadInt32LittleEndian(question));

    private static void Put(ReadOnlySpan<byte> part, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), part.Length);
        output.Advance(4);
        output.Write(part);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        var part = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        return part;
    }
}
