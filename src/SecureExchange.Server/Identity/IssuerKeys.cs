using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace SecureExchange.Server.Identity;

/// <summary>One issuer's discovery document and signing keys (OpenID Connect Discovery 1.0), fetched when they are needed
/// and again when a token names a key that isn't among them.</summary>
/// <remarks>A stranger chooses the key that a token names, so the issuer is asked for it at most once in
/// <see cref="s_pause"/>. What was fetched is used while the issuer is away, for a day.</remarks>
internal sealed class IssuerKeys : BaseConfigurationManager, IDisposable
{
    private const int MaxBytes = 512 * 1024;
    private const int LeastRsaBits = 2048;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_usable = TimeSpan.FromDays(1);

    private readonly Uri _document;
    private readonly string _issuer;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _one = new(1);
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A redirect or a proxy would let somebody else say which keys are the issuer's.
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = MaxBytes };

    private OpenIdConnectConfiguration? _known;
    private DateTimeOffset _fetched = DateTimeOffset.MinValue;
    private DateTimeOffset _tried = DateTimeOffset.MinValue;

    /// <param name="authority">Below it is the discovery document.</param>
    /// <param name="issuer">What that has to give as its issuer (Discovery §4.3); for several tenants a template.</param>
    /// <param name="clock">The time.</param>
    internal IssuerKeys(Uri authority, string issuer, TimeProvider clock)
    {
        _document = new Uri(authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration");
        (_issuer, _clock) = (issuer, clock);
    }

    /// <summary>The keys, with the one that a token names where the issuer has it.</summary>
    /// <exception cref="IssuerAwayException">It can't be reached, and never could, or not for a day.</exception>
    internal async Task<OpenIdConnectConfiguration> FindAsync(string? keyId, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (_known is { } known && now - _fetched < s_fresh && Has(known, keyId)) return known;
        await _one.WaitAsync(ct);
        try
        {
            now = _clock.GetUtcNow();
            var isWanted = _known is null || now - _fetched >= s_fresh || !Has(_known, keyId);
            if (isWanted && now - _tried >= s_pause)
            {
                _tried = now;
                // Not the request's token: whoever hangs up must not cost others the keys.
                if (await TryFetchAsync() is { } fetched) (_known, _fetched) = (fetched, now);
            }

            return _known is not null && now - _fetched < s_usable ? _known : throw new IssuerAwayException();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) => await FindAsync(null, cancel);

    /// <summary>Nothing: <see cref="FindAsync"/> has looked before the token was checked.</summary>
    public override void RequestRefresh()
    {
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private static bool Has(OpenIdConnectConfiguration configuration, string? keyId) =>
        keyId is null || configuration.SigningKeys.Any(key => key.KeyId == keyId);

    private async Task<OpenIdConnectConfiguration?> TryFetchAsync()
    {
        try
        {
            var configuration = OpenIdConnectConfiguration.Create(await GetAsync(_document));
            if (configuration.Issuer != _issuer || !Uri.TryCreate(configuration.JwksUri, UriKind.Absolute, out var keys)) return null;
            // Keys over a plain wire are anybody's, but between processes of this machine.
            if (keys.Scheme != "https" && !(keys.IsLoopback && _document.IsLoopback)) return null;
            configuration.JsonWebKeySet = JsonWebKeySet.Create(await GetAsync(keys));
            foreach (var key in configuration.JsonWebKeySet.GetSigningKeys())
            {
                if (IsStrong(key)) configuration.SigningKeys.Add(key);
            }

            return configuration;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or ArgumentException or JsonException or InvalidDataException)
        {
            return null;
        }
    }

    private async Task<string> GetAsync(Uri uri)
    {
        using var answer = await _http.GetAsync(uri);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException(null, null, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        using var strict = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return strict.RootElement.ValueKind == JsonValueKind.Object ? text : throw new InvalidDataException();
    }

    /// <summary>Public keys only: a shared secret among an issuer's keys would let its readers sign.</summary>
    private static bool IsStrong(SecurityKey key) => key switch
    {
        RsaSecurityKey or X509SecurityKey => key.KeySize >= LeastRsaBits,
        ECDsaSecurityKey => true,
        JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA } => key.KeySize >= LeastRsaBits,
        JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve } => true,
        _ => false,
    };
}

/// <summary>The identity provider's keys can't be had.</summary>
internal sealed class IssuerAwayException : Exception
{
    internal IssuerAwayException() : base("the identity provider can't be reached")
    {
    }
}
