using System.Security.Cryptography;
using SecureExchange.Access;
using SecureExchange.Masking;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Gateway.Keys;

/// <summary>All keys that the gateway holds. Others get what they need to do one thing, never the root.</summary>
/// <remarks><code>
/// root (file, 0600) ─┬─ wraps ─► the gateway's OpenPGP key (file)
///                    ├─ HKDF ──► one Ed25519 seed for each log, by origin; the key of machines' tokens
///                    ├─ HKDF ──► one key for each client: fields whose profile says scope: client
///                    └─ wraps ─► agreement key (random, in the database) ─┬─ HKDF ─► tokens, FPE, hashes, dates
///                                                                         └─ wraps ─► data key of each transfer
/// </code>
/// Destroying an agreement's wrapped key makes its tokens, manifests and file names unreadable for good.</remarks>
public sealed class KeyRing : IDisposable
{
    private const int KeySize = 32;

    private readonly SecretBytes _root;

    private KeyRing(SecretBytes root, SecretKey gatewayKey)
    {
        _root = root;
        GatewayKey = gatewayKey;
    }

    /// <summary>The gateway's OpenPGP key: opens what is sent to it, signs what it seals.</summary>
    public SecretKey GatewayKey { get; }

    /// <summary>Opens the keys in <paramref name="folder"/>, or makes them where the store is new.</summary>
    /// <param name="folder">Trusted: who can read it can be this gateway.</param>
    /// <param name="userId">The user id of a new OpenPGP key.</param>
    /// <param name="storeIsEmpty">Only then are keys made: a lost key file must not look like a fresh start.</param>
    /// <param name="now">When a new key is made.</param>
    public static KeyRing Open(string folder, string userId, bool storeIsEmpty, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var rootPath = Path.Combine(folder, "root.key");
        var pgpPath = Path.Combine(folder, "gateway.openpgp");
        if (!File.Exists(rootPath)) CreateIf(storeIsEmpty, rootPath, () => RandomNumberGenerator.GetBytes(KeySize));
        var root = new SecretBytes(KeyFile.Read(rootPath));
        if (!File.Exists(pgpPath))
        {
            CreateIf(storeIsEmpty, pgpPath, () =>
            {
                using var made = SecretKey.Generate(userId, now);
                var bytes = made.ToBytes();
                try
                {
                    return KeyWrap.Wrap(root, bytes, "gateway/openpgp");
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(bytes);
                }
            });
        }

        var opened = KeyWrap.Unwrap(root, KeyFile.Read(pgpPath), "gateway/openpgp");
        try
        {
            return new KeyRing(root, SecretKey.Read(opened));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    /// <summary>The key that signs the checkpoints of one log.</summary>
    public NoteSigner LogSigner(string origin)
    {
        using var seed = _root.Derive($"secureexchange/v1/log/{origin}");
        return new NoteSigner(origin, seed.Span);
    }

    /// <summary>Issues the short tokens that machines get for their assertions.</summary>
    internal LocalIssuer TokenIssuer(string gatewayName)
    {
        using var secret = _root.Derive("secureexchange/v1/machine-tokens");
        return LocalIssuer.FromSecret($"urn:secureexchange:gateway:{gatewayName}", secret.Span);
    }

    /// <summary>What stands for a caller where everybody may read: the same caller has the same tag.</summary>
    internal string CallerTag(PartyId party, CallerId caller)
    {
        using var key = _root.Derive("secureexchange/v1/caller-tag");
        return $"tag:{Convert.ToHexStringLower(HMACSHA256.HashData(key.Span, System.Text.Encoding.UTF8.GetBytes($"{party}/{caller}")).AsSpan(0, 12))}";
    }

    /// <summary>A new agreement's key, wrapped for the database.</summary>
    internal byte[] NewAgreementKey(AgreementId agreement)
    {
        using var key = SecretBytes.Random(KeySize);
        return KeyWrap.Wrap(_root, key.Span, $"agreement/{agreement}");
    }

    /// <summary>Opens an agreement's key.</summary>
    internal AgreementKey OpenAgreementKey(AgreementId agreement, ReadOnlySpan<byte> wrapped) =>
        new(agreement, new SecretBytes(KeyWrap.Unwrap(_root, wrapped, $"agreement/{agreement}")), _root.Derive($"secureexchange/v1/client/{ClientOf(agreement)}"));

    public void Dispose()
    {
        GatewayKey.Dispose();
        _root.Dispose();
    }

    internal static string ClientOf(AgreementId agreement) => agreement.Value[..agreement.Value.IndexOf('.', StringComparison.Ordinal)];

    private static void CreateIf(bool storeIsEmpty, string path, Func<byte[]> make)
    {
        if (!storeIsEmpty) throw new KeyException(KeyError.Missing, Path.GetFileName(path));
        var content = make();
        KeyFile.Create(path, content);
        CryptographicOperations.ZeroMemory(content);
    }
}

/// <summary>One agreement's key, for as long as a pipeline works under it.</summary>
/// <param name="agreement">Whose it is.</param>
/// <param name="key">The agreement's own.</param>
/// <param name="clientKey">The same in all agreements of its client: for fields whose profile says <c>scope: client</c>.</param>
internal sealed class AgreementKey(AgreementId agreement, SecretBytes key, SecretBytes clientKey) : IDisposable
{
    /// <summary>The keys of the transforms.</summary>
    internal MaskingKeys MaskingKeys() =>
        Masking.MaskingKeys.Derive(key.Span, agreement.Value, clientKey.Span, KeyRing.ClientOf(agreement));

    /// <summary>The key that notices to the client are signed with.</summary>
    internal SecretBytes WebhookKey() => key.Derive("secureexchange/v1/webhook");

    /// <summary>A new transfer's data key, and the same wrapped for the database.</summary>
    internal (DataKey Key, byte[] Wrapped) NewDataKey(TransferId transfer)
    {
        using var wrapping = key.Derive("secureexchange/v1/wrap");
        var secret = SecretBytes.Random(32);
        return (new DataKey(secret), KeyWrap.Wrap(wrapping, secret.Span, $"transfer/{transfer}"));
    }

    /// <summary>Opens a transfer's data key.</summary>
    internal DataKey OpenDataKey(TransferId transfer, ReadOnlySpan<byte> wrapped)
    {
        using var wrapping = key.Derive("secureexchange/v1/wrap");
        return new DataKey(new SecretBytes(KeyWrap.Unwrap(wrapping, wrapped, $"transfer/{transfer}")));
    }

    public void Dispose()
    {
        key.Dispose();
        clientKey.Dispose();
    }
}

/// <summary>One transfer's data key: its manifest is sealed under it, and its file name.</summary>
internal sealed class DataKey(SecretBytes key) : IDisposable
{
    /// <summary>The key of the manifest's row tags.</summary>
    internal SecretBytes TagKey() => key.Derive("secureexchange/v1/manifest-tags");

    /// <summary>The key that a stream called <paramref name="what"/> is sealed under.</summary>
    internal SecretBytes SealKey(string what) => key.Derive($"secureexchange/v1/seal/{what}");

    /// <summary>A short text, sealed: file names tell of people too.</summary>
    internal byte[] SealText(string text, string what)
    {
        using var sealKey = SealKey(what);
        return KeyWrap.Wrap(sealKey, System.Text.Encoding.UTF8.GetBytes(text), what);
    }

    internal string OpenText(ReadOnlySpan<byte> wrapped, string what)
    {
        using var sealKey = SealKey(what);
        return System.Text.Encoding.UTF8.GetString(KeyWrap.Unwrap(sealKey, wrapped, what));
    }

    public void Dispose() => key.Dispose();
}
