using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', Ed25519Type, .. publicKey], hash);
        KeyId = BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    /// <summary>The key's name; for a log's key its origin.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>Reads a verifier key, <c>name+hex key id+base64(0x01 ‖ public key)</c>.</summary>
    /// <exception cref="TransparencyException">It is malformed, or not Ed25519.</exception>
    public static NoteVerifier Parse(string vkey)
    {
        // Only the first two: base64 has plus signs of its own.
        var parts = vkey.Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]) || parts[1].Length != 8
            || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var keyId)
            || !StrictBase64.TryDecode(parts[2], out var key) || key.Length == 0)
        {
            throw new TransparencyException(TransparencyError.MalformedKey);
        }

        if (key[0] != Ed25519Type) throw new TransparencyException(TransparencyError.UnsupportedKey);
        if (key.Length != 1 + Ed25519.PublicKeySize) throw new TransparencyException(TransparencyError.MalformedKey);
        var verifier = new NoteVerifier(parts[0], key.AsSpan(1));
        return verifier.KeyId == keyId ? verifier : throw new TransparencyException(TransparencyError.MalformedKey);
    }

    /// <summary>Whether <paramref name="signature"/> (64 bytes, without the key id) is this key's over the text.</summary>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(_publicKey, text, signature);

    /// <summary>The verifier key, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        $"{Name}+{KeyId:x8}+{Convert.ToBase64String([Ed25519Type, .. _publicKey])}";

    /// <summary>Whether signed-note allows a key to have this name.</summary>
    internal static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c == '+') return false;
        }

        return !name.IsEmpty;
    }
}
