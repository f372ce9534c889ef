using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>A witness's secret key. Zeroed when disposed.</summary>
public sealed class CosigningKey : IDisposable
{
    private readonly byte[] _seed;
    private bool _disposed;

    /// <summary>Takes a copy of the key.</summary>
    /// <param name="name">The witness's name: not empty, no white space, no <c>+</c>.</param>
    /// <param name="ed25519Seed">The secret key of RFC 8032, 32 bytes; used for this witness alone, since the signature
    /// doesn't cover the name.</param>
    /// <exception cref="ArgumentException">The name or the length isn't allowed.</exception>
    public CosigningKey(string name, ReadOnlySpan<byte> ed25519Seed)
    {
        if (!VerifierKey.IsName(name)) throw new ArgumentException("no white space and no plus", nameof(name));
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.DerivePublicKey(ed25519Seed, publicKey);
        Cosigner = new Cosigner(name, publicKey);
        _seed = GC.AllocateUninitializedArray<byte>(ed25519Seed.Length, pinned: true); // Moved, it would leave a copy.
        ed25519Seed.CopyTo(_seed);
    }

    /// <summary>The public part.</summary>
    public Cosigner Cosigner { get; }

    /// <summary>A signature line for a checkpoint. The one place that makes one: who calls it MUST have stored the
    /// checkpoint as the newest it knows of that log, or the witness could vouch for two histories.</summary>
    internal string Cosign(Checkpoint checkpoint, DateTimeOffset at)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var time = checked((ulong)at.ToUnixTimeSeconds());
        var signature = new byte[sizeof(ulong) + Ed25519.SignatureSize];
        BinaryPrimitives.WriteUInt64BigEndian(signature, time);
        Ed25519.Sign(_seed, Cosigner.SignedMessage(checkpoint.Text, time), signature.AsSpan(sizeof(ulong)));
        return new NoteSignature(Cosigner.Name, Cosigner.KeyId, signature).ToLine();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        _disposed = true;
    }

    /// <summary>Never the key.</summary>
    public override string ToString() => "[secret]";
}
