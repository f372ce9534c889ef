namespace SecureExchange.Masking;

/// <summary>The keys of one agreement's transforms, one for each use, so that none can stand in for another.</summary>
public sealed class MaskingKeys : IDisposable
{
    private MaskingKeys() => throw new NotImplementedException();

    /// <summary>Derives the keys (HKDF-SHA-256, RFC 5869; info <c>secureexchange/v1/&lt;use&gt;/&lt;agreementId&gt;</c>).</summary>
    /// <param name="agreementKey">32 bytes, this agreement's own.</param>
    /// <param name="agreementId">The agreement's identifier, at least one character.</param>
    /// <exception cref="ArgumentException">The key's length is wrong or the identifier is empty.</exception>
    public static MaskingKeys Derive(ReadOnlySpan<byte> agreementKey, string agreementId) => throw new NotImplementedException();

    public override string ToString() => "[secret]";

    public void Dispose() => throw new NotImplementedException();
}
