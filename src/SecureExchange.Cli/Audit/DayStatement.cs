using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Cli.Audit;

/// <summary>A <c>day.closed</c>: what a log says of the entries that came before it (docs/formats/audit-event.md).</summary>
internal sealed class DayStatement
{
    internal required long Index { get; init; }

    internal required long Number { get; init; }

    internal required DateOnly Since { get; init; }

    internal required DateOnly Day { get; init; }

    internal required long From { get; init; }

    internal required long Size { get; init; }

    internal required MerkleHash Root { get; init; }

    internal required Dictionary<string, long> Kinds { get; init; }

    internal required Dictionary<string, long> Numbers { get; init; }

    internal required Dictionary<string, long>? Callers { get; init; }

    internal required string? CallersDigest { get; init; }

    internal LogAnchor Anchor => new(Size, Root, string.Create(CultureInfo.InvariantCulture, $"entry {Index}"));

    internal static DayStatement Read(LogEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Data);
        var root = json.RootElement;
        return new DayStatement
        {
            Index = entry.Index,
            Number = root.GetProperty("number").GetInt64(),
            Since = Date(root.GetProperty("since")),
            Day = Date(root.GetProperty("day")),
            From = root.GetProperty("from").GetInt64(),
            Size = root.GetProperty("size").GetInt64(),
            Root = MerkleHash.Read(root.GetProperty("root").GetBytesFromBase64()),
            Kinds = Counts(root.GetProperty("kinds"), "kind", "count"),
            Numbers = Counts(root.GetProperty("recipients"), "recipient", "number"),
            Callers = root.TryGetProperty("callers", out var callers) ? Counts(callers, "caller", "count") : null,
            CallersDigest = root.TryGetProperty("callers_digest", out var digest) ? digest.GetString() : null,
        };
    }

    /// <summary>Whether the entries are those that it counts: null, or what differs.</summary>
    internal string? Differs(IEnumerable<EventOutline> entries)
    {
        var kinds = new Dictionary<string, long>();
        var callers = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var numbers = new Dictionary<string, long>();
        foreach (var entry in entries)
        {
            kinds[entry.Kind] = kinds.GetValueOrDefault(entry.Kind) + 1;
            if (entry.Caller is { } caller) callers[caller] = callers.GetValueOrDefault(caller) + 1;
            if (entry.Recipient is { } recipient) numbers[recipient] = entry.Number;
        }

        foreach (var kind in kinds.Keys.Union(Kinds.Keys))
        {
            if (kinds.GetValueOrDefault(kind) != Kinds.GetValueOrDefault(kind))
                return $"it counts {Kinds.GetValueOrDefault(kind)} of {kind}, and there are {kinds.GetValueOrDefault(kind)}";
        }

        if (!Same(numbers, Numbers)) return "a recipient's last number isn't the one that it states";
        var sameCallers = Callers is { } stated ? Same(callers, stated) : CallersDigest == DigestOf(callers);
        return sameCallers ? null : "it counts other events of a caller than there are";
    }

    private static bool Same(IReadOnlyDictionary<string, long> one, Dictionary<string, long> other) =>
        one.Count == other.Count && one.All(count => other.TryGetValue(count.Key, out var value) && value == count.Value);

    private static string DigestOf(SortedDictionary<string, long> callers) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Concat(callers.Select(c => $"{c.Key} {c.Value}\n")))))}";

    private static Dictionary<string, long> Counts(JsonElement list, string item, string count) =>
        list.EnumerateArray().ToDictionary(e => e.GetProperty(item).GetString()!, e => e.GetProperty(count).GetInt64());

    private static DateOnly Date(JsonElement text) => DateOnly.ParseExact(text.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
