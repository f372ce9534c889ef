using System.Security.Cryptography;
using System.Text;
using SecureExchange.Cryptography;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A secret key that signs notes (C2SP signed-note, Ed25519). Zeroed when disposed.</summary>
public sealed class NoteSigner : IDisposable
{
    private readonly byte[] _seed;
    private bool _disposed;

    /// <summary>Takes a copy of the key.</summary>
    /// <param name="name">The key's name; for a log's key its origin. Not empty, no white space, no <c>+</c>.</param>
    /// <param name="ed25519Seed">The secret key of RFC 8032, 32 bytes.</param>
    /// <exception cref="ArgumentException">The name or the length isn't allowed.</exception>
    public NoteSigner(string name, ReadOnlySpan<byte> ed25519Seed)
    {
        if (!VerifierKey.IsName(name)) throw new ArgumentException("no white space and no plus", nameof(name));
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.DerivePublicKey(ed25519Seed, publicKey);
        Verifier = new NoteVerifier(name, publicKey);
        _seed = GC.AllocateUninitializedArray<byte>(ed25519Seed.Length, pinned: true); // Moved, it would leave a copy.
        ed25519Seed.CopyTo(_seed);
    }

    /// <summary>The public part.</summary>
    public NoteVerifier Verifier { get; }

    /// <summary>The text as a note with this key's signature.</summary>
    /// <param name="text">UTF-8 that ends in a newline and has no other control characters.</param>
    /// <exception cref="ArgumentException">The text can't be a note's.</exception>
    public string Sign(string text) => $"{text}\n{SignText(text).ToLine()}";

    /// <inheritdoc cref="Sign"/>
    /// <returns>The signature alone.</returns>
    internal NoteSignature SignText(string text)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!SignedNote.IsText(text)) throw new ArgumentException("not a note's text", nameof(text));
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, Encoding.UTF8.GetBytes(text), signature);
        return new NoteSignature(Verifier.Name, Verifier.KeyId, signature);
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
