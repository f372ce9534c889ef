using System.Text.Json;
using System.Text.Json.Serialization;

namespace SecureExchange.Cli.SignIn;

/// <summary>How somebody has signed in at a gateway, kept until <c>sx logout</c>. A secret, in a file of mode 0600.</summary>
internal sealed record Login
{
    private const string Kind = "logins";

    /// <summary>The bearer token, and until when it's good.</summary>
    public required string AccessToken { get; init; }

    public required long Expires { get; init; }

    /// <summary>Of people: what gets the next token from their provider.</summary>
    public string? RefreshToken { get; init; }

    public Provider? Provider { get; init; }

    /// <summary>Of machines: the file of their key, and who they are.</summary>
    public string? KeyFile { get; init; }

    public string? Machine { get; init; }

    internal static Login? Find(Uri gateway) =>
        ConfigFolder.Find(Kind, gateway.Authority) is { } bytes ? JsonSerializer.Deserialize<Login>(bytes) : null;

    internal static bool Forget(Uri gateway) => ConfigFolder.Forget(Kind, gateway.Authority);

    internal void Remember(Uri gateway) => ConfigFolder.RememberSecret(Kind, gateway.Authority, JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>The token that is good now, after getting a new one where that's needed.</summary>
    /// <returns>Null where nobody is signed in.</returns>
    internal static async Task<string?> TokenAsync(Uri gateway, CancellationToken ct)
    {
        if (Find(gateway) is not { } login) return null;
        if (login.IsFresh) return login.AccessToken;
        // Two at once would use one refresh token twice, which providers take for a theft.
        await using var one = await ConfigFolder.LockAsync(Kind, gateway.Authority, ct);
        login = Find(gateway);
        if (login is null || login.IsFresh) return login?.AccessToken;
        var next = login switch
        {
            { KeyFile: { } key, Machine: { } machine } => await MachineSignIn.RunAsync(gateway, key, machine, ct),
            { RefreshToken: not null, Provider: not null } => await DeviceSignIn.RefreshAsync(login, ct),
            _ => throw new CliException(Terminal.Refused, "you were signed in, and that has ended; sign in again with sx login"),
        };
        next.Remember(gateway);
        return next.AccessToken;
    }

    [JsonIgnore]
    internal bool IsFresh => Expires - 30 > TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
}

/// <summary>An identity provider, as the gateway names it.</summary>
internal sealed record Provider(string Name, string Authority, string ClientId, string Scope, string? Resource);
