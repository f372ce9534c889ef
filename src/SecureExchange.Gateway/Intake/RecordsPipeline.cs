using System.Runtime.CompilerServices;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Gateway.Intake;

/// <summary>Takes records (NDJSON) from a client, batch by batch, and says of each line what became of it.</summary>
/// <remarks><code>
/// client ─► (1) authorise ─► (2) gather a batch ─► (3) mask line by line ─► (4) seal ─► (5) log ─► (6) publish ─► answer
///                 ▲                                                                                                 │
///                 └──────────────────────────────── the next batch ◄────────────────────────────────────────────────┘
/// </code>
/// A line is answered "taken" only after its batch is logged and published; a refused line doesn't hold up the others.
/// With a request key the cuts between batches depend on the content alone, so that the same request sent again makes
/// nothing twice.</remarks>
public sealed class RecordsPipeline(
    Gate gate, AgreementStore agreements, TransferStore transfers, TransferStage stage, Attestor attestor, TokenMapStore tokenMaps, AuditLog log)
{
    /// <summary>Takes records.</summary>
    /// <returns>How it stands, batch by batch; the first element says whether the caller may.</returns>
    public async IAsyncEnumerable<RecordsAnswer> RunAsync(
        Caller caller, AgreementId id, string? requestKey, RecordLines lines, [EnumeratorCancellation] CancellationToken ct)
    {
        // (1)
        var admission = await gate.AdmitAsync(caller, Permission.SendRecords, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant })
        {
            yield return new RecordsAnswer.Denied((Admission.Refused)admission);
            yield break;
        }

        var agreement = await agreements.LoadAsync(grant, ct);
        if (agreement.Profile.Format != RecordFormat.Ndjson)
        {
            yield return new RecordsAnswer.WrongFormat(await log.AppendAsync(
                new RecordsRefused(TransferId.New(), 0, ["records.wrong-format"]) { Caller = caller, Terms = grant.Terms }));
            yield break;
        }

        if (agreement.Profile.HasGates)
        {
            yield return new RecordsAnswer.Refused(Gated, await log.AppendAsync(
                new RecordsRefused(TransferId.New(), 0, [Gated.Code]) { Caller = caller, Terms = grant.Terms }));
            yield break;
        }

        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        for (var batch = 0; await lines.ReadBatchAsync(waitForFull: requestKey is not null, ct); batch++) // (2)
        {
            var key = requestKey is null ? null : $"{requestKey}#{batch}";
            yield return await TakeBatchOrRefuseAsync(grant, agreement, agreementKey, key, lines, ct);
        }
    }

    /// <summary>Of a few hundred records a gate would say nothing about the whole, and each batch would be held.</summary>
    private static TransferFault Gated { get; } = new(
        "records.gated-profile", "this agreement's profile has gates, which are measured over a whole file: send the records as one file");

    private async Task<RecordsAnswer> TakeBatchOrRefuseAsync(
        Grant grant, Agreement agreement, AgreementKey agreementKey, string? requestKey, RecordLines lines, CancellationToken ct)
    {
        try
        {
            return await TakeBatchAsync(grant, agreement, agreementKey, requestKey, lines, ct);
        }
        catch (TransferFaultException e)
        {
            return new RecordsAnswer.Refused(e.Fault, await log.AppendAsync(
                new RecordsRefused(TransferId.New(), lines.Count, [e.Fault.Code]) { Caller = grant.Caller, Terms = grant.Terms }));
        }
        catch (GrantWithdrawnException e)
        {
            return new RecordsAnswer.Denied(await gate.DenyAsync(grant.Caller, grant.Permission, grant.Terms, e.Reason));
        }
    }

    private async Task<RecordsAnswer> TakeBatchAsync(
        Grant grant, Agreement agreement, AgreementKey agreementKey, string? requestKey, RecordLines lines, CancellationToken ct)
    {
        if (requestKey is not null)
        {
            var (made, inProgress) = await transfers.EarlierAsync(grant, requestKey, TransferKind.Records, returnOf: null, ct);
            if (inProgress) return new RecordsAnswer.InProgress();
            if (made is not null) return await AgainAsync(made, agreement, agreementKey, lines, ct);
        }

        await using var staged = await stage.BeginAsync(
            grant, agreementKey,
            new TransferRequest(TransferKind.Records, Name: null, requestKey) { Length = lines.Bytes, Quota = agreement.Files.Quota }, ct);
        if (staged is null) return new RecordsAnswer.InProgress();
        await staged.PassAsync(lines.Bytes);
        using var tagKey = staged.DataKey.TagKey();
        using var tokens = await tokenMaps.BeginAsync(grant, agreement.Profile, agreementKey, ct);
        using var batch = new MaskedBatch(agreement.Profile, agreementKey, agreementKey.Epoch, tagKey.Span, tokens?.Map, agreement.CustodyOfOriginals);
        var verdicts = batch.Mask(staged.Id, lines); // (3)
        var logged = verdicts.Any(v => v.Fault is not null)
            ? await log.AppendAsync(Refusal(staged.Id, verdicts) with { Caller = grant.Caller, Terms = grant.Terms })
            : null;
        if (batch.Report.Records == 0) return new RecordsAnswer.Batch(verdicts, logged);

        // (4)
        await SealAsync(staged, await staged.SealToAsync(PartName.Masked, agreement.Vendor, ct), batch.Masked, ct);
        await SealAsync(staged, await staged.SealToAsync(PartName.Original, agreement.Client, ct), batch.Original, ct);
        await SealAsync(staged, await staged.SealToGatewayAsync(PartName.Manifest, ct), batch.Manifest, ct);
        if (tokens is not null) await tokens.StageAsync(staged, ct);
        if (agreement.CustodyOfMaskedRecords || agreement.Reseals)
            await SealAsync(staged, await staged.SealToGatewayAsync(PartName.Custody, ct), batch.Masked, ct);
        if (batch.Kept is { } kept) await SealAsync(staged, await staged.SealToGatewayAsync(PartName.Originals, ct), kept, ct);
        var attested = await attestor.AttestAsync(staged, agreement, batch.Report, ct);
        logged = await staged.CommitAsync( // (5) (6)
            new RecordsAccepted(
                staged.Id, batch.Report.Records, agreement.Profile.Digest, attested.Digest, MaskedFields.Of(batch.Report.Fields), staged.Parts),
            batch.Report.Records, TransferState.Published);
        return new RecordsAnswer.Batch(verdicts, logged);
    }

    /// <summary>The verdicts of an earlier, identical request: masking is deterministic with what it remembered, so they're made
    /// anew.</summary>
    private async Task<RecordsAnswer.Batch> AgainAsync(
        Transfer made, Agreement agreement, AgreementKey agreementKey, RecordLines lines, CancellationToken ct)
    {
        using var dataKey = agreementKey.OpenDataKey(made.Id, made.WrappedKey, made.KeyEpoch);
        using var tagKey = dataKey.TagKey();
        using var tokens = await tokenMaps.OpenAsync(made.Id, agreement.Profile, dataKey, ct);
        using var batch = new MaskedBatch(agreement.Profile, agreementKey, made.KeyEpoch, tagKey.Span, tokens, keepsOriginals: false);
        var verdicts = batch.Mask(made.Id, lines);
        if (batch.Report.Records != made.Records) throw new TransferFaultException(TransferFault.KeyReused);
        return new RecordsAnswer.Batch(verdicts, new LoggedEvent(LogName.Of(made.Agreement), made.Event));
    }

    private static async Task SealAsync(StagedTransfer staged, SealedPartWriter part, ReadOnlyMemory<byte> plaintext, CancellationToken ct)
    {
        await part.WriteAsync(plaintext, ct);
        await staged.CompleteAsync(part, ct);
    }

    private static RecordsRefused Refusal(TransferId transfer, IReadOnlyList<RecordVerdict> verdicts)
    {
        var faults = verdicts.Where(v => v.Fault is not null).Select(v => v.Fault!.Code).ToList();
        return new RecordsRefused(transfer, faults.Count, [.. faults.Distinct(StringComparer.Ordinal)]);
    }
}

