using System.Security.Cryptography;

namespace SecureExchange.Masking;

/// <summary>The keys of one agreement's transforms, one for each use, so that none can stand in for another.</summary>
public sealed class MaskingKeys : IDisposable
{
    private MaskingKeys(ReadOnlySpan<byte> agreementKey, string agreementId)
    {
        Token = KeyDerivation.Derive(agreementKey, "token", agreementId, 64);
        TokenHint = KeyDerivation.Derive(agreementKey, "token-hint", agreementId, Tokens.TokenCodec.HintSize);
        Fpe = KeyDerivation.Derive(agreementKey, "fpe", agreementId, 32);
        Hash = KeyDerivation.Derive(agreementKey, "hash", agreementId, 32);
        Date = KeyDerivation.Derive(agreementKey, "date", agreementId, 32);
    }

    /// <summary>64 bytes: AES-256 in both halves of AES-SIV.</summary>
    internal byte[] Token { get; }

    internal byte[] TokenHint { get; }

    internal byte[] Fpe { get; }

    internal byte[] Hash { get; }

    internal byte[] Date { get; }

    /// <summary>Derives the keys (HKDF-SHA-256, RFC 5869; info <c>secureexchange/v1/&lt;use&gt;/&lt;agreementId&gt;</c>).</summary>
    /// <param name="agreementKey">32 bytes, this agreement's own.</param>
    /// <param name="agreementId">The agreement's identifier, at least one character.</param>
    /// <exception cref="ArgumentException">The key's length is wrong or the identifier is empty.</exception>
    public static MaskingKeys Derive(ReadOnlySpan<byte> agreementKey, string agreementId)
    {
        ArgumentException.ThrowIfNullOrEmpty(agreementId);
        if (agreementKey.Length != 32) throw new ArgumentException("must be 32 bytes", nameof(agreementKey));
        return new MaskingKeys(agreementKey, agreementId);
    }

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        foreach (var key in (ReadOnlySpan<byte[]>)[Token, Fpe, Hash, Date]) CryptographicOperations.ZeroMemory(key);
    }
}
