using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>A passphrase hashed: once, with salt, or with salt again and again (RFC 9580 §3.7.1.1 to §3.7.1.3).</summary>
internal sealed class HashedStringToKey : StringToKey
{
    private const int SaltSize = 8;
    private const byte HighestCount = 0xFF; // 65,011,712 octets, as GnuPG has it where the machine is fast enough.

    private readonly byte _type;
    private readonly DigestAlgorithm _digest;
    private readonly byte[] _salt;
    private readonly byte _codedCount;

    private HashedStringToKey(byte type, DigestAlgorithm digest, ReadOnlySpan<byte> salt, byte codedCount)
    {
        (_type, _digest, _codedCount) = (type, digest, codedCount);
        _salt = salt.ToArray();
    }

    public override bool IsSalted => _type != Simple;

    public override bool IsModern => IsSalted && _digest.IsStrong();

    private long Octets => _type == IteratedSalted ? (16L + (_codedCount & 15)) << ((_codedCount >> 4) + 6) : 0;

    public static HashedStringToKey New() =>
        new(IteratedSalted, DigestAlgorithm.Sha256, RandomNumberGenerator.GetBytes(SaltSize), HighestCount);

    public static HashedStringToKey ReadFields(byte type, ref OctetCursor fields)
    {
        var digest = (DigestAlgorithm)fields.Octet();
        if (!digest.IsSupported())
            throw fields.Unsupported(PgpError.UnsupportedProtection, $"S2K with hash {(byte)digest} isn't supported");
        var salt = fields.Take(type == Simple ? 0 : SaltSize);
        return new HashedStringToKey(type, digest, salt, type == IteratedSalted ? fields.Octet() : (byte)0);
    }

    public override void Write(OctetWriter output)
    {
        output.Octets([_type, (byte)_digest]);
        output.Octets(_salt);
        if (_type == IteratedSalted) output.Octet(_codedCount);
    }

    public override void Derive(ReadOnlySpan<byte> passphrase, Span<byte> key, StretchingBudget budget)
    {
        // One large piece of salt ‖ passphrase ‖ salt …, so that hashing and not calling is what takes the time.
        var unit = _salt.Length + passphrase.Length;
        var total = Math.Max(Octets, unit);
        budget.SpendHashing(total);
        var repeats = (int)Math.Clamp(64 * 1024 / Math.Max(unit, 1), 1, Math.Max((total + unit - 1) / Math.Max(unit, 1), 1));
        var piece = GC.AllocateUninitializedArray<byte>(unit * repeats, pinned: true);
        for (var at = 0; at < piece.Length; at += unit)
        {
            _salt.CopyTo(piece.AsSpan(at));
            passphrase.CopyTo(piece.AsSpan(at + _salt.Length));
        }

        Span<byte> digest = stackalloc byte[Digest.MaxSize];
        using var hash = _digest.Start();
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
}
