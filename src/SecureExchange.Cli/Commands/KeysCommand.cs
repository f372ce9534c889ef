using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx keys list|rotate</c>: the operator's.</summary>
internal static class KeysCommand
{
    private static Option<string> Agreement { get; } = new("--agreement", "-a") { Description = "whose", Required = true };

    private static Option<string> Client { get; } = new("--client") { Description = "whose: a party's id", Required = true };

    private static Option<string> Log { get; } = new("--log") { Description = "which: an agreement's, or gateway", Required = true };

    internal static Command Create() => new("keys", "operator: which keys the gateway has, and rotating them while it runs")
    {
        new Command("list", "list them, with their epochs; never the keys themselves").ForGateway(ListAsync),
        new Command("rotate", "make a new one for what is new; what was made under the old one stays readable")
        {
            new Command("root", "wrap everything under a new root key, kept where the gateway's options say; the old one is destroyed")
                .ForGateway((_, client, ct) => RotateAsync(client, "root", null, ct)),
            new Command("gateway", "a new OpenPGP key; the old certificate is published behind it, and for 90 days its key still opens what is sent to it")
                .ForGateway((_, client, ct) => RotateAsync(client, "gateway", null, ct)),
            new Command("agreement", "new tokens and data keys for what is sent from now on") { Agreement }
                .ForGateway((parsed, client, ct) => RotateAsync(client, "agreement", parsed.GetRequiredValue(Agreement), ct)),
            new Command("client", "new values of fields with scope: client, and new tokens and data keys, in all agreements of a client") { Client }
                .ForGateway((parsed, client, ct) => RotateAsync(client, "client", parsed.GetRequiredValue(Client), ct)),
            new Command("caller-tags", "other names for callers in the gateway's own log")
                .ForGateway((_, client, ct) => RotateAsync(client, "caller-tags", null, ct)),
            new Command("log", "a new key for a log: a statement signed by the old one leads to it") { Log }
                .ForGateway((parsed, client, ct) => RotateAsync(client, "log", parsed.GetRequiredValue(Log), ct)),
        },
    };

    private static async Task<int> ListAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var answer = await client.GetJsonAsync("v1/keys", ct);
        foreach (var key in answer.GetProperty("keys").EnumerateArray())
        {
            var place = key.GetProperty("place").GetString();
            Terminal.Print(
                $"{key.GetProperty("purpose").GetString(),-48}  epoch {key.GetProperty("epoch").GetInt32(),-3}  {key.GetProperty("use").GetString(),-9}  "
                + $"since {key.GetProperty("since").GetString()}{(place is null ? "" : $"  in {place}")}");
        }

        return 0;
    }

    private static async Task<int> RotateAsync(GatewayClient client, string key, string? subject, CancellationToken ct)
    {
        var body = new Dictionary<string, string> { ["key"] = key };
        if (subject is not null) body[key] = subject;
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/keys/rotations")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request, ct);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(ct));
        Terminal.Say($"rotated: epoch {answer.GetProperty("epoch").GetInt32()} is for what is new, event {answer.GetProperty("event").GetString()}");
        return 0;
    }
}
