using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Testing;

/// <summary>What an identity provider publishes, discovery document and signing keys, on a free port of loopback; with the
/// keys at hand, so that a test can sign what a provider never would.</summary>
/// <remarks>With a path such as <c>/organizations/v2.0</c> it's Entra ID's shape: the issuer is a template, and each key says
/// for which issuer it signs.</remarks>
public sealed class IssuerStandIn : IDisposable
{
    private readonly LoopbackServer _server;
    private readonly string _path;

    public IssuerStandIn(string path = "")
    {
        _path = path;
        _server = new LoopbackServer(AnswerAsync);
    }

    public string Authority => _server.Url + _path;

    /// <summary>The issuer of a tenant's tokens.</summary>
    public string IssuerOf(string tenant) => $"{_server.Url}/{tenant}/v2.0";

    public RSA Key { get; private set; } = RSA.Create(2048);

    public string KeyId { get; private set; } = "key-1";

    /// <summary>What each published key says of its issuer; null: nothing.</summary>
    public string? KeyIssuer { get; set; }

    /// <summary>Answers 503 instead.</summary>
    public bool IsAway { get; set; }

    /// <summary>Paths that it says are elsewhere, and where.</summary>
    public Dictionary<string, string> Moved { get; } = [];

    /// <summary>How often its keys were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Signs with a new key from now on, and publishes no other.</summary>
    public void Rotate()
    {
        Key = RSA.Create(2048);
        KeyId = $"key-{Guid.NewGuid():n}";
    }

    /// <summary>A token as it would make one.</summary>
    public string Sign(object claims) => Jwt.Sign(Key, Jwt.Json(new { alg = "RS256", typ = "at+jwt", kid = KeyId }), Jwt.Json(claims));

    public void Dispose() => _server.Dispose();

    private Task AnswerAsync(HttpListenerContext context)
    {
        if (Moved.TryGetValue(context.Request.Url!.AbsolutePath, out var elsewhere))
        {
            LoopbackServer.SendElsewhere(context, elsewhere);
            return Task.CompletedTask;
        }

        var body = Answer(context.Request.Url!.AbsolutePath);
        context.Response.StatusCode = IsAway ? 503 : body is null ? 404 : 200;
        context.Response.Close(Encoding.UTF8.GetBytes(body ?? ""), willBlock: false);
        return Task.CompletedTask;
    }

    private string? Answer(string path)
    {
        if (path == $"{_path}/.well-known/openid-configuration")
        {
            var issuer = _path.Contains("/organizations/", StringComparison.Ordinal) ? $"{_server.Url}/{{tenantid}}/v2.0" : Authority;
            return Jwt.Json(new { issuer, jwks_uri = $"{_server.Url}/keys" });
        }

        if (path != "/keys") return null;
        Asked++;
        var parameters = Key.ExportParameters(includePrivateParameters: false);
        var key = new Dictionary<string, string>
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = KeyId,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
        if (KeyIssuer is not null) key["issuer"] = KeyIssuer;
        return Jwt.Json(new { keys = new[] { key } });
    }
}
