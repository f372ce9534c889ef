using System.Buffers;
using System.Runtime.CompilerServices;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Release;

/// <summary>Lets batches of masked records go to the vendor, sealed; in clear only where the agreement gives the gateway
/// custody of them.</summary>
/// <remarks><code>vendor ◄─ (4) stream ◄─ (3) log ◄─ (2) find ◄─ (1) authorise</code></remarks>
public sealed class RecordsDesk(Gate gate, AgreementStore agreements, TransferStore transfers, PartStore parts, AuditLog log, TimeProvider clock)
{
    /// <summary>The most batches of one answer.</summary>
    public const int MaxPage = 100;

    /// <summary>Finds the batches after a cursor.</summary>
    /// <param name="caller">Who fetches.</param>
    /// <param name="id">Under which agreement.</param>
    /// <param name="after">The last sequence that the caller has.</param>
    /// <param name="inClear">In clear instead of sealed.</param>
    /// <param name="ct">The connection.</param>
    public async Task<RecordsResult> RunAsync(Caller caller, AgreementId id, long after, bool inClear, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.FetchMasked, id, ct); // (1)
        if (admission is not Admission.Admitted { Grant: var grant }) return new RecordsResult.Denied((Admission.Refused)admission);
        var agreement = await agreements.LoadAsync(grant, ct);
        if (inClear && !agreement.CustodyOfMaskedRecords)
            return new RecordsResult.NoCustody(await log.AppendAsync(
                new AccessDenied(Permission.FetchMasked, DenialReason.NoCustody) { Caller = caller, Terms = grant.Terms }));
        var found = await transfers.ListAsync(grant, TransferKind.Records, after, MaxPage, ct); // (2)
        // In clear nothing is sealed to anybody: who may read it is the token's business.
        if (!inClear && found.Any(t => agreement.Certificates.IsRevoked(t.Masked.Recipient, clock.GetUtcNow())))
            return new RecordsResult.Denied(await gate.DenyAsync(caller, Permission.FetchMasked, grant.Terms, DenialReason.CertificateRevoked));
        var profiles = new List<string>();
        foreach (var version in found.Select(t => t.AgreementVersion).Distinct())
            profiles.Add((await agreements.LoadAsync(grant, version, ct)).Profile.Digest);
        var logged = await log.AppendAsync( // (3)
            new RecordsFetched([.. found.Select(t => t.Id)], found.Sum(t => t.Records), [.. profiles.Distinct()], inClear) { Caller = caller, Terms = grant.Terms });
        return new RecordsResult.Ready(logged, token => inClear ? ReadClearAsync(grant, found, token) : ReadSealedAsync(grant, found, token));
    }

    private async IAsyncEnumerable<RecordBatch> ReadSealedAsync(
        Grant grant, IReadOnlyList<Transfer> found, [EnumeratorCancellation] CancellationToken ct) // (4)
    {
        foreach (var transfer in found)
        {
            var part = transfer.Masked;
            await RequireGrantedAsync(grant, transfer, part.Name, part.Recipient);
            await using var blob = await parts.OpenSealedAsync(grant, transfer, part, ct);
            if (blob is null) throw await DamagedAsync(grant, transfer, part);
            var content = new byte[blob.Length];
            await using var stream = await blob.OpenRangeAsync(0, blob.Length, ct);
            await stream.ReadExactlyAsync(content, ct);
            if ($"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content))}" != part.Digest)
                throw await DamagedAsync(grant, transfer, part);

            yield return new RecordBatch(transfer, content);
            await transfers.FetchedAsync(transfer.Id, clock.GetUtcNow()); // Whoever asks for the next has had this one.
        }
    }

    private async IAsyncEnumerable<RecordBatch> ReadClearAsync(
        Grant grant, IReadOnlyList<Transfer> found, [EnumeratorCancellation] CancellationToken ct) // (4)
    {
        foreach (var transfer in found)
        {
            await RequireGrantedAsync(grant, transfer, PartName.Custody, recipient: null);
            await using var custody = await parts.OpenOwnAsync(grant, transfer, PartName.Custody, ct);
            using var records = new PlaintextWriter(); // A batch is small, and its pieces may end within a character.
            while (await custody.ReadAsync(ct) is { IsEmpty: false } piece) records.Write(piece.Span);
            yield return new RecordBatch(transfer, records.Written);
        }
    }

    /// <summary>Between batches it is asked again whether they may leave: a page of them takes as long as its reader.</summary>
    private async Task RequireGrantedAsync(Grant grant, Transfer transfer, string part, string? recipient)
    {
        var reason = await gate.WithdrawnAsync(grant);
        if (reason is null && (await agreements.LoadAsync(grant, CancellationToken.None)).Certificates.IsRevoked(recipient, clock.GetUtcNow()))
            reason = DenialReason.CertificateRevoked;
        if (reason is not { } stopped) return;
        var logged = await log.AppendAsync(new ContentStopped(transfer.Id, part, 0, stopped) { Caller = grant.Caller, Terms = grant.Terms });
        throw new ReleaseStoppedException(transfer.Id, part, stopped, logged);
    }

    private async Task<DamagedContentException> DamagedAsync(Grant grant, Transfer transfer, SealedPart part) => new(
        transfer.Id, part.Name,
        await log.AppendAsync(new ContentDamaged(transfer.Id, part.Name) { Caller = grant.Caller, Terms = grant.Terms }));
}

/// <summary>Masked records of one batch: a sealed message, or NDJSON in clear.</summary>
public sealed record RecordBatch(Transfer Transfer, ReadOnlyMemory<byte> Content);

/// <summary>Batches, or no.</summary>
public abstract record RecordsResult
{
    private RecordsResult()
    {
    }

    /// <summary>Logged, so the batches may go.</summary>
    public sealed record Ready(LoggedEvent Logged, Func<CancellationToken, IAsyncEnumerable<RecordBatch>> ReadAsync) : RecordsResult;

    /// <summary>The agreement doesn't give the gateway custody, so it has nothing to give in clear.</summary>
    public sealed record NoCustody(LoggedEvent Logged) : RecordsResult;

    public sealed record Denied(Admission.Refused Refusal) : RecordsResult;
}
