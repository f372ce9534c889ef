using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The key of one message: whoever has it reads that message, whoever else it is for. Zeroed when disposed
/// of.</summary>
public sealed class SessionKey : IDisposable
{
    private const int ChecksumSize = 2;

    private readonly byte[] _key;

    /// <param name="algorithm">What it is for.</param>
    /// <param name="key">16, 24 or 32 octets, as the algorithm has it; copied.</param>
    /// <exception cref="ArgumentException">The algorithm isn't one of AES, or has keys of another length.</exception>
    public SessionKey(CipherAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        if (algorithm.KeySize() == 0) throw new ArgumentException("isn't one of AES", nameof(algorithm));
        if (key.Length != algorithm.KeySize()) throw new ArgumentException($"must be {algorithm.KeySize()} octets", nameof(key));
        Algorithm = algorithm;
        _key = GC.AllocateUninitializedArray<byte>(algorithm.KeySize(), pinned: true);
        key.CopyTo(_key);
    }

    /// <summary>The symmetric cipher that it is for.</summary>
    public CipherAlgorithm Algorithm { get; }

    /// <summary>The secret: 16, 24 or 32 octets, zeros once it was disposed of.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Zeroes it.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    /// <summary>Never the secret.</summary>
    public override string ToString() => "[secret]";

    internal static SessionKey Random(CipherAlgorithm algorithm = CipherAlgorithm.Aes256)
    {
        Span<byte> key = stackalloc byte[32];
        RandomNumberGenerator.Fill(key);
        var result = new SessionKey(algorithm, key[..algorithm.KeySize()]);
        CryptographicOperations.ZeroMemory(key);
        return result;
    }

    /// <summary>Reads what a session key packet holds: algorithm where it stands there, key, sum of the key's
    /// octets.</summary>
    /// <returns>Null when it isn't a payload of this form.</returns>
    internal static SessionKey? FromPayload(ReadOnlySpan<byte> payload, SessionKeyForm form)
    {
        if (payload.Length < form.Overhead) return null;
        var algorithm = form.NamesCipher ? (CipherAlgorithm)payload[0] : form.Cipher!.Value;
        if (!form.Allows(algorithm) || payload.Length != algorithm.KeySize() + form.Overhead) return null;
        var key = payload[(form.Overhead - ChecksumSize)..^ChecksumSize];
        var sum = Checksum(key);
        return payload[^2] == (byte)(sum >> 8) && payload[^1] == (byte)sum ? new SessionKey(algorithm, key) : null;
    }

    /// <summary>The sum of the octets modulo 65,536 (RFC 9580 §5.1.3).</summary>
    internal static int Checksum(ReadOnlySpan<byte> octets)
    {
        var sum = 0;
        foreach (var octet in octets) sum += octet;
        return sum & 0xFFFF;
    }

    /// <summary>Octets of what a session key packet holds.</summary>
    internal int PayloadSize(SessionKeyForm form) => _key.Length + form.Overhead;

    /// <summary>Writes what a session key packet holds.</summary>
    /// <param name="form">In which version of the packet.</param>
    /// <param name="payload">Receives <see cref="PayloadSize"/> octets.</param>
    internal void WritePayload(SessionKeyForm form, Span<byte> payload)
    {
        if (form.NamesCipher) payload[0] = (byte)Algorithm;
        _key.CopyTo(payload[(form.Overhead - ChecksumSize)..]);
        var sum = Checksum(_key);
        payload[^2] = (byte)(sum >> 8);
        payload[^1] = (byte)sum;
    }

    internal SessionKey Copy() => new(Algorithm, _key);
}
