using System.Text.Json;

namespace SecureExchange.Cli.Agreements;

/// <summary>One version, as the gateway tells of it.</summary>
internal sealed record ListedVersion(int Number, string Digest, string Stage, string Author, string Signers);

/// <summary>Asks a gateway for an agreement's versions.</summary>
internal static class AgreementVersions
{
    internal static async Task<IReadOnlyList<ListedVersion>> ListAsync(GatewayClient client, string route, CancellationToken ct)
    {
        var page = await client.GetJsonAsync($"{route}/versions", ct);
        return [.. page.GetProperty("versions").EnumerateArray().Select(v => new ListedVersion(
            v.GetProperty("number").GetInt32(), v.GetProperty("version").GetString()!, v.GetProperty("stage").GetString()!,
            v.GetProperty("author").GetString()!, SignersOf(v)))];
    }

    /// <summary>The version that was named, or the one that is open, or the one in force.</summary>
    internal static async Task<int> NumberAsync(GatewayClient client, string route, int? named, CancellationToken ct)
    {
        if (named is { } number) return number;
        var versions = await ListAsync(client, route, ct);
        return (versions.LastOrDefault(v => v.Stage is "draft" or "proposed") ?? versions.LastOrDefault(v => v.Stage == "in-force"))?.Number
            ?? throw new CliException(Terminal.Refused, "no version is open or in force");
    }

    /// <summary>A version's text, checked to be that.</summary>
    internal static async Task<VersionText> ReadAsync(GatewayClient client, string route, string agreement, int number, CancellationToken ct) =>
        VersionText.Read(await client.GetBytesAsync($"{route}/versions/{number}/text", ct), agreement, number);

    /// <summary>The version in force that <paramref name="number"/> takes the place of; null where there is none.</summary>
    internal static async Task<VersionText?> InForceBeforeAsync(GatewayClient client, string route, string agreement, int number, CancellationToken ct)
    {
        var versions = await ListAsync(client, route, ct);
        return versions.LastOrDefault(v => v.Stage == "in-force" && v.Number < number) is { } before
            ? await ReadAsync(client, route, agreement, before.Number, ct)
            : null;
    }

    private static string SignersOf(JsonElement version) => (IsThere(version, "clientSignature"), IsThere(version, "vendorSignature")) switch
    {
        (true, true) => "both",
        (true, false) => "the client",
        (false, true) => "the vendor",
        _ => "nobody",
    };

    private static bool IsThere(JsonElement version, string name) =>
        version.TryGetProperty(name, out var signature) && signature.ValueKind == JsonValueKind.String;
}
