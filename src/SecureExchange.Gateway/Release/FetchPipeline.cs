using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Release;

/// <summary>Lets a sealed part go to the one it is sealed to.</summary>
/// <remarks><code>reader ◄─ (4) stream ◄─ (3) log ◄─ (2) find ◄─ (1) authorise</code>
/// The event is durable before the first byte leaves. A part is read to its end and compared with the digest that the
/// log holds before its last bytes leave, so a part that was changed or swapped in the store never arrives whole at one go; of ranges, the
/// receiver compares what it has put together with the <c>Repr-Digest</c> of the answer.</remarks>
public sealed class FetchPipeline(
    Gate gate, AgreementStore agreements, TransferStore transfers, PartStore parts, AuditLog log, TimeProvider clock)
{
    /// <summary>Prepares a fetch: all that is left is <see cref="FetchResult.Ready.CopyToAsync"/>.</summary>
    /// <param name="caller">Who fetches.</param>
    /// <param name="id">Which transfer.</param>
    /// <param name="range">Which bytes; null: all.</param>
    /// <param name="ct">The connection.</param>
    public async Task<FetchResult> RunAsync(Caller caller, TransferId id, FetchRange? range, CancellationToken ct)
    {
        // (1)
        var agreement = await transfers.AgreementOfAsync(id, caller.Party, ct);
        var terms = agreement is { } known ? await agreements.TermsAsync(known, ct) : null;
        var isClient = terms?.RelationOf(caller.Party) == Relation.Client;
        var permission = isClient ? Permission.FetchForClient : Permission.FetchMasked;
        var admission = await gate.AdmitAsync(caller, permission, agreement, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new FetchResult.Denied((Admission.Refused)admission);

        // (2)
        if (await transfers.FindAsync(grant, id, ct) is not { } transfer) // Erased since (1).
            return new FetchResult.Denied(await gate.DenyAsync(caller, permission, terms: null, DenialReason.NotFound));
        if (PartFor(transfer, isClient) is not { } part)
            return new FetchResult.NotForCaller((await gate.DenyAsync(caller, permission, terms, DenialReason.NotFound)).Logged);
        if ((await agreements.LoadAsync(grant, ct)).Certificates.IsRevoked(part.Recipient, clock.GetUtcNow()))
            return new FetchResult.Denied(await gate.DenyAsync(caller, permission, terms, DenialReason.CertificateRevoked));
        var wanted = range is { Digest: { } digest } && digest != part.Digest ? null : range;
        var (offset, length) = (wanted ?? new FetchRange(0, null)).Within(part.Size);
        if (length == 0 && part.Size > 0) return new FetchResult.Unsatisfiable(part.Size);
        var blob = await parts.OpenSealedAsync(grant, transfer, part, ct);
        if (blob is null)
        {
            return new FetchResult.Damaged(
                await log.AppendAsync(new ContentDamaged(id, part.Name) { Caller = caller, Terms = grant.Terms }));
        }

        // (3)
        LoggedEvent logged;
        try
        {
            var masked = transfer.ReturnOf is { } of ? await transfers.FindAsync(grant, of, ct) ?? transfer : transfer;
            var profile = (await agreements.LoadAsync(grant, masked.AgreementVersion, ct)).Profile.Digest;
            var attestation = await parts.AttestationDigestAsync(grant, masked, ct);
            logged = await log.AppendAsync(new ContentFetched(id, part, profile, attestation, offset, length) { Caller = caller, Terms = grant.Terms });
        }
        catch
        {
            await blob.DisposeAsync();
            throw;
        }

        return new FetchResult.Ready(transfer, part, offset, length, logged, blob, new FetchWatch(
            () => log.AppendAsync(new ContentDamaged(id, part.Name) { Caller = caller, Terms = grant.Terms }),
            (sent, reason) => log.AppendAsync(new ContentStopped(id, part.Name, sent, reason) { Caller = caller, Terms = grant.Terms }),
            new GrantWatch(async () => await gate.WithdrawnAsync(grant)
                ?? ((await agreements.LoadAsync(grant, CancellationToken.None)).Certificates.IsRevoked(part.Recipient, clock.GetUtcNow())
                    ? DenialReason.CertificateRevoked
                    : null)),
            async () =>
            {
                var isReturned = transfer.Kind == TransferKind.Return;
                if (isClient == isReturned && offset + length == part.Size) await transfers.FetchedAsync(id, clock.GetUtcNow());
            }));
    }

    /// <summary>What of a transfer is for whom. A vendor has no use for its own return, and no key to the client's parts.</summary>
    private static SealedPart? PartFor(Transfer transfer, bool isClient)
    {
        if (transfer.Kind != TransferKind.Return && !isClient) return transfer.Masked;
        var name = (transfer.Kind, transfer.State, isClient) switch
        {
            (TransferKind.Dispatch or TransferKind.Records, _, true) => PartName.Original,
            (TransferKind.Return, TransferState.Published, true) => PartName.Result,
            (TransferKind.Return, TransferState.Quarantined, true) => PartName.Returned,
            _ => null,
        };
        return name is null ? null : transfer.Part(name);
    }
}
