using System.Security.Cryptography;
using Dapper;
using SecureExchange.Access;
using SecureExchange.Gateway.Keys;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Gateway.Storage;

/// <summary>What random tokens and reversible pseudonyms stand for. Each transfer has what it used as a part of its own, and is turned
/// back by that alone; the agreement has a map of all, so that the same value has the same token in the next one.</summary>
/// <remarks><code>
/// (1) load the agreement's map ─► (2) mask with a branch of it ─► (3) stage the branch as the transfer's part
///     ─► (4) merge it into the agreement's map, by compare-and-swap ─► log ─► publish
/// </code>
/// A crash behind (4) leaves entries whose tokens nobody has seen. An erasure destroys the parts with their transfers, and the key of
/// the agreement's map: the next dispatch makes a new map of the parts that are left (docs/formats/token-map.md).</remarks>
public sealed class TokenMapStore(Database database, BlobStore blobs)
{
    /// <summary>Another dispatch took a token, or an erasure a value, while this one was masked; or the agreement's key was rotated, which
    /// begins a new map.</summary>
    internal static TransferFault Moved { get; } = new(
        "transfer.token-map-moved", "another dispatch, or an erasure, changed the agreement's token map in the same moment, or its key was rotated; nothing was kept, send it again");

    /// <summary>Where an agreement's maps are in the store; all but one are left over from an erasure, and open no more.</summary>
    internal static string Folder(AgreementId agreement) => $"token-maps/{agreement}/";

    /// <summary>Begins what one transfer will remember; null where its profile needs no map.</summary>
    /// <param name="grant">To send under the agreement.</param>
    /// <param name="profile">What it will be masked with.</param>
    /// <param name="agreementKey">The agreement's.</param>
    /// <param name="ct">The connection.</param>
    internal async Task<TransferTokens?> BeginAsync(Grant grant, MaskingProfile profile, AgreementKey agreementKey, CancellationToken ct)
    {
        grant.Require(Permission.SendDispatch, Permission.SendRecords);
        return profile.NeedsMap ? await BeginAsync(grant, agreementKey, ct) : null;
    }

    private async Task<TransferTokens> BeginAsync(Grant grant, AgreementKey agreementKey, CancellationToken ct)
    {
        var loaded = await LoadAsync(grant, agreementKey, self: null, ct);
        loaded.Key.Dispose();
        return new TransferTokens(this, grant, agreementKey, loaded.Map);
    }

    /// <summary>What a transfer remembered; null where its profile needed no map.</summary>
    internal async Task<TokenMap?> OpenAsync(TransferId transfer, MaskingProfile profile, DataKey dataKey, CancellationToken ct)
    {
        return profile.NeedsMap ? await OpenWholeAsync(transfer, dataKey, ct) : null;
    }

    /// <summary>Takes what a transfer remembers into the agreement's map.</summary>
    /// <exception cref="TransferFaultException">The map has moved on, so that the two contradict each other; or it is full.</exception>
    internal async Task MergeAsync(Grant grant, AgreementKey agreementKey, TransferId self, TokenMap branch, CancellationToken ct)
    {
        while (true)
        {
            var (opened, id, sealing, version) = await LoadAsync(grant, agreementKey, self, ct);
            using var map = opened;
            if (!map.TryMerge(branch)) throw new TransferFaultException(map.Count + branch.Count > TokenMap.MaxEntries ? Full : Moved);
            using var key = sealing;
            var content = map.Seal(key.Span, grant.Agreement.Value);
            if (content.Length > BlobStore.MaxSmallLength) throw new TransferFaultException(Full);
            if (await blobs.SwapAsync(Blob(grant.Agreement, id), content, version, ct) is null) continue;
            if (await FindAsync(grant.Agreement, ct) is { } now && now.Id == id) return; // An erasure in between has made it unreadable.
        }
    }

    private static TransferFault Full { get; } = new(
        "record.token-map-full", "the agreement's token map has no room for so many more values; tokenise fields of many values, which needs no map");

    private static BlobName Blob(AgreementId agreement, TransferId id) => new($"{Folder(agreement)}{id}");

    private static SecretBytes SealKey(AgreementKey agreementKey, StoredMap stored)
    {
        using var mapKey = agreementKey.OpenDataKey(stored.Id, stored.WrappedKey, stored.KeyEpoch);
        return mapKey.SealKey("token-map");
    }

    /// <summary>The map of the key's epoch: a rotation begins a new one, so that what is new has new tokens.</summary>
    private async Task<(TokenMap Map, TransferId Id, SecretBytes Key, string? Version)> LoadAsync(
        Grant grant, AgreementKey agreementKey, TransferId? self, CancellationToken ct)
    {
        var found = await FindAsync(grant.Agreement, ct);
        if (found is null || found.KeyEpoch < agreementKey.Epoch) found = await MakeAsync(grant, agreementKey, ct);
        if (found.KeyEpoch > agreementKey.Epoch) throw new TransferFaultException(Moved);
        var key = SealKey(agreementKey, found);
        try
        {
            var stored = await blobs.GetAsync(Blob(grant.Agreement, found.Id), ct);
            if (stored is null) return (await CollectAsync(grant, agreementKey, self, ct), found.Id, key, null);
            return (TokenMap.Open(stored.Content.Span, key.Span, grant.Agreement.Value), found.Id, key, stored.ETag);
        }
        catch (Exception e)
        {
            key.Dispose();
            if (e is CryptographicException) throw new KeyException(KeyError.WrongKey, "the agreement's token map");
            throw;
        }
    }

