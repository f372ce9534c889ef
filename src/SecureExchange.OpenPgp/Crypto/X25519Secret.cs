using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The scalar of an <see cref="X25519PublicKey"/>.</summary>
internal sealed class X25519Secret : SecretKeyMaterial
{
    private readonly X25519PublicKey _public;
    private readonly byte[] _scalar = GC.AllocateUninitializedArray<byte>(X25519.Size, pinned: true);

    /// <param name="publicKey">Its public key.</param>
    /// <param name="scalar">32 octets.</param>
    public X25519Secret(X25519PublicKey publicKey, ReadOnlySpan<byte> scalar)
    {
        _public = publicKey;
        scalar.CopyTo(_scalar);
    }

    public bool BelongsTo(ReadOnlySpan<byte> point)
    {
        Span<byte> derived = stackalloc byte[X25519.Size];
        X25519.DerivePublicKey(_scalar, derived);
        return derived.SequenceEqual(point);
    }

    public override SessionKey? DecryptSessionKey(ref OctetCursor fields, Fingerprint recipient, SessionKeyForm form)
    {
        var ephemeral = fields.Take(X25519.Size);
        Span<byte> shared = stackalloc byte[X25519.Size];
        try
        {
            return X25519.TryAgree(_scalar, ephemeral, shared) ? _public.Unwrap(ephemeral, shared, ref fields, form) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    public override void Write(OctetWriter output) => output.Octets(_scalar);

    public override void Dispose() => CryptographicOperations.ZeroMemory(_scalar);
}
