using System.Collections.Concurrent;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Storage;

/// <summary>Opens stages: the only way to the store for what passes through the gateway.</summary>
public sealed class TransferStage(BlobStore blobs, TransferStore transfers, Gate gate, AuditLog log, KeyRing keys, TimeProvider clock)
{
    private readonly ConcurrentDictionary<TransferId, bool> _active = new();

    /// <summary>Whether a request is working on a transfer at this moment, so that recovery leaves it alone.</summary>
    internal bool IsActive(TransferId id) => _active.ContainsKey(id);

    /// <summary>Keeps recovery away from a transfer while something is done to it.</summary>
    internal IDisposable Occupy(TransferId id)
    {
        _active[id] = true;
        return new Occupation(() => _active.TryRemove(id, out _));
    }

    /// <summary>Begins a transfer that nobody sees until <see cref="StagedTransfer.CommitAsync"/>.</summary>
    /// <returns>Null where another request with the same key came first.</returns>
    /// <exception cref="TransferFaultException">It would be more than a quota allows.</exception>
    internal async Task<StagedTransfer?> BeginAsync(
        Grant grant, AgreementKey agreementKey, TransferRequest request, CancellationToken ct)
    {
        grant.Require(Permission.SendDispatch, Permission.SendRecords, Permission.SendReturn);
        var id = TransferId.New();
        _active[id] = true;
        var (dataKey, wrapped) = agreementKey.NewDataKey(id);
        var begun = false;
        try
        {
            var sealedName = request.Name is null ? null : dataKey.SealText(request.Name, "name");
            begun = await transfers.BeginAsync(
                new NewTransfer(id, grant, request.Kind, request.ReturnOf, request.RequestKey, sealedName, wrapped, agreementKey.Epoch, clock.GetUtcNow())
                {
                    Quota = request.Quota,
                    Announced = request.Length,
                }, ct);
            return begun
                ? new StagedTransfer(id, grant, request, dataKey, blobs, transfers, new GrantWatch(() => gate.WithdrawnAsync(grant)), log, keys, clock, () => _active.TryRemove(id, out _))
                : null;
        }
        finally
        {
            if (!begun)
            {
                dataKey.Dispose();
                _active.TryRemove(id, out _);
            }
        }
    }
}

/// <summary>A transfer that something is being done to.</summary>
internal sealed class Occupation(Action ended) : IDisposable
{
    public void Dispose() => ended();
}

/// <summary>What a sender says of a transfer.</summary>
/// <param name="Kind">Dispatch, return or records.</param>
/// <param name="Name">The sender's name for the file, or null.</param>
/// <param name="RequestKey">The sender's own key for this request: sent again, it makes nothing twice.</param>
/// <param name="ReturnOf">Of a return: the dispatch that it answers.</param>
internal sealed record TransferRequest(TransferKind Kind, string? Name, string? RequestKey, TransferId? ReturnOf = null)
{
    /// <summary>How many bytes its sender says that it has; null: it doesn't say.</summary>
    internal long? Length { get; init; }

    /// <summary>What the agreement allows its sender.</summary>
    internal QuotaTerms Quota { get; init; } = QuotaTerms.None;
}

