using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Storage;

/// <summary>Settles what a crash or an outage left unfinished: what its log has accepted is published, the rest is
/// removed. Runs at start, before the first request, and now and then.</summary>
/// <remarks>The event in the log is the point of no return. The code that publishes here is the one that publishes on an
/// ordinary day.</remarks>
public sealed class Recovery(
    BlobStore blobs, TransferStore transfers, AgreementStore agreements, AgreementDesk desk, RevealStore reveals, RevealDesk revealDesk, CertificateStore certificates, CertificateDesk certificateDesk,
    ResealStore reseals, Resealing resealing, TransferStage stage, AuditLog log)
{
    private static readonly string s_held = AuditEventKindNames.Of(AuditEventKind.DispatchHeld);
    private static readonly string s_released = AuditEventKindNames.Of(AuditEventKind.DispatchReleased);
    private static readonly string s_quarantined = AuditEventKindNames.Of(AuditEventKind.ReturnQuarantined);

    /// <summary>Settles everything that is unsettled.</summary>
    /// <returns>How many transfers and steps of agreements and reveals that was.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var settled = 0;
        foreach (var pending in await agreements.UnsettledAsync(ct))
        {
            try
            {
                if (await desk.InTurnAsync(() => SettleAsync(pending, agreements.UnsettledAsync, agreements.PublishAsync, agreements.ForgetAsync, ct), ct)) settled++;
            }
            catch (Exception e) when (IsOfOneLog(e))
            {
                // As below.
            }
        }

        foreach (var pending in await reveals.UnsettledAsync(ct))
        {
            try
            {
                if (await revealDesk.InTurnAsync(() => SettleAsync(pending, reveals.UnsettledAsync, reveals.PublishAsync, reveals.ForgetAsync, ct), ct)) settled++;
            }
            catch (Exception e) when (IsOfOneLog(e))
            {
                // As below.
            }
        }

        foreach (var pending in await certificates.UnsettledAsync(ct))
        {
            try
            {
                if (await certificateDesk.InTurnAsync(() => SettleAsync(pending, certificates.UnsettledAsync, certificates.PublishAsync, certificates.ForgetAsync, ct), ct)) settled++;
            }
            catch (Exception e) when (IsOfOneLog(e))
            {
                // As below.
            }
        }

        foreach (var pending in await reseals.UnsettledAsync(ct))
        {
            try
            {
                if (await resealing.InTurnAsync(() => SettleAsync(pending, reseals.UnsettledAsync, resealing.PublishAsync, resealing.ForgetAsync, ct), ct)) settled++;
            }
            catch (Exception e) when (IsOfOneLog(e))
            {
                // As below.
            }
        }

        foreach (var byAgreement in (await transfers.UnsettledAsync(ct)).Where(t => !stage.IsActive(t.Id)).GroupBy(t => t.Agreement))
        {
            try
            {
                settled += await SettleAsync(byAgreement.Key, [.. byAgreement.Select(t => t.Id)], ct);
            }
            catch (Exception e) when (IsOfOneLog(e))
            {
                // One agreement's damaged log must not hold up the others. Its transfers stay unseen until it's mended.
            }
        }

        return settled;
    }

    private static bool IsOfOneLog(Exception e) =>
        e is LogUnavailableException or TransparencyException or LogRolledBackException or LogStoppedException;

    /// <summary>Publishes a step that its log has, and forgets one that it hasn't. The first step of an agreement whose log
    /// hasn't begun stays as it is, unseen, until whoever made the agreement makes it again.</summary>
    private async Task<bool> SettleAsync(
        UnsettledStep pending, Func<CancellationToken, Task<IReadOnlyList<UnsettledStep>>> unsettled, Func<string, LoggedEvent, Task> publish,
        Func<string, Task> forget, CancellationToken ct)
    {
        // Read again, now that no step is on its way: this one may have been finished since the list was made.
        if (!(await unsettled(ct)).Contains(pending)) return false;
        var name = LogName.Of(pending.Agreement);
        if (!await log.ExistsAsync(name, ct)) return false;
        var terms = await agreements.TermsAsync(pending.Agreement, ct);
        if (terms is not null) await log.AppendAsync(new RecoveryRan(1) { Terms = terms });
        if (await FindAsync(name, pending.LogSize, e => Has(e, "step", pending.Step), ct) is { } accepted)
        {
            await publish(pending.Step, new LoggedEvent(name, accepted.Index));
            return true;
        }

        if (terms is not null) await forget(pending.Step);
        return terms is not null;
    }

    private async Task<int> SettleAsync(AgreementId agreement, IReadOnlyList<TransferId> ids, CancellationToken ct)
    {
        // Read again, now that no request works on them: one may have published its transfer since the list was made.
        var pending = (await transfers.UnsettledAsync(ct)).Where(t => ids.Contains(t.Id)).ToList();
        if (pending.Any(t => t.State is TransferState.Staged or TransferState.Releasing) && await agreements.TermsAsync(agreement, ct) is { } terms)
            await log.AppendAsync(new RecoveryRan(pending.Count) { Terms = terms });
        foreach (var transfer in pending) await SettleAsync(transfer, ct);
        return pending.Count;
    }

    private async Task SettleAsync(UnsettledTransfer pending, CancellationToken ct)
    {
        var name = LogName.Of(pending.Agreement);
        if (pending.State == TransferState.Releasing)
        {
            if (await FindAsync(name, pending.LogSize, e => Has(e, "transfer", pending.Id.Value) && Has(e, "kind", s_released), ct) is { } released)
                await transfers.PublishAsync(pending.Id, TransferState.Published, new LoggedEvent(name, released.Index));
            else
                await transfers.HeldAgainAsync(pending.Id);
            return;
        }

        if (pending.State == TransferState.Staged
            && await FindAsync(name, pending.LogSize, e => Has(e, "transfer", pending.Id.Value) && Accepts(e), ct) is { } accepted)
        {
            var state = accepted.Kind == s_quarantined ? TransferState.Quarantined
                : accepted.Kind == s_held ? TransferState.Held
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
            || kind == s_held
            || kind == AuditEventKindNames.Of(AuditEventKind.RecordsAccepted)
            || kind == AuditEventKindNames.Of(AuditEventKind.ReturnAccepted)
            || kind == s_quarantined);
}