/// <summary>One step of taking records.</summary>
public abstract record RecordsAnswer
{
    private RecordsAnswer()
    {
    }

    /// <summary>A batch is done.</summary>
    /// <param name="Verdicts">One for each line, in their order.</param>
    /// <param name="Logged">Its event.</param>
    public sealed record Batch(IReadOnlyList<RecordVerdict> Verdicts, LoggedEvent? Logged) : RecordsAnswer;

    /// <summary>The caller may not; or not any more, after batches that were taken.</summary>
    public sealed record Denied(Admission.Refused Refusal) : RecordsAnswer;

    /// <summary>None of the batch can be taken, whatever its records are: the vendor's certificate has expired, say.</summary>
    public sealed record Refused(TransferFault Fault, LoggedEvent Logged) : RecordsAnswer;

    /// <summary>The agreement is about CSV files.</summary>
    public sealed record WrongFormat(LoggedEvent Logged) : RecordsAnswer;

    /// <summary>An earlier request with the same key is still running.</summary>
    public sealed record InProgress : RecordsAnswer;
}

/// <summary>What became of one line.</summary>
/// <param name="Line">Its number in the request, from 1.</param>
/// <param name="Record"><c>transfer/number</c> of a taken record; null where it was refused, or left out as the profile says.</param>
/// <param name="Fault">Why it was refused; null where it wasn't.</param>
public sealed record RecordVerdict(long Line, string? Record, TransferFault? Fault);