/// <summary>A transfer on its way in. It takes plaintext through sealing doors only.</summary>
/// <remarks>Disposed before <see cref="CommitAsync"/>, it leaves nothing behind. Killed at any moment, it leaves a row
/// from which <see cref="Recovery"/> clears up or goes on.</remarks>
internal sealed class StagedTransfer(
    TransferId id, Grant grant, TransferRequest request, DataKey dataKey, BlobStore blobs, TransferStore transfers, GrantWatch watch,
    AuditLog log, KeyRing keys, TimeProvider clock, Action ended) : IAsyncDisposable
{
    private readonly List<SealedPartWriter> _writers = [];
    private readonly List<SealedPart> _parts = [];
    private bool _committing;
    private long _received;
    private long _reserved = request.Length ?? 0;

    internal TransferId Id => id;

    internal DataKey DataKey => dataKey;

    internal IReadOnlyList<SealedPart> Parts => _parts;

    /// <summary>Where a transfer's parts are in the store.</summary>
    internal static BlobName PartBlob(TransferId id, string part) => new($"transfers/{id}/{part}");

    /// <summary>Goes on with the next piece. Counts what has come, and what it has unpacked to: the larger of the two is what the sender's
    /// quotas have to have room for.</summary>
    /// <exception cref="TransferFaultException">They haven't, so the rest isn't read.</exception>
    /// <exception cref="GrantWithdrawnException">It isn't granted any more.</exception>
    internal async ValueTask PassAsync(long bytes)
    {
        if (await watch.LookAsync() is { } reason) throw new GrantWithdrawnException(reason);
        _received = Math.Max(_received, bytes);
        if (_received > _reserved) _reserved = await transfers.ReserveAsync(grant, request.Quota, id, _reserved, _received);
    }

    /// <summary>A part sealed with OpenPGP to its reader, and signed by the gateway.</summary>
    /// <exception cref="TransferFaultException">The reader's certificate can't be sealed to any more.</exception>
    internal async Task<SealedPartWriter> SealToAsync(string part, PartyTerms reader, CancellationToken ct)
    {
        var blob = await blobs.CreateAsync(PartBlob(id, part), ct);
        try
        {
            if (reader.SealedTo(clock.GetUtcNow()) is not { } certificate)
                throw new TransferFaultException(new TransferFault("certificate.revoked", $"{reader.Party} has revoked its certificates, and has to register another one"));
            var options = new SealOptions { Recipients = [certificate], Signers = [keys.GatewayKey], Now = clock.GetUtcNow() };
            return Track(SealedPartWriter.ToReader(part, blob, options));
        }
        catch (Exception e) when (e is PgpException or TransferFaultException)
        {
            await blob.DisposeAsync();
            if (e is not PgpException pgp) throw;
            throw new TransferFaultException(new TransferFault(
                PgpFault.Code(pgp.Error), $"the certificate of {reader.Party} can't be sealed to ({e.Message}); {reader.Party} has to send a renewed copy of it, or to register another one"));
        }
    }

    /// <summary>A part that the gateway itself has to read again, under the transfer's data key.</summary>
    internal async Task<SealedPartWriter> SealToGatewayAsync(string part, CancellationToken ct)
    {
        var blob = await blobs.CreateAsync(PartBlob(id, part), ct);
        using var key = dataKey.SealKey(part);
        return Track(SealedPartWriter.ToGateway(part, blob, key));
    }

    /// <summary>Makes a finished part durable.</summary>
    internal async Task CompleteAsync(SealedPartWriter writer, CancellationToken ct) => _parts.Add(await writer.CompleteAsync(ct));

    /// <summary>Reads a finished part that is under the data key.</summary>
    internal async Task<GatewayPartReader> OpenAsync(string part, CancellationToken ct) =>
        await GatewayPartReader.OpenAsync(blobs, id, dataKey, part, ct);

    /// <summary>Removes a finished part again: it was only for the way.</summary>
    internal async Task DropAsync(string part, CancellationToken ct)
    {
        await blobs.DeleteAsync(PartBlob(id, part), ct);
        _parts.RemoveAll(p => p.Name == part);
    }

    /// <summary>Stage → log → publish: from here on, what the log says is what happens.</summary>
    /// <param name="accepted">The event that lets the transfer be seen.</param>
    /// <param name="records">How many records it has.</param>
    /// <param name="state">As what it will be seen.</param>
    /// <exception cref="GrantWithdrawnException">What was granted at its beginning isn't any more.</exception>
    /// <exception cref="TransferFaultException">The parts would be more than a quota allows to be stored.</exception>
    /// <exception cref="Transparency.Log.LogUnavailableException">Not logged, so not published; recovery settles it.</exception>
    internal async Task<LoggedEvent> CommitAsync(AuditEvent accepted, long records, TransferState state)
    {
        var terms = grant.Terms!;
        if (await watch.AskAsync() is { } reason) throw new GrantWithdrawnException(reason);
        await transfers.StagedAsync(
            grant, request.Quota, new StagedParts(id, records, _received, await log.SizeAsync(LogName.Of(terms.Id)), _parts), CancellationToken.None);
        _committing = true;
        var logged = await log.AppendAsync(accepted with { Caller = grant.Caller, Terms = terms });
        await transfers.PublishAsync(id, state, logged);
        return logged;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var writer in _writers) await writer.DisposeAsync();
            dataKey.Dispose();
            if (_committing) return; // The log may hold it already: what becomes of it is recovery's to find out.
            // Every part that was begun: a commit that reported failure may have been made all the same.
            foreach (var writer in _writers) await blobs.DeleteAsync(PartBlob(id, writer.Name), CancellationToken.None);
            await transfers.ForgetAsync(id);
        }
        finally
        {
            ended(); // Whatever couldn't be removed is recovery's now.
        }
    }

    private SealedPartWriter Track(SealedPartWriter writer)
    {
        _writers.Add(writer);
        return writer;
    }
}
