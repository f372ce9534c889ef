using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Release;

/// <summary>Seals again, to its reader's newest certificate, what was sealed to one that has been revoked and that the reader hasn't had yet:
/// masked work for the vendor, results for the client; where the agreement says so, and so gives the gateway a copy that it can read until then.</summary>
/// <remarks><code>(1) note ─► (2) seal ─► (3) log ─► (4) publish ─► (5) remove the old part</code>
/// The event of (3) is the point of no return. Killed before it, the note is forgotten and the new part removed, and it is done anew.</remarks>
public sealed class Resealing(
    AgreementStore agreements, ResealStore reseals, BlobStore blobs, KeyRing keys, AuditLog log, TimeProvider clock) : IDisposable
{
    private readonly Turn _turn = new();

    /// <summary>Looks at every agreement once.</summary>
    /// <returns>How many parts were sealed again.</returns>
    public Task<int> RunAsync(CancellationToken ct) => InTurnAsync(async () =>
    {
        var done = 0;
        await DropReadAsync(ct);
        foreach (var id in await agreements.AllAsync(ct))
        {
            if (await agreements.StandingAsync(id, ct) is not { } agreement || !(agreement.Reseals || agreement.ResealsResults) || agreement.Terms.Stage != VersionStage.InForce) continue;
            foreach (var part in await reseals.FindAsync(id, ct))
            {
                if (!(part.IsReturned ? agreement.ResealsResults : agreement.Reseals)) continue;
                var reader = part.IsReturned ? agreement.Client : agreement.Vendor;
                if (!agreement.Certificates.IsRevoked(part.Recipient, clock.GetUtcNow()) || !CanSeal(reader)) continue;
                await ResealAsync(agreement, reader, part, ct);
                done++;
            }
        }

        return done;
    }, ct);

    /// <summary>Runs while nothing is sealed again: recovery must not settle what is on its way.</summary>
    internal Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken ct) => _turn.RunAsync(work, ct);

    /// <summary>Lets it have happened, and removes what nobody needs any more.</summary>
    internal async Task PublishAsync(string id, LoggedEvent logged)
    {
        if (await reseals.PublishAsync(id, logged) is var (transfer, before)) await blobs.DeleteAsync(StagedTransfer.PartBlob(transfer, before), CancellationToken.None);
    }

    /// <summary>Forgets one that the log doesn't have.</summary>
    internal async Task ForgetAsync(string id)
    {
        if (await reseals.PlaceOfAsync(id) is not var (transfer, name)) return;
        await blobs.DeleteAsync(StagedTransfer.PartBlob(transfer, name), CancellationToken.None);
        await reseals.ForgetAsync(id);
    }

    public void Dispose() => _turn.Dispose();

    private bool CanSeal(Agreements.PartyTerms reader)
    {
        try
        {
            return reader.SealedTo(clock.GetUtcNow()) is not null;
        }
        catch (PgpException)
        {
            return false; // Until it has registered another one.
        }
    }

    private async Task ResealAsync(Agreements.Agreement agreement, Agreements.PartyTerms reader, UnreadPart part, CancellationToken ct)
    {
        var (step, name) = (Guid.NewGuid().ToString("N"), PartName.Again(part.Name));
        await reseals.NoteAsync(step, agreement.Terms.Id, part, name, await log.SizeAsync(LogName.Of(agreement.Terms.Id)), ct); // (1)
        var made = await SealAsync(agreement.Terms.Id, reader, part, name, ct); // (2)
        await reseals.SealedAsync(step, made);
        var logged = await log.AppendAsync(new ContentResealed(step, part.Transfer, part.Digest, made) { Terms = agreement.Terms }); // (3)
        await PublishAsync(step, logged); // (4) (5)
    }

    private async Task<SealedPart> SealAsync(AgreementId id, Agreements.PartyTerms reader, UnreadPart part, string name, CancellationToken ct)
    {
        using var agreementKey = await agreements.OpenKeyAsync(id, ct);
        using var dataKey = agreementKey.OpenDataKey(part.Transfer, part.WrappedKey, part.KeyEpoch);
        var blob = StagedTransfer.PartBlob(part.Transfer, name);
        await blobs.DeleteAsync(blob, ct); // What an interrupted attempt left.
        var options = new SealOptions { Recipients = [reader.SealedTo(clock.GetUtcNow())!], Signers = [keys.GatewayKey], Now = clock.GetUtcNow() };
        await using var writer = SealedPartWriter.ToReader(name, await blobs.CreateAsync(blob, ct), options);
        await using var custody = await GatewayPartReader.OpenAsync(blobs, part.Transfer, dataKey, part.Copy, ct);
        while (await custody.ReadAsync(ct) is { IsEmpty: false } piece) await writer.WriteAsync(piece, ct);
        return await writer.CompleteAsync(ct);
    }

    /// <summary>What its reader has had needs no copy any more, unless the agreement has custody of masked work for other reasons.</summary>
    private async Task DropReadAsync(CancellationToken ct)
    {
        foreach (var copy in await reseals.ReadCopiesAsync(ct))
        {
            if (!copy.IsReturned && await agreements.HasCustodyAsync(copy.Agreement, copy.Version, ct)) continue;
            await blobs.DeleteAsync(StagedTransfer.PartBlob(copy.Transfer, copy.Name), ct);
            await reseals.DroppedAsync(copy);
        }
    }
}
