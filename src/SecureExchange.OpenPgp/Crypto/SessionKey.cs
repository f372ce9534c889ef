using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The key of one message. Zeroed when disposed of.</summary>
internal sealed class SessionKey : IDisposable
{
    /// <summary>Octets around the key in a v3 session key packet: algorithm and checksum (RFC 9580 §5.1.3).</summary>
    public const int PayloadOverhead = 3;

    /// <summary>The longest payload: AES-256.</summary>
    public const int MaxPayload = PayloadOverhead + 32;

    private readonly byte[] _key;

    public SessionKey(CipherAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        Algorithm = algorithm;
        _key = GC.AllocateUninitializedArray<byte>(algorithm.KeySize(), pinned: true);
        key[.._key.Length].CopyTo(_key);
    }

    public CipherAlgorithm Algorithm { get; }

    public ReadOnlySpan<byte> Key => _key;

    public int PayloadSize => _key.Length + PayloadOverhead;

    public static SessionKey Random()
    {
        Span<byte> key = stackalloc byte[32];
        RandomNumberGenerator.Fill(key);
        var result = new SessionKey(CipherAlgorithm.Aes256, key);
        CryptographicOperations.ZeroMemory(key);
        return result;
    }

    /// <summary>Reads what a v3 session key packet holds: algorithm, key, sum of the key's octets.</summary>
    /// <returns>Null when it isn't a payload.</returns>
    public static SessionKey? FromPayload(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < PayloadOverhead) return null;
        var algorithm = (CipherAlgorithm)payload[0];
        var size = algorithm.KeySize();
        if (size == 0 || payload.Length != size + PayloadOverhead) return null;
        var key = payload.Slice(1, size);
        var sum = Checksum(key);
        return payload[^2] == (byte)(sum >> 8) && payload[^1] == (byte)sum ? new SessionKey(algorithm, key) : null;
    }

    /// <param name="payload">Receives <see cref="PayloadSize"/> octets.</param>
    public void WritePayload(Span<byte> payload)
    {
        payload[0] = (byte)Algorithm;
        _key.CopyTo(payload[1..]);
        var sum = Checksum(_key);
        payload[^2] = (byte)(sum >> 8);
        payload[^1] = (byte)sum;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    public override string ToString() => "[secret]";

    /// <summary>The sum of the octets modulo 65,536 (RFC 9580 §5.1.3).</summary>
    public static int Checksum(ReadOnlySpan<byte> octets)
    {
        var sum = 0;
        foreach (var octet in octets) sum += octet;
        return sum & 0xFFFF;
    }
}
