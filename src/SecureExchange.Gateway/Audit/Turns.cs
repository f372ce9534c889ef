namespace SecureExchange.Gateway.Audit;

/// <summary>Gives each of many a turn once in a period, evenly over it: ten thousand don't come all at once.</summary>
/// <remarks>Not for several callers at once.</remarks>
/// <param name="period">Between two turns of the same.</param>
/// <param name="list">All there are; asked once in a period.</param>
internal sealed class Turns<T>(TimeSpan period, Func<CancellationToken, Task<IReadOnlyList<T>>> list)
{
    private IReadOnlyList<T> _all = [];
    private DateTimeOffset? _begun;
    private int _given;
    private int _due;

    /// <summary>Whose turn it is; of the first call, everybody's. They stay due until <see cref="Done"/>.</summary>
    internal async Task<IReadOnlyList<T>> DueAsync(DateTimeOffset now, CancellationToken ct)
    {
        if (_begun is not { } begun)
        {
            _all = await list(ct);
            return _all;
        }

        if (_given == _all.Count && now - begun >= period)
        {
            _all = await list(ct);
            _given = 0;
            _begun = begun = now - begun < 2 * period ? begun + period : now - period;
        }

        _due = (int)Math.Min(_all.Count, _all.Count * ((now - begun) / period));
        return [.. _all.Skip(_given).Take(_due - _given)];
    }

    /// <summary>Those that were due have had their turn.</summary>
    internal void Done(DateTimeOffset now)
    {
        if (_begun is null) _begun = now;
        else _given = Math.Max(_given, _due);
    }
}
