using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Encrypts packets into the body of a version 1 symmetrically encrypted and integrity protected data packet
/// (RFC 9580 §5.13.1), part by part.</summary>
internal sealed class IntegrityProtectedDataV1Writer : EncryptedDataWriter
{
    private const byte Version = 1;

    private readonly MessageOutput _output;
    private readonly AesCfbSha1 _cipher;
    private readonly byte[] _part = ArrayPool<byte>.Shared.Rent(Parts.Room + Parts.Size);
    private int _fill;
    private long _length;

    public IntegrityProtectedDataV1Writer(MessageOutput output, SessionKey key)
    {
        _output = output;
        _cipher = new AesCfbSha1(key.Key, new byte[16]);
        _part[Parts.Room] = Version;
        _fill = 1;
    }

    public override long Length => _length;

    /// <summary>Writes the packet's type, and the random prefix.</summary>
    public override async ValueTask StartAsync(CancellationToken ct)
    {
        await _output.WriteAsync(new[] { (byte)(0xC0 | (byte)PacketType.IntegrityProtectedData) }, ct);
        var prefix = new byte[IntegrityProtectedDataV1.RandomPrefixSize];
        RandomNumberGenerator.Fill(prefix.AsSpan(0, 16));
        prefix.AsSpan(14, 2).CopyTo(prefix.AsSpan(16));
        await EncryptAsync(prefix, ct);
    }

    public override ValueTask AppendAsync(ReadOnlyMemory<byte> octets, CancellationToken ct)
    {
        _length += octets.Length;
        return EncryptAsync(octets, ct);
    }

    /// <summary>Writes the modification detection code and the last part.</summary>
    public override async ValueTask CompleteAsync(CancellationToken ct)
    {
        await EncryptAsync(IntegrityProtectedDataV1.MdcHeader.ToArray(), ct);
        var digest = new byte[AesCfbSha1.DigestSize];
        _cipher.FinishDigest(digest);
        await EncryptAsync(digest, ct);
        var start = Parts.WriteFinal(_part, _fill);
        await _output.WriteAsync(_part.AsMemory(start, Parts.Room + _fill - start), ct);
    }

    public override void Dispose()
    {
        _cipher.Dispose();
        ArrayPool<byte>.Shared.Return(_part);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EncryptAsync(ReadOnlyMemory<byte> octets, CancellationToken ct)
    {
        while (!octets.IsEmpty)
        {
            var count = Math.Min(octets.Length, Parts.Size - _fill);
            _cipher.Encrypt(octets.Span[..count], _part.AsSpan(Parts.Room + _fill));
            octets = octets[count..];
            _fill += count;
            if (_fill < Parts.Size) return;
            _part[Parts.Room - 1] = Parts.Partial;
            await _output.WriteAsync(_part.AsMemory(Parts.Room - 1, 1 + Parts.Size), ct);
            _fill = 0;
        }
    }
}
