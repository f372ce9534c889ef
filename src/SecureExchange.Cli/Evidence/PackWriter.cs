using System.Globalization;
using System.Text;
using System.Text.Json;
using SecureExchange.Cli.Audit;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Proofs;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SecureExchange.Cli.Evidence;

/// <summary>Makes a pack of what happened under an agreement in a period: enough to check it without the gateway.</summary>
/// <remarks>Nothing goes in that wasn't verified here: each entry and proof comes from tiles that hash to the checkpoint.</remarks>
internal sealed class PackWriter(GatewayClient client, string agreement, KnownLog known)
{
    /// <returns>What was packed, and under which checkpoint.</returns>
    internal async Task<(PackFacts Facts, Checkpoint Checkpoint)> WriteAsync(PackTarget target, string? from, string? to, CancellationToken ct)
    {
        // Asking the gateway which events these are makes the export itself an event.
        var (first, last) = await FindAsync(from, to, ct);
        var versions = await VersionsAsync(ct);
        var checkpoint = await CheckpointAsync(last, ct);
        var log = await ProvenLog.OpenAsync(new HttpTileReader(client, agreement), checkpoint, ct);
        var facts = new PackFacts(1, agreement, from, to, first, last - first + 1);
        await target.AddAsync(PackFile.Facts, JsonSerializer.Serialize(facts, PackFacts.Json) + "\n", ct);
        await target.AddAsync("README.md", Readme(facts, checkpoint), ct);
        await target.AddAsync("mapping.csv", Resource("mapping.csv"), ct);
        await target.AddAsync(PackFile.Checkpoint, checkpoint.Note, ct);
        await target.AddAsync(PackFile.Policy, $"log {known.Verifier}\n{Scalar(versions[^1].Document, "witnesses") ?? "quorum none"}".TrimEnd('\n') + "\n", ct);
        await target.AddAsync(PackFile.LogKey, $"{known.Verifier}\n", ct);
        await target.AddAsync("keys/gateway.asc", await client.GetBytesAsync("v1/gateway/certificate", ct), ct);
        foreach (var version in versions) await AddAsync(target, version, ct);
        foreach (var transfer in await AddEventsAsync(target, log, first, last, ct)) await AddAttestationAsync(target, transfer, ct);
        await target.CompleteAsync(ct);
        return (facts, checkpoint);
    }

    /// <summary>The agreement's versions that were in force, oldest first.</summary>
    private async Task<IReadOnlyList<Version>> VersionsAsync(CancellationToken ct)
    {
        var route = $"v1/agreements/{Uri.EscapeDataString(agreement)}/versions";
        var versions = new List<Version>();
        foreach (var listed in (await client.GetJsonAsync(route, ct)).GetProperty("versions").EnumerateArray())
        {
            if (listed.GetProperty("stage").GetString() != "in-force") continue;
            var number = listed.GetProperty("number").GetInt32();
            var text = await client.GetBytesAsync($"{route}/{number}/text", ct);
            versions.Add(new Version(number, text, Root(text), Signature(listed, "clientSignature"), Signature(listed, "vendorSignature")));
        }

        return versions.Count > 0
            ? [.. versions.OrderBy(v => v.Number)]
            : throw new CliException(Terminal.Refused, "nothing of this agreement was ever in force");
    }

    private static byte[]? Signature(JsonElement listed, string name) =>
        listed.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetBytesFromBase64() : null;

    private static async Task AddAsync(PackTarget target, Version version, CancellationToken ct)
    {
        await target.AddAsync($"{PackFile.Agreements}/{version.Number}.txt", version.Text, ct);
        foreach (var (side, signature) in ((string, byte[]?)[])[("client", version.ClientSignature), ("vendor", version.VendorSignature)])
        {
            if (signature is not null) await target.AddAsync($"{PackFile.Agreements}/{version.Number}-{side}.sig", signature, ct);
            if (version.Document.Children.TryGetValue(new YamlScalarNode(side), out var node) && node is YamlMappingNode party
                && Scalar(party, "certificate") is { } certificate)
            {
                await target.AddAsync($"keys/{side}-{version.Number}.asc", certificate, ct);
            }
        }

        if (Scalar(version.Document, "profile") is { } profile) await target.AddAsync($"{PackFile.Profiles}/{version.Number}.yaml", profile, ct);
    }

    /// <returns>The transfers that were masked.</returns>
    private static async Task<IReadOnlyList<string>> AddEventsAsync(PackTarget target, ProvenLog log, long first, long last, CancellationToken ct)
    {
        var masked = new List<string>();
        var events = Path.GetTempFileName();
        try
        {
            await using (var lines = File.Create(events))
            {
                await foreach (var entry in log.ReadAsync(first, last + 1, ct))
                {
                    if (entry.Data.Span.Contains((byte)'\n'))
                        throw new CliException(Terminal.NotVerified, $"entry {entry.Index} has a line end in it, so it isn't an event of SecureExchange");
                    await lines.WriteAsync(entry.Data, ct);
                    lines.WriteByte((byte)'\n');
                    if (MaskedTransfer(entry.Data) is { } transfer) masked.Add(transfer);
                    await target.AddAsync(PackFile.Proof(entry.Index), await log.ProveAsync(entry.Index, ct), ct);
                }
            }

            await target.AddFileAsync(PackFile.Events, events, ct);
            return masked;
        }
        finally
        {
            File.Delete(events);
        }
    }

