using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>How a shared secret wraps a session key (RFC 9580 §11.4 and §11.5): the same for every curve.</summary>
internal sealed record EcdhKeyDerivation(byte[] CurveOid, DigestAlgorithm Digest, CipherAlgorithm Cipher)
{
    /// <summary>The session key is padded to hide which algorithm it's for; GnuPG pads to this.</summary>
    private const int PaddedSize = 40;

    private const int MaxWrapped = 255;

    /// <summary>Reads curve and parameters around a point, which <paramref name="point"/> receives.</summary>
    public static EcdhKeyDerivation Read(ref OctetCursor fields, out ReadOnlySpan<byte> point)
    {
        var oid = fields.Take(fields.Octet()).ToArray();
        point = fields.Mpi();
        var parameters = fields.Take(fields.Octet());
        if (parameters is not [1, _, _])
            throw fields.Unsupported(PgpError.UnsupportedVersion, "unknown key derivation parameters");
        return new EcdhKeyDerivation(oid, (DigestAlgorithm)parameters[1], (CipherAlgorithm)parameters[2]);
    }

    /// <summary>RFC 9580 §11.5.1 wants more than SHA-1, and AES.</summary>
    public bool IsSupported => Digest.IsStrong() && Cipher.KeySize() > 0;

    public void Wrap(
        ReadOnlySpan<byte> shared, Fingerprint recipient, SessionKey sessionKey, SessionKeyForm form, OctetWriter output)
    {
        Span<byte> padded = stackalloc byte[PaddedSize];
        var payload = sessionKey.PayloadSize(form);
        padded.Fill((byte)(PaddedSize - payload)); // PKCS #5 padding
        sessionKey.WritePayload(form, padded[..payload]);
        Span<byte> key = stackalloc byte[Cipher.KeySize()];
        Derive(shared, recipient, key);
        output.Octet(PaddedSize + AesKeyWrap.Overhead);
        AesKeyWrap.Wrap(key, padded, output.Reserve(PaddedSize + AesKeyWrap.Overhead));
        CryptographicOperations.ZeroMemory(padded);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <returns>Null when the wrapped key isn't intact.</returns>
    public SessionKey? Unwrap(
        scoped ReadOnlySpan<byte> shared, Fingerprint recipient, ref OctetCursor fields, SessionKeyForm form)
    {
        var wrapped = fields.Take(fields.Octet());
        if (wrapped.Length < 24 || wrapped.Length % 8 != 0 || fields.Remaining > 0) return null;
        Span<byte> buffer = stackalloc byte[MaxWrapped];
        var padded = buffer[..(wrapped.Length - AesKeyWrap.Overhead)];
        Span<byte> key = stackalloc byte[Cipher.KeySize()];
        Derive(shared, recipient, key);
        var result = AesKeyWrap.TryUnwrap(key, wrapped, padded) ? SessionKey.FromPayload(Unpadded(padded), form) : null;
        CryptographicOperations.ZeroMemory(buffer);
        CryptographicOperations.ZeroMemory(key);
        return result;
    }

    /// <summary>What was wrapped is authentic by now, so that a branch on its padding tells nobody anything.</summary>
    private static ReadOnlySpan<byte> Unpadded(ReadOnlySpan<byte> padded)
    {
        var padding = padded[^1];
        if (padding == 0 || padding > padded.Length) return default;
        return padded[^padding..].ContainsAnyExcept(padding) ? default : padded[..^padding];
    }

    private void Derive(ReadOnlySpan<byte> shared, Fingerprint recipient, Span<byte> key)
    {
        using var hash = Digest.Start();
        hash.AppendData([0, 0, 0, 1]);
        hash.AppendData(shared);
        hash.AppendData([(byte)CurveOid.Length]);
        hash.AppendData(CurveOid);
        hash.AppendData([(byte)PublicKeyAlgorithm.Ecdh, 3, 1, (byte)Digest, (byte)Cipher]);
        hash.AppendData("Anonymous Sender    "u8);
        hash.AppendData(recipient.ToBytes());
        Span<byte> digest = stackalloc byte[Crypto.Digest.MaxSize];
        var length = hash.GetHashAndReset(digest);
        digest[..Math.Min(length, key.Length)].CopyTo(key);
        CryptographicOperations.ZeroMemory(digest);
    }
}
