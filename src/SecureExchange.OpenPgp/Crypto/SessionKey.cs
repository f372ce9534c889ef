using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The key of one message. Zeroed when disposed of.</summary>
internal sealed class SessionKey : IDisposable
{
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

    /// <summary>Octets of what a session key packet holds.</summary>
    public int PayloadSize(SessionKeyForm form) => _key.Length + form.Overhead;

    /// <summary>Writes what a session key packet holds.</summary>
    /// <param name="form">In which version of the packet.</param>
    /// <param name="payload">Receives <see cref="PayloadSize"/> octets.</param>
    public void WritePayload(SessionKeyForm form, Span<byte> payload)
    {
        if (form.NamesCipher) payload[0] = (byte)Algorithm;
        _key.CopyTo(payload[(form.Overhead - ChecksumSize)..]);
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
