using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>RSA (RFC 9580 §5.1.3, §5.2.2, §5.5.5.1), with PKCS#1 v1.5 throughout, as the format prescribes.</summary>
internal sealed class RsaPublicKey : PublicKeyMaterial
{
    private const int MaxExponentOctets = 8;

    private readonly byte[] _modulus;
    private readonly byte[] _exponent;

    private RsaPublicKey(PublicKeyAlgorithm algorithm, byte[] modulus, byte[] exponent)
    {
        Algorithm = algorithm;
        _modulus = modulus;
        _exponent = exponent;
    }

    public override PublicKeyAlgorithm Algorithm { get; }

    public override bool CanSign => Algorithm != PublicKeyAlgorithm.RsaEncryptOnly;

    public override bool CanEncrypt => Algorithm != PublicKeyAlgorithm.RsaSignOnly;

    private int Bits => (_modulus.Length * 8) - byte.LeadingZeroCount(_modulus[0]);

    public static RsaPublicKey ReadFields(PublicKeyAlgorithm algorithm, ref OctetCursor fields, PgpLimits limits)
    {
        var modulus = fields.Mpi();
        var exponent = fields.Mpi();
        if (modulus.Length > limits.MaxRsaBits / 8)
            Throw.Limit($"an RSA modulus exceeds {limits.MaxRsaBits} bits (MaxRsaBits)", fields.Offset);
        if (modulus.IsEmpty || (modulus[^1] & 1) == 0) Throw.Malformed("an RSA modulus is even", fields.Offset);
        if (exponent.Length is 0 or > MaxExponentOctets || (exponent[^1] & 1) == 0 || exponent is [1])
            Throw.Malformed("an RSA exponent is even, one, or longer than 64 bits", fields.Offset);
        return new RsaPublicKey(algorithm, modulus.ToArray(), exponent.ToArray());
    }

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(int bits, OctetWriter publicFields, OctetWriter secretFields)
    {
        using var rsa = RSA.Create(bits);
        var key = rsa.ExportParameters(includePrivateParameters: true);
        publicFields.Mpi(key.Modulus);
        publicFields.Mpi(key.Exponent);

        // OpenPGP's u is p⁻¹ mod q with p < q, .NET's InverseQ is q⁻¹ mod p with q < p: the primes change places.
        foreach (var part in (ReadOnlySpan<byte[]>)[key.D!, key.Q!, key.P!, key.InverseQ!])
        {
            secretFields.Mpi(part);
            CryptographicOperations.ZeroMemory(part);
        }

        CryptographicOperations.ZeroMemory(key.DP);
        CryptographicOperations.ZeroMemory(key.DQ);
    }

    public override string? Refusal(PgpPolicy policy) =>
        Bits < policy.MinRsaBits ? $"an RSA key of {Bits} bits is below {policy.MinRsaBits} (MinRsaBits); ask for a new key" : null;

    protected override bool VerifyFields(DigestAlgorithm algorithm, scoped ReadOnlySpan<byte> digest, ref OctetCursor signature)
    {
        var value = signature.Mpi();
        if (value.Length > _modulus.Length || signature.Remaining > 0) return false;
        var padded = new byte[_modulus.Length];
        value.CopyTo(padded.AsSpan(padded.Length - value.Length));
        try
        {
            using var rsa = Import();
            return rsa.VerifyHash(digest, padded, algorithm.Name(), RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false; // OpenSSL refuses the modulus or the exponent.
        }
    }

    public override void EncryptSessionKey(SessionKey sessionKey, SessionKeyForm form, Fingerprint recipient, OctetWriter output)
    {
        Span<byte> payload = stackalloc byte[sessionKey.PayloadSize(form)];
        sessionKey.WritePayload(form, payload);
        try
        {
            using var rsa = Import();
            output.Mpi(rsa.Encrypt(payload, RSAEncryptionPadding.Pkcs1));
        }
        catch (CryptographicException)
        {
            throw Throw.Error(
                PgpError.AlgorithmRefused,
                $"the encryption key of {recipient} isn't a usable RSA key; ask for a new one");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var d = fields.Mpi();
        var p = fields.Mpi();
        var q = fields.Mpi();
        var u = fields.Mpi();
        if (!RsaSecretKey.TryImport(_modulus, _exponent, d, p, q, u, out var key)) throw Mismatch(fields);
        return new RsaSecret(key, d, p, q, u);
    }

    private RSA Import() => RSA.Create(new RSAParameters { Modulus = _modulus, Exponent = _exponent });
}
