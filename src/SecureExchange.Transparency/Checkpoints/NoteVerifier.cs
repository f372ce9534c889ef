namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A public key that signs notes (C2SP signed-note, Ed25519), with the name it signs under.</summary>
public sealed class NoteVerifier
{
    private NoteVerifier(string name, uint keyId)
    {
        Name = name;
        KeyId = keyId;
    }

    /// <summary>The key's name; for a log's key its origin.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>Reads a verifier key, <c>name+hex key id+base64(0x01 ‖ public key)</c>.</summary>
    /// <exception cref="TransparencyException">It is malformed, or not Ed25519.</exception>
    public static NoteVerifier Parse(string vkey) => throw new NotImplementedException();

    /// <summary>Whether <paramref name="signature"/> (64 bytes, without the key id) is this key's over the text.</summary>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) => throw new NotImplementedException();

    /// <summary>The verifier key, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => throw new NotImplementedException();
}
