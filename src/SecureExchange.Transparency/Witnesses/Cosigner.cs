using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SecureExchange.Cryptography;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>A witness's public key (C2SP tlog-cosignature, Ed25519), with the name it cosigns under.</summary>
/// <remarks>The newer ML-DSA-44 cosignatures need a libcrypto that has the algorithm (OpenSSL 3.5); keys of that type are
/// refused as unsupported.</remarks>
public sealed class Cosigner
{
    /// <summary>signed-note's signature type of timestamped Ed25519 cosignatures.</summary>
    private const byte CosignatureType = 4;

    private readonly byte[] _publicKey;

    internal Cosigner(string name, ReadOnlySpan<byte> publicKey)
    {
        _publicKey = publicKey.ToArray();
        Name = name;
        KeyId = VerifierKey.KeyId(name, CosignatureType, publicKey);
    }

    /// <summary>The key's name: by custom a URL without its scheme.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ 0x04 ‖ public key), big-endian.</summary>
    public uint KeyId { get; }

    /// <inheritdoc cref="NoteVerifier.PublicKey"/>
    internal ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Reads a verifier key, <c>name+hex key id+base64(0x04 ‖ public key)</c>.</summary>
    /// <exception cref="TransparencyException">It is malformed, or no Ed25519 cosigner's.</exception>
    public static Cosigner Parse(string vkey)
    {
        var (name, publicKey) = VerifierKey.Read(vkey, CosignatureType, Ed25519.PublicKeySize);
        return new Cosigner(name, publicKey);
    }

    /// <summary>The verifier key, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => VerifierKey.Write(Name, CosignatureType, _publicKey);

    /// <summary>Finds this witness's cosignature on a checkpoint.</summary>
    /// <returns>Null when it hasn't cosigned.</returns>
    /// <exception cref="TransparencyException">There is one in its name, and it is false: signed-note refuses the whole
    /// note then.</exception>
    internal Cosignature? Find(Checkpoint checkpoint)
    {
        foreach (var signature in checkpoint.OtherSignatures)
        {
            if (signature.KeyId != KeyId || signature.Name != Name) continue;
            var bytes = signature.Bytes.Span;
            if (bytes.Length != sizeof(ulong) + Ed25519.SignatureSize) throw new TransparencyException(TransparencyError.InvalidSignature);
            var time = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            if (!Cosignature.TryDate(time, out var at)
                || !Ed25519.Verify(_publicKey, SignedMessage(checkpoint.Text, time), bytes[sizeof(ulong)..]))
            {
                throw new TransparencyException(TransparencyError.InvalidSignature);
            }

            return new Cosignature(this, at);
        }

        return null;
    }

    /// <summary>What is signed (tlog-cosignature, "Ed25519 signed message").</summary>
    internal static byte[] SignedMessage(string checkpointText, ulong time) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{checkpointText}"));
}
