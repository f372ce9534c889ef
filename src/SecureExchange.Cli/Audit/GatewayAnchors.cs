using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Cli.Audit;

/// <summary>What a gateway's own log says of its agreements' logs (docs/formats/audit-event.md, <c>checkpoints.anchored</c>).</summary>
internal sealed class GatewayAnchors
{
    private readonly Dictionary<string, List<LogAnchor>> _anchors = new(StringComparer.Ordinal);

    /// <summary>What is said of one log.</summary>
    internal IReadOnlyList<LogAnchor> Of(NoteVerifier log)
    {
        var tag = $"log:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log.ToString())).AsSpan(0, 16))}";
        return _anchors.TryGetValue(tag, out var found) ? found : [];
    }

    /// <summary>Takes an entry of the gateway's log, whose hash has been checked.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    internal string? Take(LogEntry entry)
    {
        try
        {
            using var document = JsonDocument.Parse(entry.Data);
            var root = document.RootElement;
            if (!root.TryGetProperty("kind", out var kind) || !kind.ValueEquals("checkpoints.anchored")) return null;
            foreach (var anchor in root.GetProperty("anchors").EnumerateArray())
            {
                var tag = anchor.GetProperty("log").GetString()!;
                if (!_anchors.TryGetValue(tag, out var anchors)) _anchors[tag] = anchors = [];
                anchors.Add(new LogAnchor(
                    anchor.GetProperty("size").GetInt64(), MerkleHash.Read(anchor.GetProperty("root").GetBytesFromBase64()),
                    string.Create(CultureInfo.InvariantCulture, $"entry {entry.Index} of the gateway's log")));
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return "it isn't an event as this sx knows them";
        }
    }
}
