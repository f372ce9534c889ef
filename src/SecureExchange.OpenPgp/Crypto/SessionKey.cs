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

    private const int ChecksumSize = 2;

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

    public static SessionKey Random(CipherAlgorithm algorithm = CipherAlgorithm.Aes256)
    {
        Span<byte> key = stackalloc byte[32];
        RandomNumberGenerator.Fill(key);
        var result = new SessionKey(algorithm, key);
        CryptographicOperations.ZeroMemory(key);
        return result;
    }

    /// <summary>Reads what a session key packet holds: algorithm where it stands there, key, sum of the key's
    /// octets.</summary>
    /// <returns>Null when it isn't a payload of this form.</returns>
    public static SessionKey? FromPayload(ReadOnlySpan<byte> payload, SessionKeyForm form)
    {
        if (payload.Length < form.Overhead) return null;
        var algorithm = form.NamesCipher ? (CipherAlgorithm)payload[0] : form.Cipher!.Value;
        if (!form.Allows(algorithm) || payload.Length != algorithm.KeySize() + form.Overhead) return null;
        var key = payload[(form.Overhead - ChecksumSize)..^ChecksumSize];
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
