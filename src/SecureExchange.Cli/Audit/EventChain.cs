using System.Runtime.InteropServices;
using System.Text.Json;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Cli.Audit;

/// <summary>Holds what a log's entries say of themselves and of each other together: their index, each recipient's numbers,
/// and the statements that close its days. So an event that was taken out or moved is found even where the tree was
/// rebuilt around it and signed again with the log's own key.</summary>
/// <remarks>Takes all entries in order. Keeps the outlines since the last statement.</remarks>
internal sealed class EventChain
{
    /// <summary>Several gateways' clocks, and what waits for the store around midnight.</summary>
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly List<EventOutline> _open = [];
    private readonly List<DayStatement> _statements = [];
    private (long Index, DayStatement? Statement) _newest = (-1, null);

    /// <summary>In their order.</summary>
    internal IReadOnlyList<DayStatement> Statements => _statements;

    /// <summary>How many entries no statement counts yet.</summary>
    internal int Open => _open.Count;

    /// <summary>What an entry says of the log's root before it.</summary>
    internal LogAnchor? ReadStatement(LogEntry entry) => Find(entry)?.Anchor;

    /// <returns>Null, or what is wrong.</returns>
    /// <param name="entry">The next one.</param>
    /// <param name="outline">What it says, where it can be read.</param>
    internal string? Take(LogEntry entry, out EventOutline outline)
    {
        outline = default;
        try
        {
            outline = EventOutline.Read(entry.Data.Span, _names);
            return CheckPlace(entry.Index, outline) ?? CheckNumber(outline) ?? CheckStatement(entry);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return "it isn't an event as this sx knows them";
        }
        finally
        {
            _open.Add(outline);
        }
    }

    private static string? CheckPlace(long index, EventOutline outline) => outline.Index == index
        ? null
        : $"it says that it is entry {outline.Index}: something was taken out, put in or moved";

    private string? CheckNumber(EventOutline outline)
    {
        if (outline.Recipient is not { } recipient)
            return EventOutline.HandsOver(outline.Kind) ? $"a {outline.Kind} names who got it, and this one doesn't" : null;
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, recipient, out _);
        var expected = last + 1;
        last = outline.Number;
        return outline.Number == expected
            ? null
            : $"it is number {outline.Number} of what {recipient} got, and should be {expected}: something was taken out, put in or moved";
    }

    private string? CheckStatement(LogEntry entry)
    {
        if (Find(entry) is not { } statement) return null;
        var before = _statements.Count > 0 ? _statements[^1] : null;
        _statements.Add(statement);
        var counted = statement.Size - (before?.Size ?? 0);
        if (statement.Number != (before?.Number ?? 0) + 1)
            return $"it is statement {statement.Number} of the log, and should be {(before?.Number ?? 0) + 1}: a day's statement was taken out, put in or moved";
        if (statement.From != (before?.Size ?? 0) || counted < 0 || counted > _open.Count || statement.Since > statement.Day
            || (before is not null && statement.Since != before.Day.AddDays(1)))
        {
            return "it doesn't go on where the statement before it ended";
        }

        var entries = _open.GetRange(0, (int)counted);
        _open.RemoveRange(0, (int)counted);
        if (statement.Differs(entries) is { } difference) return $"it closes {statement.Day:yyyy-MM-dd}, and {difference}";
        var (first, end) = (Midnight(statement.Since) - s_tolerance, Midnight(statement.Day.AddDays(1)) + s_tolerance);
        return entries.Any(e => e.At < first || e.At >= end)
            ? $"it closes {statement.Since:yyyy-MM-dd} to {statement.Day:yyyy-MM-dd}, and counts an event of another day"
            : null;
    }

    /// <summary>Called twice for each entry: once for the tree, once for the chain.</summary>
    private DayStatement? Find(LogEntry entry)
    {
        if (_newest.Index == entry.Index) return _newest.Statement;
        if (entry.Data.Span.IndexOf("\"kind\":\"day.closed\""u8) < 0) return null;
        try
        {
            _newest = (entry.Index, DayStatement.Read(entry));
        }
        catch (Exception e) when (IsMalformed(e))
        {
            _newest = (entry.Index, null);
        }

        return _newest.Statement;
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static bool IsMalformed(Exception e) =>
        e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException;
}
