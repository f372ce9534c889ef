using System.Security.Cryptography;

namespace SecureExchange.Gateway;

/// <summary>The gateway's name, kept in its data folder. Logs are known by it: two gateways must not share one, since
/// whoever remembers the key and the checkpoint of one would take the other for a forgery.</summary>
internal static class GatewayName
{
    private const string FileName = "gateway.name";

    /// <summary>The name that the folder has, or takes now.</summary>
    /// <exception cref="ArgumentException">The folder has another.</exception>
    internal static string Settle(string dataFolder, string? wanted)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            var made = wanted ?? $"gateway-{RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 8)}.localhost";
            if (Uri.CheckHostName(made.Split('/')[0]) == UriHostNameType.Unknown || made.AsSpan().ContainsAny(" +\n\t"))
                throw new ArgumentException("--name: a host name, with a path or without, such as exchange.example.com");
            File.WriteAllText(path + ".new", made + "\n");
            File.Move(path + ".new", path);
        }

        var name = File.ReadAllText(path).TrimEnd();
        return wanted is null || wanted == name
            ? name
            : throw new ArgumentException($"--name: this gateway is called {name}, and its logs with it; it can't be renamed");
    }
}
