namespace SecureExchange.Transparency.Fsck;

/// <summary>Collects findings, up to a limit.</summary>
internal sealed class Findings(int limit)
{
    private readonly List<FsckFinding> _list = [];

    internal IReadOnlyList<FsckFinding> List => _list;

    internal void Add(FsckFindingKind kind, string? path, long? index, string text)
    {
        if (_list.Count < limit) _list.Add(new FsckFinding(kind, path, index, text));
        else if (_list.Count == limit)
            _list.Add(new FsckFinding(FsckFindingKind.MoreFindings, null, null, $"the rest isn't listed: more than {limit} findings"));
    }
}