    private static string? MaskedTransfer(ReadOnlyMemory<byte> entry)
    {
        using var json = JsonDocument.Parse(entry);
        return json.RootElement.GetProperty("kind").GetString() is "dispatch.accepted" or "dispatch.held" or "records.accepted"
            ? json.RootElement.GetProperty("transfer").GetString()
            : null;
    }

    /// <summary>How a transfer was masked, signed by the gateway; nothing of one that was erased since.</summary>
    private async Task AddAttestationAsync(PackTarget target, string transfer, CancellationToken ct)
    {
        var route = $"v1/transfers/{Uri.EscapeDataString(transfer)}/attestation";
        if (await client.FindBytesAsync(route, ct) is not { } attestation) return;
        using var request = new HttpRequestMessage(HttpMethod.Get, route);
        request.Headers.Accept.ParseAdd("application/pgp-signature");
        using var signature = await client.SendAsync(request, ct);
        await target.AddAsync($"attestations/{transfer}.json", attestation, ct);
        await target.AddAsync($"attestations/{transfer}.asc", await signature.Content.ReadAsByteArrayAsync(ct), ct);
    }

    /// <summary>The first and the last event of the period. What stands between them belongs to it, whatever its clock said.</summary>
    private async Task<(long First, long Last)> FindAsync(string? from, string? to, CancellationToken ct)
    {
        var query = new StringBuilder($"v1/audit/events?agreement={Uri.EscapeDataString(agreement)}&limit=none");
        if (from is not null) query.Append(CultureInfo.InvariantCulture, $"&from={Uri.EscapeDataString(from)}");
        if (to is not null) query.Append(CultureInfo.InvariantCulture, $"&to={Uri.EscapeDataString(to)}");
        using var response = await client.GetAsync(query.ToString(), ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        var (first, last) = (-1L, -1L);
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            using var json = JsonDocument.Parse(line);
            last = json.RootElement.GetProperty("index").GetInt64();
            if (first < 0) first = last;
        }

        return first >= 0 ? (first, last) : throw new CliException(Terminal.Refused, "there is no event in this period");
    }

    /// <summary>One that witnesses have seen, where it reaches to the last event; else the newest.</summary>
    private async Task<Checkpoint> CheckpointAsync(long last, CancellationToken ct)
    {
        var reader = new HttpTileReader(client, agreement);
        if (await reader.ReadAsync("cosigned", ct) is { } cosigned && known.TryOpen(cosigned) is { } seen && seen.Size > last) return seen;
        var newest = await reader.ReadAsync("checkpoint", ct) ?? throw new CliException(Terminal.NotVerified, "the gateway shows no checkpoint of this log");
        var checkpoint = Checkpoint.Open(newest.Span, known.Verifier);
        return checkpoint.Size > last ? checkpoint : throw new CliException(Terminal.NotVerified, "the log's checkpoint is older than the events that the gateway showed");
    }

    private string Readme(PackFacts facts, Checkpoint checkpoint) => Resource("README.template.md")
        .Replace("{agreement}", agreement, StringComparison.Ordinal)
        .Replace("{origin}", known.Verifier.Name, StringComparison.Ordinal)
        .Replace("{period}", (facts.From, facts.To) switch
        {
            (null, null) => "from its beginning",
            ({ } from, null) => $"from {from}",
            (null, { } to) => $"before {to}",
            ({ } from, { } to) => $"from {from} to before {to}",
        }, StringComparison.Ordinal)
        .Replace("{first}", $"{facts.First}", StringComparison.Ordinal)
        .Replace("{last}", $"{facts.First + facts.Count - 1}", StringComparison.Ordinal)
        .Replace("{count}", $"{facts.Count}", StringComparison.Ordinal)
        .Replace("{size}", $"{checkpoint.Size}", StringComparison.Ordinal);

    /// <summary>The document behind the head of what both parties sign.</summary>
    private static YamlMappingNode Root(byte[] canonical)
    {
        var text = Encoding.UTF8.GetString(canonical);
        text = text[(text.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException)
        {
            throw new CliException(Terminal.NotVerified, "the agreement that the gateway shows isn't YAML");
        }

        return yaml.Documents is [{ RootNode: YamlMappingNode root }]
            ? root
            : throw new CliException(Terminal.NotVerified, "the agreement that the gateway shows isn't one YAML mapping");
    }

    private static string? Scalar(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlScalarNode { Value: { } value } ? value : null;

    private static string Resource(string name)
    {
        using var stream = typeof(PackWriter).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>One version of the agreement, as both parties signed it.</summary>
    private sealed record Version(int Number, byte[] Text, YamlMappingNode Document, byte[]? ClientSignature, byte[]? VendorSignature);
}
