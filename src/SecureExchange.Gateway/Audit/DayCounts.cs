using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Gateway.Audit;

/// <summary>How many events of each kind and caller there were, and each recipient's last number.</summary>
public sealed class DayCounts
{
    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _callers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _numbers = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Kinds => _kinds;

    public IReadOnlyDictionary<string, long> Callers => _callers;

    /// <summary>The last number of each recipient who got something in this time.</summary>
    public IReadOnlyDictionary<string, long> Numbers => _numbers;

    /// <summary>Whether more has happened than that days were closed.</summary>
    internal bool HasEvents { get; private set; }

    /// <summary><c>sha256:…</c> over a line <c>caller count</c> for each caller, in the order of their bytes.</summary>
    internal string CallersDigest => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Concat(_callers.Select(c => $"{c.Key} {c.Value}\n")))))}";

    internal void Add(EntryOutline entry)
    {
        _kinds[entry.Kind] = _kinds.GetValueOrDefault(entry.Kind) + 1;
        if (entry.Caller is { } caller) _callers[caller] = _callers.GetValueOrDefault(caller) + 1;
        if (entry.Recipient is { } recipient) _numbers[recipient] = entry.Number;
        HasEvents |= !entry.IsDayClosed;
    }
}
