using System.Buffers;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;

namespace SecureExchange.Gateway.Intake;

/// <summary>Takes one file from a client, and leaves a masked copy sealed to the vendor and the original sealed to the
/// client.</summary>
/// <remarks><code>
/// client ─► (1) authorise ─► (2) open ─► (3) parse ─► (4) mask ─┬► (5) seal to the vendor ─┐
///                                                   original ──┴► (5) seal to the client ─┴► (6) verify, assess
///                        (5) under the transfer's own key: the manifest, and values that don't turn back where the agreement says so
///        ─► (7) log ─► (8) publish
///                 └ or hold, where a gate of the profile isn't passed
/// </code>
/// Plaintext exists between (2) and (5), one piece at a time. Until (8) the parts are staged and nobody can fetch them.
/// After a crash there is either an unseen stage, which is removed, or a logged one, which is published at the start.
/// </remarks>
public sealed class DispatchPipeline(
    Gate gate, AgreementStore agreements, TransferStore transfers, TransferStage stage, AuditLog log, KeyRing keys,
    Attestor attestor, TokenMapStore tokenMaps, IntakeLimits limits, TimeProvider clock)
{
    /// <summary>Bytes that are read, masked and sealed at a time. Two OpenPGP chunks: larger buys nothing measurable.</summary>
    private const int PieceSize = 128 * 1024;

    /// <summary>Takes a file.</summary>
    /// <param name="caller">Who sends it.</param>
    /// <param name="id">Under which agreement.</param>
    /// <param name="name">Its sender's name for it, or null.</param>
    /// <param name="requestKey">Its sender's key for this request, or null.</param>
    /// <param name="body">The file.</param>
    /// <param name="length">How many bytes its sender says that it has; null: it doesn't say.</param>
    /// <param name="ct">The connection.</param>
    public async Task<IntakeResult> RunAsync(
        Caller caller, AgreementId id, string? name, string? requestKey, Stream body, long? length, CancellationToken ct)
    {
        // (1)
        var admission = await gate.AdmitAsync(caller, Permission.SendDispatch, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new IntakeResult.Denied((Admission.Refused)admission);
        var agreement = await agreements.LoadAsync(grant, ct);
        if (requestKey is not null)
        {
            try
            {
                var (made, inProgress) = await transfers.EarlierAsync(grant, requestKey, TransferKind.Dispatch, returnOf: null, ct);
                if (made is not null) return IntakeResult.Accepted.Again(made);
                if (inProgress) return new IntakeResult.InProgress();
            }
            catch (TransferFaultException e)
            {
                return await RefuseAsync(grant, agreement, TransferId.New(), e.Fault);
            }
        }

        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        var request = new TransferRequest(TransferKind.Dispatch, name, requestKey) { Length = length, Quota = agreement.Files.Quota };
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
        if (staged is null) return new IntakeResult.InProgress();
        try
        {
            return await TakeAsync(grant, agreement, agreementKey, staged, body, ct);
        }
        catch (GrantWithdrawnException e)
        {
            return new IntakeResult.Denied(await gate.DenyAsync(caller, Permission.SendDispatch, grant.Terms, e.Reason));
        }
        catch (Exception e) when (TransferFault.From(e) is { } fault)
        {
            return await RefuseAsync(grant, agreement, staged.Id, fault);
        }
    }

    private async Task<IntakeResult> TakeAsync(
        Grant grant, Agreement agreement, AgreementKey agreementKey, StagedTransfer staged, Stream body, CancellationToken ct)
    {
        // (2)
        await using var incoming = await IncomingFile.OpenAsync(
            new MeteredStream(body, staged.PassAsync), agreement.Client, agreement.SignedInput, keys, limits, clock.GetUtcNow(), ct);
        await using var masked = new PartLane(
            await staged.SealToAsync(PartName.Masked, agreement.Vendor, ct),
            agreement.Reseals ? await staged.SealToGatewayAsync(PartName.Custody, ct) : null);
        await using var original = new PartLane(await staged.SealToAsync(PartName.Original, agreement.Client, ct));
        await using var manifest = new PartLane(await staged.SealToGatewayAsync(PartName.Manifest, ct));
        await using var kept = agreement.CustodyOfOriginals ? new PartLane(await staged.SealToGatewayAsync(PartName.Originals, ct)) : null;
        using var maskingKeys = agreementKey.MaskingKeys(agreementKey.Epoch);
        using var tokens = await tokenMaps.BeginAsync(grant, agreement.Profile, agreementKey, ct);
        maskingKeys.Map = tokens?.Map;
        using var tagKey = staged.DataKey.TagKey();
        using var masker = new Masker(agreement.Profile, maskingKeys, tagKey.Span);
        using var piece = new PlaintextBuffer(PieceSize);
        long bytes = 0;
        try
        {
            while (await incoming.ReadAsync(piece.Memory, ct) is var length && length > 0)
            {
                bytes += length;
                await staged.PassAsync(bytes);
                if (agreement.Files.Exceeded(bytes, records: 0) is not null) break;
                original.Output.Write(piece.Memory.Span[..length]);
                await original.FlushAsync(ct); // (5)
                masker.Mask(piece.Memory.Span[..length], masked.Output, manifest.Output, kept?.Output); // (3) (4)
                await masked.FlushAsync(ct); // (5)
                await manifest.FlushAsync(ct);
                if (kept is not null) await kept.FlushAsync(ct);
            }

            if (agreement.Files.Exceeded(bytes, records: 0) is not null) await incoming.DrainAsync(piece.Memory, ct);
            else masker.Complete(masked.Output, manifest.Output, kept?.Output);
        }
        catch (RecordException)
        {
            // What a message holds is spoken of only once nobody can have altered it: a precise answer about altered
            // plaintext would be a decryption oracle (EFAIL). If it was altered, the verdict below is the answer. A file in
            // clear is read to its end too, since a client that is still sending wouldn't hear the answer.
            await incoming.DrainAsync(piece.Memory, ct);
            await incoming.VerifyAsync(ct);
            throw;
        }

        var origin = await incoming.VerifyAsync(ct); // (6)
        if (agreement.Files.Exceeded(bytes, masker.Report.Records) is { } tooMuch) throw new TransferFaultException(tooMuch);
        await masked.CompleteAsync(staged, ct);
        await original.CompleteAsync(staged, ct);
        await manifest.CompleteAsync(staged, ct);
        if (tokens is not null) await tokens.StageAsync(staged, ct);
        if (kept is not null) await kept.CompleteAsync(staged, ct);
        var report = masker.Report;
        var attested = await attestor.AttestAsync(staged, agreement, report, ct);
        var isHeld = attested.GatesNotPassed.Count > 0;
        var accepted = new DispatchAccepted(
            staged.Id, origin, report.Records, agreement.Profile.Digest, attested.Digest, MaskedFields.Of(report.Fields), staged.Parts);
        var logged = await staged.CommitAsync( // (7) (8)
            isHeld ? new DispatchHeld(accepted, attested.GatesNotPassed) : accepted,
            report.Records, isHeld ? TransferState.Held : TransferState.Published);
        return new IntakeResult.Accepted(staged.Id, report.Records, MaskedFields.Of(report.Fields), logged, Repeated: false)
        {
            GatesNotPassed = attested.GatesNotPassed,
            IsHeld = isHeld,
        };
    }

    private async Task<IntakeResult> RefuseAsync(Grant grant, Agreement agreement, TransferId transfer, TransferFault fault) =>
        new IntakeResult.Refused(fault, await log.AppendAsync(
            new TransferRefused(AuditEventKind.DispatchRefused, transfer, fault.Code, fault.Row, fault.LoggedField(agreement.Profile))
            {
                Caller = grant.Caller,
                Terms = grant.Terms,
            }));
}
