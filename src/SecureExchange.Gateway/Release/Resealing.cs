using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Release;

/// <summary>Seals again, to the vendor's newest certificate, what was sealed to one that has been revoked and that the vendor hasn't had
/// yet: where the agreement says so, and so gives the gateway a copy that it can read until then.</summary>
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
            if (await agreements.StandingAsync(id, ct) is not { Reseals: true } agreement || agreement.Terms.Stage != VersionStage.InForce) continue;
            foreach (var part in await reseals.FindAsync(id, ct))
            {
                if (!agreement.Certificates.IsRevoked(part.Recipient, clock.GetUtcNow()) || !CanSeal(agreement.Vendor)) continue;
                await ResealAsync(agreement, part, ct);
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

    private bool CanSeal(Agreements.PartyTerms vendor)
    {
        try
        {
            return vendor.SealedTo(clock.GetUtcNow()) is not null;
        }
        catch (PgpException)
        {
            return false; // Until the vendor has registered another one.
        }
    }

    private async Task ResealAsync(Agreements.Agreement agreement, UnreadPart part, CancellationToken ct)
    {
        var (step, name) = (Guid.NewGuid().ToString("N"), PartName.MaskedAgain(part.Name));
        await reseals.NoteAsync(step, agreement.Terms.Id, part, name, await log.SizeAsync(LogName.Of(agreement.Terms.Id)), ct); // (1)
        var made = await SealAsync(agreement, part, name, ct); // (2)
        await reseals.SealedAsync(step, made);
        var logged = await log.AppendAsync(new ContentResealed(step, part.Transfer, part.Digest, made) { Terms = agreement.Terms }); // (3)
        await PublishAsync(step, logged); // (4) (5)
    }

    private async Task<SealedPart> SealAsync(Agreements.Agreement agreement, UnreadPart part, string name, CancellationToken ct)
    {
        using var agreementKey = await agreements.OpenKeyAsync(agreement.Terms.Id, ct);
        using var dataKey = agreementKey.OpenDataKey(part.Transfer, part.WrappedKey, part.KeyEpoch);
        var blob = StagedTransfer.PartBlob(part.Transfer, name);
        await blobs.DeleteAsync(blob, ct); // What an interrupted attempt left.
        var options = new SealOptions { Recipients = [agreement.Vendor.SealedTo(clock.GetUtcNow())!], Signers = [keys.GatewayKey], Now = clock.GetUtcNow() };
        await using var writer = SealedPartWriter.ToReader(name, await blobs.CreateAsync(blob, ct), options);
        await using var custody = await GatewayPartReader.OpenAsync(blobs, part.Transfer, dataKey, PartName.Custody, ct);
        while (await custody.ReadAsync(ct) is { IsEmpty: false } piece) await writer.WriteAsync(piece, ct);
        return await writer.CompleteAsync(ct);
    }

    /// <summary>What the vendor has had needs no copy any more, unless the agreement has custody for other reasons.</summary>
    private async Task DropReadAsync(CancellationToken ct)
    {
        foreach (var (agreement, version, transfer) in await reseals.ReadCopiesAsync(ct))
        {
            if (await agreements.HasCustodyAsync(agreement, version, ct)) continue;
            await blobs.DeleteAsync(StagedTransfer.PartBlob(transfer, PartName.Custody), ct);
            await reseals.DroppedAsync(transfer);
        }
    }
}
