using System.Numerics;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>A passphrase through Argon2id (RFC 9580 §3.7.1.4).</summary>
internal sealed class Argon2StringToKey : StringToKey
{
    private const int SaltSize = 16;
    private const int MaxExponent = 31;

    /// <summary>64 MiB, as it is written here: more is filled one at a time in the whole process, or messages that come together
    /// take their memory together.</summary>
    private const int SharedExponent = 16;

    private static readonly Lock s_large = new();

    private readonly byte[] _salt;
    private readonly byte _passes;
    private readonly byte _lanes;
    private readonly byte _exponent;

    private Argon2StringToKey(ReadOnlySpan<byte> salt, byte passes, byte lanes, byte exponent)
    {
        (_passes, _lanes, _exponent) = (passes, lanes, exponent);
        _salt = salt.ToArray();
    }

    /// <summary>The second choice of RFC 9106 §4, 64 MiB three times: the first one takes 2 GiB, for each guess but for each
    /// use on a shared server, too.</summary>
    public static Argon2StringToKey New() => new(RandomNumberGenerator.GetBytes(SaltSize), passes: 3, lanes: 4, exponent: 16);

    public static Argon2StringToKey ReadFields(ref OctetCursor fields)
    {
        var salt = fields.Take(SaltSize);
        var (passes, lanes, exponent) = (fields.Octet(), fields.Octet(), fields.Octet());
        if (passes == 0 || lanes == 0 || exponent > MaxExponent || exponent < 3 + BitOperations.Log2(BitOperations.RoundUpToPowerOf2(lanes)))
            throw fields.Unsupported(PgpError.Malformed, "passes, lanes or memory of its Argon2 are out of range");
        return new Argon2StringToKey(salt, passes, lanes, exponent);
    }

    public override void Write(OctetWriter output)
    {
        output.Octet(Argon2Type);
        output.Octets(_salt);
        output.Octets([_passes, _lanes, _exponent]);
    }

    public override void Derive(ReadOnlySpan<byte> passphrase, Span<byte> key, StretchingBudget budget)
    {
        budget.SpendFilling(1024L << _exponent, _passes);
        try
        {
            if (_exponent <= SharedExponent) Fill(passphrase, key);
            else lock (s_large) Fill(passphrase, key);
        }
        catch (OutOfMemoryException)
        {
            Throw.Limit($"its passphrase takes {1024L << _exponent} octets of memory, which aren't free");
        }
    }

    private void Fill(ReadOnlySpan<byte> passphrase, Span<byte> key) =>
        Argon2id.DeriveKey(passphrase, _salt, _passes, _lanes, 1 << _exponent, key);
}