    /// <summary>The first map of an epoch, or the first since an erasure: of what its other transfers remember.</summary>
    private async Task<TokenMap> CollectAsync(Grant grant, AgreementKey agreementKey, TransferId? self, CancellationToken ct)
    {
        var map = new TokenMap();
        await using var connection = await database.ConnectAsync(ct);
        // What was published goes first: should one that is still on its way contradict it, that one is told so when it merges.
        var rows = await connection.QueryAsync<(string Id, byte[] Key)>(
            "SELECT id, wrapped_key FROM transfer WHERE agreement = @id AND kind <> @returned AND length(wrapped_key) > 0 AND key_epoch = @epoch ORDER BY state < @published, created_at, id",
            new { id = grant.Agreement.Value, returned = TransferKind.Return, published = TransferState.Published, epoch = agreementKey.Epoch });
        foreach (var row in rows)
        {
            var id = TransferId.TryParse(row.Id, out var parsed) ? parsed : throw new InvalidDataException("transfer.id");
            if (id == self) continue; // What it took from the map before an erasure is forgotten: it must not bring it back.
            await using (var part = await blobs.OpenReadAsync(StagedTransfer.PartBlob(id, PartName.Tokens), ct))
            {
                if (part is null) continue; // Its profile needed none, or it hasn't got so far.
            }

            using var dataKey = agreementKey.OpenDataKey(id, row.Key, agreementKey.Epoch);
            using var remembered = await OpenWholeAsync(id, dataKey, ct);
            map.TryMerge(remembered);
        }

        return map;
    }

    private async Task<TokenMap> OpenWholeAsync(TransferId transfer, DataKey dataKey, CancellationToken ct)
    {
        await using var part = await GatewayPartReader.OpenAsync(blobs, transfer, dataKey, PartName.Tokens, ct);
        using var entries = new Intake.PlaintextWriter();
        while (await part.ReadAsync(ct) is { IsEmpty: false } piece)
        {
            piece.CopyTo(entries.GetMemory(piece.Length));
            entries.Advance(piece.Length);
        }

        return TokenMap.Read(entries.Written.Span);
    }

    private async Task<StoredMap> MakeAsync(Grant grant, AgreementKey agreementKey, CancellationToken ct)
    {
        var id = TransferId.New();
        var (key, wrapped) = agreementKey.NewDataKey(id);
        key.Dispose();
        await using var connection = await database.ConnectAsync(ct);
        await connection.ExecuteAsync(
            """
            INSERT INTO token_map (agreement, id, wrapped_key, key_epoch) VALUES (@agreement, @id, @wrapped, @epoch)
            ON CONFLICT DO UPDATE SET id = excluded.id, wrapped_key = excluded.wrapped_key, key_epoch = excluded.key_epoch
                WHERE excluded.key_epoch > token_map.key_epoch
            """,
            new { agreement = grant.Agreement.Value, id = id.Value, wrapped, epoch = agreementKey.Epoch });
        return (await FindAsync(grant.Agreement, ct))!; // Another may have been first.
    }

    private async Task<StoredMap?> FindAsync(AgreementId agreement, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<(string Id, byte[] Key, int KeyEpoch)>(
            "SELECT id, wrapped_key, key_epoch FROM token_map WHERE agreement = @id", new { id = agreement.Value });
        if (row.Id is null) return null;
        return new StoredMap(TransferId.TryParse(row.Id, out var id) ? id : throw new InvalidDataException("token_map.id"), row.Key, row.KeyEpoch);
    }

    private sealed record StoredMap(TransferId Id, byte[] WrappedKey, int KeyEpoch);
}

/// <summary>What one transfer remembers while it is masked. Zeroed when disposed.</summary>
internal sealed class TransferTokens : IDisposable
{
    private readonly TokenMapStore _store;
    private readonly Grant _grant;
    private readonly AgreementKey _agreementKey;
    private readonly TokenMap _whole;

    internal TransferTokens(TokenMapStore store, Grant grant, AgreementKey agreementKey, TokenMap whole)
    {
        (_store, _grant, _agreementKey, _whole) = (store, grant, agreementKey, whole);
        Map = whole.Branch();
    }

    /// <summary>For <see cref="MaskingKeys.Map"/>.</summary>
    internal TokenMap Map { get; }

    /// <summary>Stages it, and takes it into the agreement's map: before the transfer is in the log.</summary>
    /// <exception cref="TransferFaultException">The agreement's map has moved on; the transfer has to be sent again.</exception>
    internal async Task StageAsync(StagedTransfer staged, CancellationToken ct)
    {
        using var entries = new Intake.PlaintextWriter();
        Map.Write(entries);
        var part = await staged.SealToGatewayAsync(PartName.Tokens, ct);
        await part.WriteAsync(entries.Written, ct);
        await staged.CompleteAsync(part, ct);
        await _store.MergeAsync(_grant, _agreementKey, staged.Id, Map, ct);
    }

    public void Dispose()
    {
        Map.Dispose();
        _whole.Dispose();
    }

    public override string ToString() => "[secret]";
}
