using System.Security.Cryptography;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Storage;

/// <summary>Reads the parts of transfers that can be seen. Wants the grant under which they are.</summary>
public sealed class PartStore(BlobStore blobs, AgreementStore agreements, TransferStore transfers)
{
    /// <summary>Opens a sealed part; null where the store doesn't have it whole.</summary>
    /// <exception cref="ErasedException">It was erased since it was found.</exception>
    internal async Task<BlobReader?> OpenSealedAsync(Grant grant, Transfer transfer, SealedPart part, CancellationToken ct)
    {
        grant.Require(Permission.FetchMasked, Permission.FetchForClient);
        RequireSame(grant, transfer);
        var blob = await blobs.OpenReadAsync(StagedTransfer.PartBlob(transfer.Id, part.Name), ct);
        if (blob?.Length == part.Size) return blob;
        if (blob is not null) await blob.DisposeAsync();
        return await transfers.IsErasedAsync(transfer.Id, ct) ? throw new ErasedException() : null;
    }

    /// <summary>Opens a part that is under the transfer's data key.</summary>
    /// <exception cref="ErasedException">It was erased since it was found.</exception>
    internal async Task<GatewayPartReader> OpenOwnAsync(Grant grant, Transfer transfer, string part, CancellationToken ct)
    {
        grant.Require(
            Permission.SendReturn, Permission.ReadFindings, Permission.FetchMasked, Permission.ReadAttestation, Permission.RequestReveal, Permission.ShowReveal);
        return await OpenAsync(grant, transfer, part, ct);
    }

    /// <summary>The digest of the statement of how a transfer was masked, as the event that accepted it has it; null where there
    /// is none.</summary>
    internal async Task<string?> AttestationDigestAsync(Grant grant, Transfer transfer, CancellationToken ct)
    {
        grant.Require(Permission.FetchMasked, Permission.FetchForClient);
        if (!transfer.Parts.Any(part => part.Name == PartName.Attestation)) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var attestation = await OpenAsync(grant, transfer, PartName.Attestation, ct);
        while (await attestation.ReadAsync(ct) is { IsEmpty: false } piece) hash.AppendData(piece.Span);
        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private async Task<GatewayPartReader> OpenAsync(Grant grant, Transfer transfer, string part, CancellationToken ct)
    {
        RequireSame(grant, transfer);
        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        try
        {
            using var dataKey = agreementKey.OpenDataKey(transfer.Id, transfer.WrappedKey, transfer.KeyEpoch);
            return await GatewayPartReader.OpenAsync(blobs, transfer.Id, dataKey, part, ct);
        }
        catch (BlobStoreException e) when (e.Error == BlobStoreError.Gone)
        {
            if (await transfers.IsErasedAsync(transfer.Id, ct)) throw new ErasedException();
            throw;
        }
    }

    private static void RequireSame(Grant grant, Transfer transfer)
    {
        if (grant.Agreement != transfer.Agreement) throw new InvalidOperationException("a transfer of another agreement");
    }
}
