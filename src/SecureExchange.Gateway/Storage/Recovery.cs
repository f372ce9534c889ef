using System.Text.Json;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Storage;

/// <summary>Settles what a crash or an outage left unfinished: what its log has accepted is published, the rest is
/// removed. Runs at start, before the first request, and now and then.</summary>
/// <remarks>The event in the log is the point of no return. The code that publishes here is the one that publishes on an
/// ordinary day.</remarks>
public sealed class Recovery(
    BlobStore blobs, TransferStore transfers, AgreementStore agreements, TransferStage stage, AuditLog log)
{
    /// <summary>Settles everything that is unsettled.</summary>
    /// <returns>How many transfers and agreements that was.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var settled = 0;
        foreach (var pending in await agreements.UnsettledAsync(ct))
        {
            var name = LogName.Of(pending.Id);
            // Otherwise it stays unseen, until whoever made it makes it again.
            if (await FindAsync(name, 0, e => Has(e, "agreement_version", pending.Version), ct) is not { } accepted) continue;
            await agreements.PublishAsync(pending.Id, new LoggedEvent(name, accepted.Index));
            settled++;
        }

        foreach (var byAgreement in (await transfers.UnsettledAsync(ct)).Where(t => !stage.IsActive(t.Id)).GroupBy(t => t.Agreement))
        {
            if (byAgreement.Any(t => t.State == TransferState.Staged)
                && await agreements.TermsAsync(byAgreement.Key, ct) is { } terms)
                await log.AppendAsync(new RecoveryRan(byAgreement.Count()) { Terms = terms });
            foreach (var pending in byAgreement)
            {
                await SettleAsync(pending, ct);
                settled++;
            }
        }

        return settled;
    }

    private async Task SettleAsync(UnsettledTransfer pending, CancellationToken ct)
    {
        var name = LogName.Of(pending.Agreement);
        if (pending.State == TransferState.Staged
            && await FindAsync(name, pending.LogSize, e => Has(e, "transfer", pending.Id.Value) && Accepts(e), ct) is { } accepted)
        {
            var state = accepted.Kind == AuditEventKindNames.Of(AuditEventKind.ReturnQuarantined)
                ? TransferState.Quarantined
                : TransferState.Published;
            await transfers.PublishAsync(pending.Id, state, new LoggedEvent(name, accepted.Index));
            return;
        }

        await foreach (var blob in blobs.ListAsync(StagedTransfer.PartBlob(pending.Id, "x").Value[..^1], ct))
            await blobs.DeleteAsync(blob, ct);
        await transfers.ForgetAsync(pending.Id);
    }

    private async Task<(long Index, string Kind)?> FindAsync(LogName name, long from, Func<JsonElement, bool> wanted, CancellationToken ct)
    {
        await foreach (var entry in log.ReadAsync(name, from, long.MaxValue, ct))
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (wanted(json.RootElement)) return (entry.Index, json.RootElement.GetProperty("kind").GetString()!);
        }

        return null;
    }

    private static bool Has(JsonElement entry, string name, string value) =>
        entry.TryGetProperty(name, out var found) && found.ValueEquals(value);

    private static bool Accepts(JsonElement entry) => entry.GetProperty("kind").GetString() is { } kind
        && (kind == AuditEventKindNames.Of(AuditEventKind.DispatchAccepted)
            || kind == AuditEventKindNames.Of(AuditEventKind.RecordsAccepted)
            || kind == AuditEventKindNames.Of(AuditEventKind.ReturnAccepted)
            || kind == AuditEventKindNames.Of(AuditEventKind.ReturnQuarantined));
}
