using SecureExchange.Cryptography;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A public key that signs notes (C2SP signed-note, Ed25519), with the name it signs under.</summary>
public sealed class NoteVerifier
{
    /// <summary>signed-note's signature type of Ed25519.</summary>
    private const byte Ed25519Type = 1;

    private readonly byte[] _publicKey;

    internal NoteVerifier(string name, ReadOnlySpan<byte> publicKey)
    {
        _publicKey = publicKey.ToArray();
        Name = name;
        KeyId = VerifierKey.KeyId(name, Ed25519Type, publicKey);
    }

    /// <summary>The key's name; for a log's key its origin.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>The Ed25519 key, 32 bytes: what makes two keys the same, whatever they are called.</summary>
    internal ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Reads a verifier key, <c>name+hex key id+base64(0x01 ‖ public key)</c>.</summary>
    /// <exception cref="TransparencyException">It is malformed, or not Ed25519.</exception>
    public static NoteVerifier Parse(string vkey)
    {
        var (name, publicKey) = VerifierKey.Read(vkey, Ed25519Type, Ed25519.PublicKeySize);
        return new NoteVerifier(name, publicKey);
    }

    /// <summary>Whether signed-note allows a key to have this name: not empty, no white space, no <c>+</c>.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => VerifierKey.IsName(name);

    /// <summary>Whether <paramref name="signature"/> (64 bytes, without the key id) is this key's over the text.</summary>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(_publicKey, text, signature);

    /// <summary>The verifier key, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => VerifierKey.Write(Name, Ed25519Type, _publicKey);
}
