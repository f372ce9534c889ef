using System.Globalization;
using System.Text.Json;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Cli.Audit;

/// <summary>Says what each party got under an agreement in some days, and that it got nothing else.</summary>
internal sealed class Completeness(DateOnly? from, DateOnly to)
{
    private readonly EventChain _chain = new();
    private readonly SortedDictionary<string, Got> _parties = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Caller, string Kind), long> _callers = [];
    private string? _client;
    private string? _vendor;
    private DateOnly? _first;

    internal EventChain Chain => _chain;

    /// <returns>Null, or what is wrong.</returns>
    internal string? Take(LogEntry entry)
    {
        var wrong = _chain.Take(entry, out var outline);
        if (outline.Kind is null) return wrong;
        _first ??= outline.Day;
        if (outline.Kind == "agreement.created") ReadParties(entry);
        if (outline.Day > to || outline.Day < from) return wrong;
        if (outline.Caller is { } caller) _callers[(caller, outline.Kind)] = _callers.GetValueOrDefault((caller, outline.Kind)) + 1;
        if (outline.Recipient is not { } recipient) return wrong;
        if (!_parties.TryGetValue(recipient, out var got)) _parties[recipient] = got = new Got();
        got.Take(outline, entry);
        return wrong;
    }

    /// <summary>What is missing for the days to be whole; null for nothing. For a log whose entries are all right.</summary>
    internal string? Missing()
    {
        if (_first is not { } first || _client is null) return "the log doesn't begin with its agreement";
        if (to < first) return $"the agreement began on {Text(first)}, after the days that were asked for";
        var closed = _chain.Statements.Count > 0 ? _chain.Statements[^1].Day : first.AddDays(-1);
        return closed >= to
            ? null
            : $"the days {Text(closed.AddDays(1))} to {Text(to)} aren't closed: no statement says that what is here of them is all there was";
    }

    /// <summary>The sentences for people.</summary>
    internal IEnumerable<string> Describe()
    {
        var begin = from is { } asked && asked > _first ? asked : _first!.Value;
        yield return $"{Text(begin)} to {Text(to)}: every day is closed by a signed statement, and every event is in its place";
        foreach (var ((caller, kind), count) in _callers) yield return string.Create(CultureInfo.InvariantCulture, $"{caller}: {kind} {count}");
        foreach (var (party, got) in _parties.Where(p => p.Key != _vendor && p.Key != _client)) yield return got.Describe($"party {party}");
        yield return _parties.GetValueOrDefault(_client!, new Got()).Describe($"client {_client}");
        yield return _parties.GetValueOrDefault(_vendor!, new Got()).Describe($"vendor {_vendor}");
    }

    private void ReadParties(LogEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Data);
        _client = json.RootElement.TryGetProperty("client", out var client) ? client.GetString() : null;
        _vendor = json.RootElement.TryGetProperty("vendor", out var vendor) ? vendor.GetString() : null;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What one party got.</summary>
    private sealed class Got
    {
        private readonly HashSet<string> _transfers = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, long> _others = new(StringComparer.Ordinal);
        private long _fetches;
        private long _reveals;
        private long _first;
        private long _last;

        internal void Take(EventOutline outline, LogEntry entry)
        {
            if (_first == 0) _first = outline.Number;
            _last = outline.Number;
            switch (outline.Kind)
            {
                case "content.fetched" or "records.fetched":
                    _fetches++;
                    AddTransfers(entry);
                    break;
                case "reveal.shown":
                    _reveals++;
                    break;
                default:
                    _others[outline.Kind] = _others.GetValueOrDefault(outline.Kind) + 1;
                    break;
            }
        }

        internal string Describe(string who)
        {
            var others = string.Concat(_others.Select(o => string.Create(CultureInfo.InvariantCulture, $", {o.Value} {o.Key}")));
            var numbers = _last == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (its events {_first} to {_last}, {_fetches} of them fetches)");
            return string.Create(
                CultureInfo.InvariantCulture, $"{who} fetched exactly {Count(_transfers.Count, "transfer")}, {Count(_reveals, "reveal")}{others}, nothing else{numbers}");
        }

        private static string Count(long count, string what) =>
            string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

        private void AddTransfers(LogEntry entry)
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (json.RootElement.TryGetProperty("transfer", out var one)) _transfers.Add(one.GetString()!);
            if (!json.RootElement.TryGetProperty("transfers", out var several)) return;
            foreach (var transfer in several.EnumerateArray()) _transfers.Add(transfer.GetString()!);
        }
    }
}
