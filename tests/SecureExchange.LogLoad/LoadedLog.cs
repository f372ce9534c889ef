using System.Text;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.LogLoad;

/// <summary>A log as a gateway has it, over one of the product's stores.</summary>
public static class LoadedLog
{
    private const string Origin = "load.example/northwind.claims";

    private static NoteSigner Signer { get; } = new(Origin, new byte[32]);

    public static NoteVerifier Verifier => Signer.Verifier;

    public static async Task<BlobStore> OpenStoreAsync(string kind, string place)
    {
        if (kind == "folder") return await FolderBlobStore.OpenAsync(place, default);
        return await AzureBlobStore.OpenAsync(new AzureBlobOptions { Container = "load", ConnectionStringFile = place, CreateContainer = true }, default);
    }

    public static TileStore Tiles(BlobStore store) => new BlobTileStore(store, "log");

    public static Task<TransparencyLog> OpenAsync(BlobStore store) =>
        TransparencyLog.OpenAsync(Tiles(store), Signer, new LogOptions { CreateIfMissing = true }, default);

    /// <summary>What an audit event of a fetch is, to the byte count.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="mark">Which event this is.</param>
    public static EntryDraft Event(string caller, string mark)
    {
        var head = Encoding.ASCII.GetBytes(
            $"{{\"agreement\":\"northwind.claims\",\"agreement_version\":\"sha256:50f5a31b9cfa27911da7cb4248c168f144effeb957e6709027eccacb7e1ceb14\","
            + $"\"at\":\"2026-11-22T04:11:29.571Z\",\"caller\":\"{caller}\",\"index\":");
        var middle = Encoding.ASCII.GetBytes(",\"kind\":\"content.fetched\",\"length\":48211,\"number\":");
        var tail = Encoding.ASCII.GetBytes(
            ",\"offset\":0,\"parts\":[{\"digest\":\"sha256:1f5a31b9cfa27911da7cb4248c168f144effeb957e6709027eccacb7e1ceb14a\",\"name\":\"masked.pgp\","
            + "\"recipient\":\"6F0D8A2B1C3E4F5061728394A5B6C7D8E9F00112\",\"size\":48211}],\"profile\":\"sha256:90f5a31b9cfa27911da7cb4248c168f144effeb957e6709027eccacb7e1ceb14\","
            + $"\"recipient\":\"{caller.Split('/')[0]}\",\"transfer\":\"{mark}\",\"v\":1}}");
        return new EntryDraft(
            (byte[])[.. head, .. middle, .. tail],
            [new EntryNumber(head.Length), new EntryNumber(head.Length + middle.Length, caller.Split('/')[0])]);
    }
}
