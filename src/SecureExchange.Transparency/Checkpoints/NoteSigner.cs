namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A secret key that signs notes (C2SP signed-note, Ed25519). Zeroed when disposed.</summary>
public sealed class NoteSigner : IDisposable
{
    /// <summary>Takes a copy of the key.</summary>
    /// <param name="name">The key's name; for a log's key its origin. Not empty, no white space, no <c>+</c>.</param>
    /// <param name="ed25519Seed">The secret key of RFC 8032, 32 bytes.</param>
    /// <exception cref="ArgumentException">The name or the length isn't allowed.</exception>
    public NoteSigner(string name, ReadOnlySpan<byte> ed25519Seed) => throw new NotImplementedException();

    /// <summary>The public part.</summary>
    public NoteVerifier Verifier { get; }

    /// <summary>The text as a note with this key's signature.</summary>
    /// <param name="text">UTF-8 that ends in a newline and has no other control characters.</param>
    public string Sign(string text) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();

    /// <summary>Never the key.</summary>
    public override string ToString() => "[secret]";
}
