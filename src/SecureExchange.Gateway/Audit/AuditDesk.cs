using SecureExchange.Access;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Gateway.Audit;

/// <summary>Shows logs to those who may read them. The gateway's own is public as tiles, so that anybody can watch it; through
/// the API, with its search, it's the operator's.</summary>
public sealed class AuditDesk(Gate gate, AuditLog log, DayClosing days, BlobStore blobs, AgreementStore agreements)
{
    /// <summary>The logs that a caller may read: those of its party's agreements.</summary>
    public async Task<IReadOnlyList<LogName>> LogsAsync(Caller caller, CancellationToken ct)
    {
        var readable = new List<LogName> { LogName.Gateway };
        foreach (var terms in await agreements.OfPartyAsync(caller.Party, ct))
        {
            if (AccessPolicy.Decide(caller, Permission.ReadLog, terms, DateTimeOffset.MaxValue) is AccessDecision.Granted)
                readable.Add(LogName.Of(terms.Id));
        }

        return readable;
    }

    /// <summary>Asks for a log by its name in the URL.</summary>
    public async Task<(Admission Admission, LogName Name)> AdmitAsync(Caller caller, string name, CancellationToken ct)
    {
        if (name == LogName.Gateway.Value) return (await gate.AdmitToGatewayLogAsync(caller), LogName.Gateway);
        AgreementId? id = AgreementId.TryParse(name, out var parsed) ? parsed : null;
        return (await gate.AdmitAsync(caller, Permission.ReadLog, id, ct), id is null ? default : LogName.Of(parsed));
    }

    /// <summary>Asks to have a log verified again; nothing of it is read.</summary>
    public async Task<(Admission Admission, LogName Name)> AdmitRecheckAsync(Caller caller, string name, CancellationToken ct)
    {
        var admission = await gate.AdmitToRecheckAsync(caller);
        if (admission is not Admission.Admitted || name == LogName.Gateway.Value) return (admission, LogName.Gateway);
        return AgreementId.TryParse(name, out var id) && await agreements.ExistsAsync(id, ct)
            ? (admission, LogName.Of(id))
            : (await gate.DenyAsync(caller, Permission.RecheckLog, terms: null, DenialReason.NotFound), default);
    }

    /// <summary>One of a log's public objects: <c>checkpoint</c>, <c>cosigned</c>, <c>vkey</c>, a statement about its key, or a tile; null where there is none.</summary>
    /// <remarks>Reading tiles makes no events: a log that grows by being read is never fully read.</remarks>
    public async Task<ReadOnlyMemory<byte>?> ReadObjectAsync(LogName name, string path, CancellationToken ct)
    {
        if (!(path is "vkey" or WitnessRounds.CosignedPath || TileReader.IsServed(path) || KeyStatement.IsPath(path)) || !BlobName.TryParse($"{name.Folder}/{path}", out var blob)) return null;
        return (await blobs.GetAsync(blob, ct))?.Content;
    }

    /// <summary>Entries <paramref name="from"/> up to, not including, <paramref name="to"/>. The reading is an event. Days that
    /// are over are closed before, empty ones too: who reads a log finds out what there wasn't.</summary>
    public async Task<(LoggedEvent Logged, IAsyncEnumerable<LogEntry> Entries)> ReadAsync(
        Grant grant, long from, long to, CancellationToken ct)
    {
        var name = LogOf(grant);
        await CloseDaysAsync(name, ct);
        var end = Math.Min(to, await log.SizeAsync(name));
        var logged = await log.AppendAsync(new EventsRead(from, Math.Max(from, end)) { Caller = grant.Caller, Terms = grant.Terms });
        return (logged, from < end ? log.ReadAsync(name, from, end, ct) : AsyncEnumerable.Empty<LogEntry>());
    }

    /// <summary>Closes the days that are over, for who is about to read a log.</summary>
    internal Task CloseDaysAsync(LogName name, CancellationToken ct) => days.CloseAsync(name, evenIfIdle: true, ct);

    /// <summary>The proof that an entry is in its log (C2SP tlog-proof); null where the log has no such entry. The reading
    /// is an event.</summary>
    public async Task<(LoggedEvent Logged, string? Proof)> ProveAsync(Grant grant, long index, CancellationToken ct)
    {
        var name = LogOf(grant);
        var isThere = index >= 0 && index < await log.SizeAsync(name);
        var logged = await log.AppendAsync(new EventsRead(index, index + 1) { Caller = grant.Caller, Terms = grant.Terms });
        return (logged, isThere ? await log.ProveAsync(name, index, ct) : null);
    }

    /// <summary>The log that a grant to read opens.</summary>
    internal static LogName LogOf(Grant grant) => grant.Require(Permission.ReadLog, Permission.ReadGatewayLog).Terms is { } terms
        ? LogName.Of(terms.Id)
        : LogName.Gateway;
}
