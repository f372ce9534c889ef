using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Turns a passphrase into a key: iterated and salted S2K (RFC 9580 §3.7.1.3), and the salted one
/// (§3.7.1.2).</summary>
internal sealed record StringToKey(DigestAlgorithm Digest, byte[] Salt, long Octets)
{
    private const byte Simple = 0;
    private const byte Salted = 1;
    private const byte IteratedSalted = 3;
    private const byte Argon2 = 4;
    private const int SaltSize = 8;

    public static StringToKey Read(byte type, ref OctetCursor fields)
    {
        if (type is not (Salted or IteratedSalted))
        {
            var why = type switch
            {
                Simple => "its passphrase isn't salted (simple S2K), which is refused; change the passphrase with a current program",
                Argon2 => "Argon2 isn't supported yet",
                _ => $"S2K type {type} isn't supported",
            };
            throw fields.Unsupported(PgpError.UnsupportedProtection, why);
        }

        var digest = (DigestAlgorithm)fields.Octet();
        if (!digest.IsSupported())
            throw fields.Unsupported(PgpError.UnsupportedProtection, $"S2K with hash {(byte)digest} isn't supported");
        var salt = fields.Take(SaltSize).ToArray();
        return new StringToKey(digest, salt, type == Salted ? 0 : Count(fields.Octet()));
    }

    /// <param name="passphrase">In UTF-8.</param>
    /// <param name="key">Receives the key.</param>
    public void Derive(ReadOnlySpan<byte> passphrase, Span<byte> key)
    {
        // One large piece of salt ‖ passphrase ‖ salt …, so that hashing and not calling is what takes the time.
        var unit = SaltSize + passphrase.Length;
        var total = Math.Max(Octets, unit);
        var repeats = (int)Math.Clamp(64 * 1024 / unit, 1, (total + unit - 1) / unit);
        var piece = GC.AllocateUninitializedArray<byte>(unit * repeats, pinned: true);
        for (var at = 0; at < piece.Length; at += unit)
        {
            Salt.CopyTo(piece.AsSpan(at));
            passphrase.CopyTo(piece.AsSpan(at + SaltSize));
        }

        Span<byte> digest = stackalloc byte[Crypto.Digest.MaxSize];
        using var hash = Digest.Start();
        for (var (filled, zeros) = (0, 0); filled < key.Length; zeros++)
        {
            for (var i = 0; i < zeros; i++) hash.AppendData([0]); // §3.7.1.1: a longer key takes further contexts.
            for (var left = total; left > 0; left -= piece.Length)
                hash.AppendData(piece.AsSpan(0, (int)Math.Min(left, piece.Length)));
            var size = Math.Min(hash.GetHashAndReset(digest), key.Length - filled);
            digest[..size].CopyTo(key[filled..]);
            filled += size;
        }

        CryptographicOperations.ZeroMemory(piece);
        CryptographicOperations.ZeroMemory(digest);
    }

    private static long Count(byte coded) => (16L + (coded & 15)) << ((coded >> 4) + 6);
}
