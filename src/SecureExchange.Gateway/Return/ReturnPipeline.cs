using System.Buffers;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;

namespace SecureExchange.Gateway.Return;

/// <summary>Takes a worked file back from a vendor: an attacker's input, until it agrees with what was sent.</summary>
/// <remarks><code>
/// vendor ─► (1) authorise ─► (2) open ─► (3) parse ─► (4) check against the manifest ─► (5) re-identify
///        ─► (6) seal to the client ─► (7) verify ─► (8) log ─► (9) publish
///                                              └ or quarantine: the file as it came, sealed to the client, with the findings
/// </code>
/// (3) to (6) are one pass. What came is also spooled under the transfer's own data key, since only its last row tells
/// whether it goes into quarantine; the spool is gone before (8).</remarks>
public sealed class ReturnPipeline(
    Gate gate, AgreementStore agreements, TransferStore transfers, PartStore parts, TransferStage stage, AuditLog log,
    KeyRing keys, TokenMapStore tokenMaps, IntakeLimits limits, TimeProvider clock)
{
    private const int PieceSize = 128 * 1024;

    /// <summary>Takes a return.</summary>
    /// <param name="caller">Who brings it.</param>
    /// <param name="of">The dispatch, or the batch of records, that it answers.</param>
    /// <param name="name">Its sender's name for it, or null.</param>
    /// <param name="requestKey">Its sender's key for this request, or null.</param>
    /// <param name="body">The file.</param>
    /// <param name="length">How many bytes its sender says that it has; null: it doesn't say.</param>
    /// <param name="ct">The connection.</param>
    public async Task<ReturnResult> RunAsync(
        Caller caller, TransferId of, string? name, string? requestKey, Stream body, long? length, CancellationToken ct)
    {
        // (1)
        var admission = await gate.AdmitAsync(caller, Permission.SendReturn, of, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new ReturnResult.Denied((Admission.Refused)admission);
        var agreement = await agreements.LoadAsync(grant, ct);
        if (requestKey is not null)
        {
            try
            {
                var (made, inProgress) = await transfers.EarlierAsync(grant, requestKey, TransferKind.Return, of, ct);
                if (made is not null) return ReturnResult.Again(made);
                if (inProgress) return new ReturnResult.InProgress();
            }
            catch (TransferFaultException e)
            {
                return await RefuseAsync(grant, agreement, TransferId.New(), e.Fault);
            }
        }

        var dispatch = await transfers.FindAsync(grant, of, ct);
        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        var request = new TransferRequest(TransferKind.Return, name, requestKey, of) { Length = length, Quota = agreement.Files.Quota };
        StagedTransfer? begun;
        try
        {
            begun = await stage.BeginAsync(grant, agreementKey, request, ct);
        }
        catch (TransferFaultException e)
        {
            return await RefuseAsync(grant, agreement, TransferId.New(), e.Fault);
        }

        await using var staged = begun;
        if (staged is null) return new ReturnResult.InProgress();
        try
        {
            if (dispatch is not { Kind: TransferKind.Dispatch or TransferKind.Records }) throw new TransferFaultException(NotADispatch);
            return await TakeAsync(grant, agreement, agreementKey, dispatch, staged, body, ct);
        }
        catch (GrantWithdrawnException e)
        {
            return new ReturnResult.Denied(await gate.DenyAsync(caller, Permission.SendReturn, grant.Terms, e.Reason));
        }
        catch (Exception e) when (TransferFault.From(e) is { } fault)
        {
            return await RefuseAsync(grant, agreement, staged.Id, fault);
        }
    }

    private static TransferFault NotADispatch { get; } = new(
        "return.not-a-dispatch", "this transfer is itself a return; name the dispatch that the file answers");

    private async Task<ReturnResult> TakeAsync(
        Grant grant, Agreement agreement, AgreementKey agreementKey, Transfer dispatch, StagedTransfer staged, Stream body,
        CancellationToken ct)
    {
        // (2)
        await using var incoming = await IncomingFile.OpenAsync(
            new MeteredStream(body, staged.PassAsync), agreement.Vendor, agreement.SignedInput, keys, limits, clock.GetUtcNow(), ct);
        using var dispatchKey = agreementKey.OpenDataKey(dispatch.Id, dispatch.WrappedKey, dispatch.KeyEpoch);
        using var maskingKeys = agreementKey.MaskingKeys(dispatch.KeyEpoch); // The tokens in it are of that epoch, whatever is new since.
        using var tagKey = dispatchKey.TagKey();
        // With the profile that the dispatch was masked with, whatever the parties have agreed on since.
        var sentUnder = await agreements.LoadAsync(grant, dispatch.AgreementVersion, ct);
        using var tokens = await tokenMaps.OpenAsync(dispatch.Id, sentUnder.Profile, dispatchKey, ct);
        maskingKeys.Map = tokens;
        using var checker = new ReturnChecker(sentUnder.Profile, maskingKeys, tagKey.Span, expectedRows: dispatch.Records);
        await ReadManifestAsync(grant, dispatch, checker.LoadManifest, ct);
        await using var spool = new PartLane(await staged.SealToGatewayAsync(PartName.Spool, ct));
        await using var result = new PartLane(
            await staged.SealToAsync(PartName.Result, agreement.Client, ct),
            agreement.ResealsResults ? await staged.SealToGatewayAsync(PartName.Custody, ct) : null);
        using var piece = new PlaintextBuffer(PieceSize);
        long bytes = 0;
        try
        {
            while (await incoming.ReadAsync(piece.Memory, ct) is var length && length > 0)
            {
                bytes += length;
                await staged.PassAsync(bytes);
                if (agreement.Files.Exceeded(bytes, records: 0) is not null) break;
                spool.Output.Write(piece.Memory.Span[..length]);
                await spool.FlushAsync(ct);
                checker.Check(piece.Memory.Span[..length], result.Output); // (3) (4) (5)
                await result.FlushAsync(ct); // (6)
            }

            if (agreement.Files.Exceeded(bytes, records: 0) is not null) await incoming.DrainAsync(piece.Memory, ct);
            else checker.Complete(result.Output);
        }
        catch (RecordException)
        {
            // As at intake: nothing precise about plaintext that somebody may have altered.
            await incoming.DrainAsync(piece.Memory, ct);
            await incoming.VerifyAsync(ct);
            throw;
        }

        var origin = await incoming.VerifyAsync(ct); // (7)
        if (agreement.Files.Exceeded(bytes, records: 0) is { } tooMuch) throw new TransferFaultException(tooMuch);
        if (checker.HasFindings)
            return await QuarantineAsync(grant, agreement, sentUnder, dispatch, staged, spool, checker, origin, ct);
        await result.CompleteAsync(staged, ct);
        var report = checker.Report;
        var logged = await staged.CommitAsync( // (8) (9)
            new ReturnAccepted(
                staged.Id, dispatch.Id, origin, report.Rows, report.MissingRows, report.AddedColumns,
                MaskedFields.Of(report.Fields), staged.Parts)
            {
                SentUnder = sentUnder.Terms.Version,
            },
            report.Rows, TransferState.Published);
        return new ReturnResult.Accepted(staged.Id, report.Rows, report.MissingRows, report.AddedColumns, logged, Repeated: false);
    }

    private async Task<ReturnResult> QuarantineAsync(
        Grant grant, Agreement agreement, Agreement sentUnder, Transfer dispatch, StagedTransfer staged, PartLane spool, ReturnChecker checker,
        Origin origin, CancellationToken ct)
    {
        await ReadManifestAsync(grant, dispatch, checker.Diagnose, ct);
        await spool.CompleteAsync(staged, ct);
        var returned = await staged.SealToAsync(PartName.Returned, agreement.Client, ct);
        await using (var came = await staged.OpenAsync(PartName.Spool, ct))
        {
            while (await came.ReadAsync(ct) is { IsEmpty: false } piece) await returned.WriteAsync(piece, ct);
        }

        await staged.CompleteAsync(returned, ct);
        if (!agreement.ResealsResults) await staged.DropAsync(PartName.Spool, ct);
        var named = checker.Findings; // Before the report: naming them is what counts the rows that are missing.
        var report = checker.Report;
        var findings = new ReturnFindings(report.TotalFindings, named);
        var written = await staged.SealToGatewayAsync(PartName.Findings, ct);
        await written.WriteAsync(findings.ToJson(), ct);
        await staged.CompleteAsync(written, ct);
        var logged = await staged.CommitAsync(
            new ReturnQuarantined(staged.Id, dispatch.Id, origin, report.Rows, report.TotalFindings, staged.Parts)
            {
                SentUnder = sentUnder.Terms.Version,
            },
            report.Rows, TransferState.Quarantined);
        return new ReturnResult.Quarantined(staged.Id, findings, logged);
    }

    private async Task ReadManifestAsync(Grant grant, Transfer dispatch, ManifestReader read, CancellationToken ct)
    {
        await using var manifest = await parts.OpenOwnAsync(grant, dispatch, PartName.Manifest, ct);
        while (await manifest.ReadAsync(ct) is { IsEmpty: false } piece) read(piece.Span);
    }

    private async Task<ReturnResult> RefuseAsync(Grant grant, Agreement agreement, TransferId transfer, TransferFault fault) =>
        new ReturnResult.Refused(fault, await log.AppendAsync(
            new TransferRefused(AuditEventKind.ReturnRefused, transfer, fault.Code, fault.Row, fault.LoggedField(agreement.Profile))
            {
                Caller = grant.Caller,
                Terms = grant.Terms,
            }));

    private delegate void ManifestReader(ReadOnlySpan<byte> piece);
}
