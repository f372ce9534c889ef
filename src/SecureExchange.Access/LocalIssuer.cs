using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace SecureExchange.Access;

/// <summary>Makes bearer tokens where no identity provider does: JWTs (RFC 7519), ES256 (RFC 7518 §3.4).</summary>
/// <remarks>For the embedded gateway and its demo, where who holds the key can be anybody, so that it stays in a file of
/// mode 0600 on the gateway's host; and for machines, which get a short token for an assertion of their own.</remarks>
public sealed class LocalIssuer : IDisposable
{
    /// <summary>The <c>iss</c> of local tokens.</summary>
    public const string Name = "urn:secureexchange:local";

    /// <summary>The <c>aud</c> that the gateway asks for.</summary>
    public const string Audience = "urn:secureexchange:gateway";

    /// <summary>The <c>aud</c> of a sign-in link: what is good for one isn't good for the other.</summary>
    public const string LinkAudience = "urn:secureexchange:sign-in-link";

    /// <summary>The <c>typ</c> of a sign-in link's header.</summary>
    public const string LinkType = "link+jwt";

    /// <summary>The claim that names the party.</summary>
    public const string PartyClaim = "party";

    /// <summary>The claim that names the roles, as Entra ID does.</summary>
    public const string RolesClaim = "roles";

    /// <summary>The longest that a token may live.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    /// <summary>The longest that a sign-in link may wait to be used.</summary>
    public static readonly TimeSpan MaxLinkLifetime = TimeSpan.FromHours(1);

    private readonly ECDsa _key;

    private LocalIssuer(ECDsa key, string issuer = Name) => (_key, Issuer) = (key, issuer);

    /// <summary>The <c>iss</c> of its tokens.</summary>
    public string Issuer { get; }

    /// <summary>The public half, for whoever checks the tokens.</summary>
    public ECParameters PublicKey => _key.ExportParameters(includePrivateParameters: false);

    /// <summary>Makes a new issuer.</summary>
    public static LocalIssuer Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads what <see cref="ExportPem"/> wrote.</summary>
    public static LocalIssuer FromPem(ReadOnlySpan<char> pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new LocalIssuer(key);
    }

    /// <summary>The issuer whose key follows from a secret, so that all who have the secret are the same issuer.</summary>
    /// <param name="issuer">The <c>iss</c> of its tokens.</param>
    /// <param name="secret">32 bytes, uniformly random.</param>
    /// <exception cref="CryptographicException">The secret is one of the 2^-32 that are no P-256 key.</exception>
    public static LocalIssuer FromSecret(string issuer, ReadOnlySpan<byte> secret)
    {
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret.ToArray() };
        try
        {
            return new LocalIssuer(ECDsa.Create(parameters), issuer);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    /// <summary>The key as PKCS #8 PEM: a secret, for a file of mode 0600.</summary>
    public string ExportPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>Issues a token.</summary>
    /// <param name="caller">Whom it stands for.</param>
    /// <param name="now">From when it is valid.</param>
    /// <param name="lifetime">For how long, at most <see cref="MaxLifetime"/>.</param>
    public string Issue(Caller caller, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, MaxLifetime);
        return Sign("JWT", Audience, caller, now, lifetime);
    }

    /// <summary>What a sign-in link carries: good once, for a token of its caller, and for nothing else.</summary>
    /// <param name="caller">Whom it signs in.</param>
    /// <param name="now">From when it is valid.</param>
    /// <param name="lifetime">For how long, at most <see cref="MaxLinkLifetime"/>.</param>
    public string IssueLink(Caller caller, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, MaxLinkLifetime);
        return Sign(LinkType, LinkAudience, caller, now, lifetime);
    }

    public void Dispose() => _key.Dispose();

    public override string ToString() => "[secret]";

    private string Sign(string type, string audience, Caller caller, DateTimeOffset now, TimeSpan lifetime)
    {
        var header = Encode(writer =>
        {
            writer.WriteString("alg", "ES256");
            writer.WriteString("typ", type);
        });
        var payload = Encode(writer =>
        {
            writer.WriteString("iss", Issuer);
            writer.WriteString("aud", audience);
            writer.WriteString("sub", caller.Id.Value);
            writer.WriteString(PartyClaim, caller.Party.Value);
            writer.WriteStartArray(RolesClaim);
            foreach (var role in caller.Roles) writer.WriteStringValue(RoleNames.Of(role));
            writer.WriteEndArray();
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("nbf", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + lifetime).ToUnixTimeSeconds());
            writer.WriteString("jti", RandomNumberGenerator.GetHexString(32, lowercase: true));
        });
        var signed = $"{header}.{payload}";
        var signature = _key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
