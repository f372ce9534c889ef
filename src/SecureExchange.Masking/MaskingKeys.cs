using System.Security.Cryptography;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking;

/// <summary>The keys of one agreement's transforms, one for each use, so that none can stand in for another.</summary>
public sealed class MaskingKeys : IDisposable
{
    private readonly MaskingKeys? _ofClient;
    private TokenMap? _map;

    private MaskingKeys(ReadOnlySpan<byte> key, string scope, MaskingKeys? ofClient, TokenMap? map = null)
    {
        Token = KeyDerivation.Derive(key, "token", scope, 64);
        TokenHint = KeyDerivation.Derive(key, "token-hint", scope, TokenCodec.HintSize);
        Fpe = KeyDerivation.Derive(key, "fpe", scope, 32);
        Hash = KeyDerivation.Derive(key, "hash", scope, 32);
        Date = KeyDerivation.Derive(key, "date", scope, 32);
        Choice = KeyDerivation.Derive(key, "choice", scope, 32);
        _ofClient = ofClient;
        _map = map;
    }

    private MaskingKeys() => Token = TokenHint = Fpe = Hash = Date = Choice = [];

    /// <summary>For profiles whose transforms need no key.</summary>
    public static MaskingKeys None { get; } = new();

    /// <summary>64 bytes: AES-256 in both halves of AES-SIV.</summary>
    internal byte[] Token { get; }

    /// <summary>Where random tokens and reversible pseudonyms are remembered; the caller keeps it, and sets it before anything is masked
    /// or turned back with these keys. Null where no field needs one.</summary>
    public TokenMap? Map
    {
        get => _map;
        set => _map = this == None ? throw new InvalidOperationException("there are no keys here, and a map goes with an agreement's") : value;
    }

    internal byte[] TokenHint { get; }

    internal byte[] Fpe { get; }

    internal byte[] Hash { get; }

    internal byte[] Date { get; }

    /// <summary>For what is chosen or moved by the value: pseudonyms, noise.</summary>
    internal byte[] Choice { get; }

    /// <summary>The keys of fields with <c>scope: client</c>.</summary>
    internal MaskingKeys OfClient =>
        _ofClient ?? throw new InvalidOperationException("the profile has fields of scope client, and there is no client key");

    /// <summary>Derives the keys (HKDF-SHA-256, RFC 5869; info <c>secureexchange/v1/&lt;use&gt;/&lt;agreementId&gt;</c>).</summary>
    /// <param name="agreementKey">32 bytes, this agreement's own.</param>
    /// <param name="agreementId">The agreement's identifier, at least one character.</param>
    /// <exception cref="ArgumentException">The key's length is wrong or the identifier is empty.</exception>
    public static MaskingKeys Derive(ReadOnlySpan<byte> agreementKey, string agreementId) =>
        new(Checked(agreementKey), Checked(agreementId), null);

    /// <summary>The same with the client's keys, for profiles that have fields of scope client.</summary>
    /// <param name="agreementKey">32 bytes, this agreement's own.</param>
    /// <param name="agreementId">The agreement's identifier.</param>
    /// <param name="clientKey">32 bytes, the same in all agreements of the client.</param>
    /// <param name="clientId">The client's identifier; their keys' info is <c>secureexchange/v1/&lt;use&gt;/client/&lt;clientId&gt;</c>.</param>
    /// <param name="map">For profiles that need one; null for others.</param>
    /// <exception cref="ArgumentException">A key's length is wrong or an identifier is empty.</exception>
    public static MaskingKeys Derive(
        ReadOnlySpan<byte> agreementKey, string agreementId, ReadOnlySpan<byte> clientKey, string clientId, TokenMap? map = null) =>
        new(Checked(agreementKey), Checked(agreementId), new MaskingKeys(Checked(clientKey), $"client/{Checked(clientId)}", null), map);

    public override string ToString() => "[secret]";

    public void Dispose()
    {
        foreach (var key in (ReadOnlySpan<byte[]>)[Token, TokenHint, Fpe, Hash, Date, Choice]) CryptographicOperations.ZeroMemory(key);
        _ofClient?.Dispose();
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> key) =>
        key.Length == 32 ? key : throw new ArgumentException("must be 32 bytes", nameof(key));

    private static string Checked(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return id;
    }
}
