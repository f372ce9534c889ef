using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Crypto;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>A secret key or subkey of version 4 or 6 (RFC 9580 §5.5.3).</summary>
/// <param name="Public">Its public key.</param>
/// <param name="Material">Null where the secret part is kept elsewhere: GnuPG exports subkeys without their primary
/// key so.</param>
internal sealed record SecretKeyPacket(PublicKeyPacket Public, SecretKeyMaterial? Material)
{
    private const string What = "secret key packet";
    private const byte Unprotected = 0;
    private const byte Aead = 253;
    private const byte Sha1Checked = 254;
    private const byte SumChecked = 255;
    private const byte GnuPgExtension = 101;
    private const int IvSize = 16;

    public static SecretKeyPacket Read(Packet packet, ReadOnlySpan<byte> passphrase, PgpLimits limits, StretchingBudget budget)
    {
        var cursor = packet.Fields(What);
        var publicKey = PublicKeyPacket.Read(packet.Body, ref cursor, limits);
        if (publicKey.Material is UnknownPublicKey)
        {
            throw cursor.Unsupported(
                PgpError.UnsupportedAlgorithm,
                $"public-key algorithm {(byte)publicKey.Material.Algorithm}, or its curve, isn't supported");
        }

        var usage = cursor.Octet();
        return usage switch
        {
            Unprotected => new SecretKeyPacket(publicKey, ReadUnprotected(publicKey, ref cursor)),
            Sha1Checked or SumChecked => new SecretKeyPacket(
                publicKey, ReadProtected(publicKey.Material, usage, ref cursor, passphrase, budget)),
            Aead => throw cursor.Unsupported(
                PgpError.UnsupportedProtection, "protection with AEAD isn't supported yet"),
            _ => throw Refused(cursor, usage),
        };
    }

    /// <summary>Writes a packet body without protection; whoever stores it seals it.</summary>
    public static void WriteUnprotected(PublicKeyPacket publicKey, SecretKeyMaterial? material, OctetWriter output)
    {
        output.Octets(publicKey.Body.Span);
        if (material is null)
        {
            output.Octets([Sha1Checked, 0, GnuPgExtension, 0, .. "GNU"u8, 1]);
            return;
        }

        output.Octet(Unprotected);
        var start = output.Length;
        material.Write(output);
        if (publicKey.Version == PublicKeyPacket.Version4) output.UInt16(SessionKey.Checksum(output.Written[start..]));
    }

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
        PublicKeyMaterial material, byte usage, ref OctetCursor cursor, ReadOnlySpan<byte> passphrase,
        StretchingBudget budget)
    {
        var cipher = (CipherAlgorithm)cursor.Octet();
        var type = cursor.Octet();
        if (type == GnuPgExtension) return ReadStub(ref cursor);
        if (usage != Sha1Checked) throw Refused(cursor, usage);
        var s2k = StringToKey.Read(type, ref cursor);
        if (!s2k.IsSalted)
        {
            throw cursor.Unsupported(
                PgpError.UnsupportedProtection,
                "its passphrase isn't salted (simple S2K), which is refused; change the passphrase with a current program");
        }

        if (s2k is Argon2StringToKey) // MUST be refused (§3.7.2.1).
            throw cursor.Unsupported(PgpError.Malformed, "Argon2 goes with AEAD only; change the passphrase with a current program");
        if (cipher.KeySize() == 0)
            throw cursor.Unsupported(PgpError.UnsupportedProtection, $"cipher {(byte)cipher} isn't supported");
        var iv = cursor.Take(IvSize);

        Span<byte> key = stackalloc byte[cipher.KeySize()];
        var secret = GC.AllocateUninitializedArray<byte>(cursor.Remaining, pinned: true);
        try
        {
            s2k.Derive(passphrase, key, budget);
            using var cfb = new AesCfb(key, iv);
            var start = cursor.Offset;
            cfb.Decrypt(cursor.Rest(), secret);
            var length = secret.Length - LegacyDigest.Size;
            if (length < 0) Throw.Malformed($"{What}: the secret part is too short", start);
            if (!CryptographicOperations.FixedTimeEquals(LegacyDigest.Hash(secret.AsSpan(0, length)), secret.AsSpan(length)))
                throw Throw.Error(
                    PgpError.WrongPassphrase, "the passphrase doesn't open the secret key, or the key is damaged");
            var fields = new OctetCursor(secret.AsSpan(0, length), What, start);
            var result = material.ReadSecret(ref fields);
            if (fields.Remaining == 0) return result;
            result.Dispose();
            throw fields.Unsupported(PgpError.Malformed, "octets are left after its last field");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>255 and a bare cipher id: a 16-bit sum is all that ties the secret part together, so that an
    /// attacker who can
    /// write it can alter it (Klima and Rosa; the "KO" attacks).</summary>
    private static PgpException Refused(in OctetCursor cursor, byte usage) => cursor.Unsupported(
        PgpError.UnsupportedProtection, $"S2K usage {usage} is refused; change the passphrase with a current program");

    /// <summary>GnuPG's "gnu-dummy" (mode 1) and smart-card (mode 2) stubs: no secret material here.</summary>
    private static SecretKeyMaterial? ReadStub(ref OctetCursor cursor)
    {
        cursor.Octet();
        if (!cursor.Rest().StartsWith("GNU"u8))
            throw cursor.Unsupported(PgpError.UnsupportedProtection, "S2K type 101 that isn't GnuPG's");
        return null;
    }
}
