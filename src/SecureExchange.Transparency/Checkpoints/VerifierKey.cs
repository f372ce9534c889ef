using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A public key as signed-note writes it: <c>name+hex key id+base64(type ‖ public key)</c>.</summary>
internal static class VerifierKey
{
    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), big-endian.</summary>
    internal static uint KeyId(string name, byte type, ReadOnlySpan<byte> publicKey) => BinaryPrimitives.ReadUInt32BigEndian(
        SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', type, .. publicKey]));

    internal static string Write(string name, byte type, ReadOnlySpan<byte> publicKey) =>
        $"{name}+{KeyId(name, type, publicKey):x8}+{Convert.ToBase64String([type, .. publicKey])}";

    /// <summary>Reads a key of one type.</summary>
    /// <exception cref="TransparencyException">It is malformed, or of another type.</exception>
    internal static (string Name, byte[] PublicKey) Read(string vkey, byte type, int size)
    {
        // Only the first two: base64 has plus signs of its own.
        var parts = vkey.Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]) || parts[1].Length != 8
            || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var keyId)
            || !StrictBase64.TryDecode(parts[2], out var key) || key.Length == 0)
        {
            throw new TransparencyException(TransparencyError.MalformedKey);
        }

        if (key[0] != type) throw new TransparencyException(TransparencyError.UnsupportedKey);
        var publicKey = key[1..];
        return publicKey.Length == size && KeyId(parts[0], type, publicKey) == keyId
            ? (parts[0], publicKey)
            : throw new TransparencyException(TransparencyError.MalformedKey);
    }

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
