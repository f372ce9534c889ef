using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary>A secret key on P-256, P-384 or P-521: signs (ECDSA) and agrees (ECDH).</summary>
/// <remarks>.NET has both. Its import of a secret scalar leaves a copy of it in memory that OpenSSL gives back without zeroing
/// it, and takes a scalar that doesn't belong to its point.</remarks>
public sealed unsafe class NistSecretKey : IDisposable
{
    private const int LongestSignature = 139; // DER, on P-521.

    private readonly LibCrypto.KeyHandle _key;
    private readonly int _size;

    private NistSecretKey(LibCrypto.KeyHandle key, int size)
    {
        _key = key;
        _size = size;
    }

    /// <summary>Takes a key after checking that the scalar gives the point.</summary>
    /// <param name="point">Uncompressed (SEC 1 §2.3.3): 65, 97 or 133 octets, which tell the curve.</param>
    /// <param name="scalar">Big-endian; not longer than a coordinate.</param>
    /// <param name="key">The key; the caller disposes of it.</param>
    /// <returns>Whether they belong together.</returns>
    public static bool TryImport(ReadOnlySpan<byte> point, ReadOnlySpan<byte> scalar, [NotNullWhen(true)] out NistSecretKey? key)
    {
        key = null;
        var size = (point.Length - 1) / 2;
        if (scalar.IsEmpty || scalar.Length > size) return false;
        try
        {
            var handle = LibCrypto.NistKey(point, scalar);
            using var context = LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_new(handle, 0));
            if (LibCrypto.EVP_PKEY_pairwise_check(context) == 1)
            {
                key = new NistSecretKey(handle, size);
                return true;
            }

            handle.Dispose();
        }
        catch (CryptographicException)
        {
            // Not on the curve.
        }

        LibCrypto.ERR_clear_error();
        return false;
    }

    /// <summary>Signs a digest.</summary>
    /// <param name="digest">Of any length; what exceeds the curve's is cut off.</param>
    /// <param name="signature">Receives r, then s, each as long as a coordinate.</param>
    public void SignDigest(ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        if (signature.Length != 2 * _size) throw new ArgumentException($"must be {2 * _size} octets", nameof(signature));
        using var context = LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_new(_key, 0));
        LibCrypto.Check(LibCrypto.EVP_PKEY_sign_init(context));
        Span<byte> der = stackalloc byte[LongestSignature];
        var length = (nuint)der.Length;
        fixed (byte* input = digest)
        fixed (byte* output = der) LibCrypto.Check(LibCrypto.EVP_PKEY_sign(context, output, &length, input, (nuint)digest.Length));
        AsnDecoder.ReadSequence(der[..(int)length], AsnEncodingRules.DER, out var at, out var within, out _);
        ReadOnlySpan<byte> numbers = der.Slice(at, within);
        Number(AsnDecoder.ReadIntegerBytes(numbers, AsnEncodingRules.DER, out var read), signature[.._size]);
        Number(AsnDecoder.ReadIntegerBytes(numbers[read..], AsnEncodingRules.DER, out _), signature[_size..]);
    }

    /// <summary>Agrees on a secret.</summary>
    /// <param name="point">The other's, uncompressed.</param>
    /// <param name="shared">Receives the shared point's X coordinate; the caller zeroes it.</param>
    /// <returns>False for a point that isn't on the curve.</returns>
    public bool TryAgree(ReadOnlySpan<byte> point, Span<byte> shared)
    {
        if (shared.Length != _size) throw new ArgumentException($"must be {_size} octets", nameof(shared));
        if (point.Length != 1 + (2 * _size)) return false;
        try
        {
            using var peer = LibCrypto.NistKey(point, []);
            using var context = LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_new(_key, 0));
            LibCrypto.Check(LibCrypto.EVP_PKEY_derive_init(context));
            LibCrypto.Check(LibCrypto.EVP_PKEY_derive_set_peer(context, peer));
            var length = (nuint)shared.Length;
            fixed (byte* output = shared) LibCrypto.Check(LibCrypto.EVP_PKEY_derive(context, output, &length));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => _key.Dispose();

    /// <inheritdoc/>
    public override string ToString() => "[secret]";

    private static void Number(ReadOnlySpan<byte> value, Span<byte> output)
    {
        value = value.TrimStart((byte)0);
        output.Clear();
        value.CopyTo(output[(output.Length - value.Length)..]);
    }
}
