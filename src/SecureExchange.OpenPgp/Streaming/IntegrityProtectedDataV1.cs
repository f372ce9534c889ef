using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Decrypts the body of a version 1 symmetrically encrypted and integrity protected data packet (RFC 9580
/// §5.13.1). What comes out isn't authentic before <see cref="EncryptedData.IsIntact"/> says so at the end.</summary>
/// <remarks>The two octets that repeat the end of the random prefix are no reason to fail: that would tell an attacker about
/// plaintext (Mister and Zuccherini 2005; §13.4).</remarks>
internal sealed class IntegrityProtectedDataV1 : EncryptedData
{
    /// <summary>A block of random octets, and its last two again.</summary>
    public const int RandomPrefixSize = 18;

    /// <summary>The modification detection code packet: two octets of header, SHA-1 of all before (§5.13.1).</summary>
    public const int TrailerSize = MdcHeaderSize + LegacyDigest.Size;

    private const int MdcHeaderSize = 2;

    private readonly PacketBody _body;
    private readonly AesCfb _cfb;
    private readonly IncrementalHash _hash = LegacyDigest.Start();
    private readonly byte[] _held = new byte[TrailerSize]; // The end of what was decrypted: it may be the trailer.
    private int _heldCount;
    private bool _isAtEnd;

    /// <param name="body">The packet's body, behind its version.</param>
    /// <param name="key">What decrypts it.</param>
    /// <param name="start">What was read of the encrypted octets already, at most <see cref="RandomPrefixSize"/>.</param>
    public IntegrityProtectedDataV1(PacketBody body, SessionKey key, ReadOnlySpan<byte> start = default)
        : base(key)
    {
        _body = body;
        _cfb = new AesCfb(key.Key, new byte[16]);
        _cfb.Decrypt(start, _held);
        _heldCount = start.Length;
    }

    public override int PrefixSize => RandomPrefixSize;

    /// <summary>The octets that every modification detection code packet starts with.</summary>
    public static ReadOnlySpan<byte> MdcHeader => [0xD3, 0x14];

    /// <summary>Whether a key may be the right one: the last two octets of the random block stand there twice. One in 65,536
    /// wrong keys passes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="start">The first <see cref="RandomPrefixSize"/> encrypted octets; with fewer none passes.</param>
    public static bool RepeatsPrefix(SessionKey key, ReadOnlySpan<byte> start)
    {
        if (start.Length < RandomPrefixSize) return false;
        Span<byte> prefix = stackalloc byte[RandomPrefixSize];
        using var cfb = new AesCfb(key.Key, new byte[16]);
        cfb.Decrypt(start, prefix);
        return prefix[^4..^2].SequenceEqual(prefix[^2..]);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (_isAtEnd) return 0;
        _held.AsSpan(0, _heldCount).CopyTo(buffer.Span);
        int read;
        try
        {
            read = await _body.FillAsync(buffer[_heldCount..], ct);
        }
        catch (PgpException e)
        {
            OuterFailure = e;
            throw;
        }

        return Take(buffer.Span, read);
    }

    public override void Dispose()
    {
        _cfb.Dispose();
        _hash.Dispose();
        CryptographicOperations.ZeroMemory(_held);
    }

    private int Take(Span<byte> buffer, int read)
    {
        _isAtEnd = read < buffer.Length - _heldCount;
        var fresh = buffer.Slice(_heldCount, read);
        _cfb.Decrypt(fresh, fresh);
        var all = buffer[..(_heldCount + read)];
        if (all.Length < TrailerSize)
        {
            _isAtEnd = true; // Too short to hold a trailer: not intact.
            return 0;
        }

        var released = all[..^TrailerSize];
        var trailer = all[^TrailerSize..];
        _hash.AppendData(released);
        trailer.CopyTo(_held);
        _heldCount = TrailerSize;
        if (_isAtEnd) CheckTrailer(trailer);
        return released.Length;
    }

    private void CheckTrailer(ReadOnlySpan<byte> trailer)
    {
        _hash.AppendData(trailer[..MdcHeaderSize]);
        Span<byte> expected = stackalloc byte[TrailerSize];
        MdcHeader.CopyTo(expected);
        _hash.GetHashAndReset(expected[MdcHeaderSize..]);
        IsIntact = CryptographicOperations.FixedTimeEquals(trailer, expected);
    }
}
