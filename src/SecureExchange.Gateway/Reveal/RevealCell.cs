using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;
using SecureExchange.Masking.Originals;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Gateway.Reveal;

/// <summary>Proves that a masked cell is the one that was sent, and turns it back. Of what doesn't turn back it finds the original,
/// where the agreement gives the gateway custody. There is no other way to a value.</summary>
/// <remarks>The gateway can't open what it has sealed to others, so whoever asks has to show the cell as it came. The manifest says
/// whether it stood in that row of that dispatch; the agreement's key turns it back.</remarks>
public sealed class RevealCell(AgreementStore agreements, PartStore parts, TokenMapStore tokenMaps)
{
    /// <summary>Which row a claimed cell stood in; null where it didn't.</summary>
    internal async Task<long?> FindAsync(Grant grant, Transfer transfer, ClaimedCell claimed, CancellationToken ct)
    {
        using var proof = await ProveAsync(grant, transfer, claimed, ct);
        return proof.Row;
    }

    /// <summary>The value of a stored request, as UTF-8; the caller zeroes it. Null where it can't be turned back any more.</summary>
    internal async Task<byte[]?> OpenAsync(Grant grant, Transfer transfer, RevealRequest request, CancellationToken ct)
    {
        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        var profile = (await agreements.LoadAsync(grant, transfer.AgreementVersion, ct)).Profile;
        ClaimedCell claimed;
        TokenMap? tokens;
        using (var dataKey = agreementKey.OpenDataKey(transfer.Id, transfer.WrappedKey, transfer.KeyEpoch))
        {
            claimed = new ClaimedCell(request.Field, Encoding.UTF8.GetBytes(dataKey.OpenText(request.SealedCell, $"reveal/{request.Id}/cell")))
            {
                Row = request.Record,
                MaskedSubject = request.SealedSubject is null ? null : Encoding.UTF8.GetBytes(dataKey.OpenText(request.SealedSubject, $"reveal/{request.Id}/subject")),
            };
            tokens = await tokenMaps.OpenAsync(transfer.Id, profile, dataKey, ct);
        }

        using var remembered = tokens;
        using var proof = await ProveAsync(grant, transfer, claimed, ct);
        if (proof.Row is not { } row) return null;
        if (!CellProof.CanProve(profile, claimed.Field)) return await FindOriginalAsync(grant, transfer, profile, claimed.Field, row, ct);
        using var maskingKeys = agreementKey.MaskingKeys(transfer.KeyEpoch);
        maskingKeys.Map = remembered;
        return proof.Restore(maskingKeys);
    }

    /// <summary>What was shown of a cell, sealed for as long as the request is there.</summary>
    internal async Task<(byte[] Cell, byte[]? Subject)> SealAsync(Grant grant, Transfer transfer, RevealId id, string cell, string? subject, CancellationToken ct)
    {
        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        using var dataKey = agreementKey.OpenDataKey(transfer.Id, transfer.WrappedKey, transfer.KeyEpoch);
        return (dataKey.SealText(cell, $"reveal/{id}/cell"), subject is null ? null : dataKey.SealText(subject, $"reveal/{id}/subject"));
    }

    private async Task<byte[]?> FindOriginalAsync(Grant grant, Transfer transfer, MaskingProfile profile, string field, long row, CancellationToken ct)
    {
        using var original = new OriginalCell(profile, field, row);
        await using var part = await parts.OpenOwnAsync(grant, transfer, PartName.Originals, ct);
        while (!original.IsComplete && await part.ReadAsync(ct) is { IsEmpty: false } piece) original.Read(piece.Span);
        return original.Take();
    }

    private async Task<CellProof> ProveAsync(Grant grant, Transfer transfer, ClaimedCell claimed, CancellationToken ct)
    {
        var agreement = await agreements.LoadAsync(grant, transfer.AgreementVersion, ct); // As it was masked.
        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        using var dataKey = agreementKey.OpenDataKey(transfer.Id, transfer.WrappedKey, transfer.KeyEpoch);
        using var tagKey = dataKey.TagKey();
        var proof = new CellProof(agreement.Profile, tagKey.Span, claimed);
        try
        {
            await using var manifest = await parts.OpenOwnAsync(grant, transfer, PartName.Manifest, ct);
            while (await manifest.ReadAsync(ct) is { IsEmpty: false } piece) proof.Read(piece.Span);
            return proof;
        }
        catch
        {
            proof.Dispose();
            throw;
        }
    }
}
