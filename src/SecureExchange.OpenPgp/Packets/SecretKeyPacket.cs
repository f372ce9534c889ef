using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>A secret key or subkey of version 4 or 6 (RFC 9580 §5.5.3).</summary>
/// <param name="Public">Its public key.</param>
/// <param name="Material">Null where the secret part is kept elsewhere: GnuPG exports subkeys without their primary
/// key so.</param>
internal sealed record SecretKeyPacket(PublicKeyPacket Public, SecretKeyMaterial? Material)
{
    private const string What = "secret key packet";
    private const byte Unprotected = 0;
    private const byte Aead = (byte)SecretKeyProtection.Aead;
    private const byte Sha1Checked = (byte)SecretKeyProtection.Cfb;
    private const byte SumChecked = 255;
    private const byte GnuPgExtension = 101;

    public static SecretKeyPacket Read(Packet packet, ReadOnlySpan<byte> passphrase, PgpLimits limits, StretchingBudget budget)
    {
        var cursor = packet.Fields(What);
        var publicKey = ReadPublic(packet, ref cursor, limits);
        var usage = cursor.Octet();
        return usage switch
        {
            Unprotected => new SecretKeyPacket(publicKey, ReadUnprotected(publicKey, ref cursor)),
            Aead or Sha1Checked or SumChecked => new SecretKeyPacket(
                publicKey, ReadProtected(publicKey, packet.Type, usage, ref cursor, passphrase, budget)),
            _ => throw Refused(cursor, usage),
        };
    }

    /// <summary>The public key alone, which needs no passphrase.</summary>
    public static PublicKeyPacket ReadPublic(Packet packet, PgpLimits limits)
    {
        var cursor = packet.Fields(What);
        return ReadPublic(packet, ref cursor, limits);
    }

    /// <summary>Writes a packet body without protection; whoever stores it seals it.</summary>
    public static void WriteUnprotected(PublicKeyPacket publicKey, SecretKeyMaterial? material, OctetWriter output)
    {
        output.Octets(publicKey.Body.Span);
        if (material is null)
        {
            WriteStub(output);
            return;
        }

        output.Octet(Unprotected);
        var start = output.Length;
        material.Write(output);
        if (publicKey.Version == PublicKeyPacket.Version4) output.UInt16(SessionKey.Checksum(output.Written[start..]));
    }

    /// <summary>Writes a packet body under a passphrase.</summary>
    /// <param name="type">Whether a primary key or a subkey, which AEAD authenticates.</param>
    /// <param name="publicKey">The public part.</param>
    /// <param name="material">The secret part; null where it isn't here.</param>
    /// <param name="protection">How.</param>
    /// <param name="passphrase">In UTF-8.</param>
    /// <param name="output">Receives the body.</param>
    public static void WriteProtected(
        PacketType type, PublicKeyPacket publicKey, SecretKeyMaterial? material, SecretKeyProtection protection,
        ReadOnlySpan<byte> passphrase, OctetWriter output)
    {
        output.Octets(publicKey.Body.Span);
        if (material is null) WriteStub(output);
        else SecretKeyLock.New(protection).Write(publicKey, type, material, passphrase, output);
    }

    /// <summary>Version 4 doesn't say how long the public fields are (RFC 9580 §5.5.2.2): where the algorithm is unknown, nobody can
    /// tell them from the secret ones behind them, which would be published as if they were the public key's.</summary>
    private static PublicKeyPacket ReadPublic(Packet packet, ref OctetCursor cursor, PgpLimits limits)
    {
        var key = PublicKeyPacket.Read(packet.Body, ref cursor, limits);
        return key.Material is not UnknownPublicKey
            ? key
            : throw cursor.Unsupported(
                PgpError.UnsupportedAlgorithm, $"public-key algorithm {(byte)key.Material.Algorithm}, or its curve, isn't supported");
    }

    private static void WriteStub(OctetWriter output) => output.Octets([Sha1Checked, 0, GnuPgExtension, 0, .. "GNU"u8, 1]);

    private static SecretKeyMaterial ReadUnprotected(PublicKeyPacket publicKey, ref OctetCursor cursor)
    {
        var start = cursor.Position;
        var secret = publicKey.Material.ReadSecret(ref cursor);
        var sum = SessionKey.Checksum(cursor.Since(start));
        var hasChecksum = publicKey.Version == PublicKeyPacket.Version4; // Version 6 has none (§5.5.3).
        if (hasChecksum ? cursor.Remaining == 2 && cursor.UInt16() == sum : cursor.Remaining == 0) return secret;
        secret.Dispose();
        throw cursor.Unsupported(PgpError.Malformed, "the checksum of the secret key is wrong, or octets are left after its last field");
    }

    private static SecretKeyMaterial? ReadProtected(
        PublicKeyPacket key, PacketType type, byte usage, ref OctetCursor cursor, ReadOnlySpan<byte> passphrase,
        StretchingBudget budget)
    {
        if (IsStub(cursor)) return ReadStub(ref cursor);
        if (usage == SumChecked) throw Refused(cursor, usage);
        var keyLock = SecretKeyLock.Read((SecretKeyProtection)usage, key.Version, ref cursor);
        var at = cursor.Offset;
        var secret = GC.AllocateUninitializedArray<byte>(cursor.Remaining, pinned: true);
        cursor.Rest().CopyTo(secret);
        try
        {
            var fields = new OctetCursor(keyLock.Open(key, type, secret, passphrase, budget), What, at) { IsStrict = cursor.IsStrict };
            var result = key.Material.ReadSecret(ref fields);
            if (fields.Remaining == 0) return result;
            result.Dispose();
            throw fields.Unsupported(PgpError.Malformed, "octets are left after its last field");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>255 and a bare cipher id: a 16-bit sum is all that ties the secret part together, so that an
    /// attacker who can
    /// write it can alter it (Klima and Rosa; the "KO" attacks).</summary>
    private static PgpException Refused(in OctetCursor cursor, byte usage) => cursor.Unsupported(
        PgpError.UnsupportedProtection, $"S2K usage {usage} is refused; change the passphrase with a current program");

    /// <summary>GnuPG's S2K type, behind the cipher.</summary>
    private static bool IsStub(OctetCursor cursor) => cursor.Remaining >= 2 && cursor.Take(2)[1] == GnuPgExtension;

    /// <summary>GnuPG's "gnu-dummy" (mode 1) and smart-card (mode 2) stubs: no secret material here.</summary>
    private static SecretKeyMaterial? ReadStub(ref OctetCursor cursor)
    {
        cursor.Take(3); // Cipher, type, hash.
        if (!cursor.Rest().StartsWith("GNU"u8))
            throw cursor.Unsupported(PgpError.UnsupportedProtection, "S2K type 101 that isn't GnuPG's");
        return null;
    }
}
