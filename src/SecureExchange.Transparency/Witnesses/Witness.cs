using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>Remembers the newest checkpoint of each log that it knows, and vouches for a newer one only when that contains
/// all of it (C2SP tlog-witness). Safe for concurrent use, and for several processes over one store.</summary>
/// <remarks>
/// <code>
/// request ─► known log? signed? ─► same size as remembered? consistent? ─► replace what is remembered ─► cosign
/// </code>
/// It never cosigns before the new checkpoint is durable, so that after a crash it can't vouch for another history.
/// </remarks>
/// <param name="store">What it remembers, <c>logs/…</c>, and what it refused, <c>evidence/…</c>. Losing it means retiring
/// the key: a witness without memory could be shown anything.</param>
/// <param name="key">Cosigns. Stays the caller's.</param>
/// <param name="logs">The logs that it knows, by their keys; of a log whose key was replaced, both, for as long as checkpoints of before may
/// come.</param>
/// <param name="clock">Dates the cosignatures.</param>
public sealed class Witness(TileStore store, CosigningKey key, IReadOnlyList<NoteVerifier> logs, TimeProvider clock)
{
    /// <summary>Disk exhaustion. Each fork takes a signature by the log's own key, and is proof: nothing else counts here.</summary>
    private const int MaxForks = 1000;

    /// <summary>Disk exhaustion. Anybody can send a genuine checkpoint with a proof that proves nothing.</summary>
    private const int MaxInconsistent = 1000;

    /// <summary>Disk exhaustion. Anybody can send an old genuine checkpoint: a hint of a rollback, and no more.</summary>
    private const int MaxSmaller = 100;

    /// <summary>Lost races in a row, each against a request that was answered.</summary>
    private const int MaxAttempts = 64;

    /// <summary>Answers one request's body.</summary>
    /// <exception cref="TransparencyException">What is stored of the log is damaged.</exception>
    public async Task<WitnessAnswer> AddCheckpointAsync(ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        AddCheckpointRequest request;
        Checkpoint checkpoint;
        NoteVerifier[] keys;
        try
        {
            request = AddCheckpointRequest.Read(body);
            var origin = Checkpoint.ClaimedOrigin(request.Note.Span);
            keys = [.. logs.Where(known => known.Name == origin)];
            if (keys.Length == 0) return new WitnessAnswer(WitnessOutcome.UnknownLog, "this witness doesn't know the log\n");
            checkpoint = Checkpoint.Open(request.Note.Span, keys);
        }
        catch (TransparencyException e)
        {
            var isUnsigned = e.Error is TransparencyError.UnknownKey or TransparencyError.InvalidSignature;
            return new WitnessAnswer(isUnsigned ? WitnessOutcome.NotSigned : WitnessOutcome.Malformed, $"{e.Message}\n");
        }

        var log = keys[0];
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var stored = await store.ReadVersionedAsync(PathOf(log), ct);
            var known = stored is null ? null : OpenState(stored, keys);
            if (Refusal(request, checkpoint, known) is { } refusal)
            {
                return await KeepAsync(log, request, checkpoint, known, refusal, ct);
            }

            var line = await SwapAsync(log, checkpoint, stored?.Version, ct);
            if (line is not null) return new WitnessAnswer(WitnessOutcome.Cosigned, line);
        }

        throw new IOException("other requests for this log came first, again and again");
    }

    /// <summary>The newest checkpoint of a log that this witness has cosigned, with its cosignature; null for none.</summary>
    /// <exception cref="TransparencyException">What is stored of the log is damaged.</exception>
    public async Task<Checkpoint?> LatestAsync(NoteVerifier log, CancellationToken ct) =>
        await store.ReadVersionedAsync(PathOf(log), ct) is { } stored ? OpenState(stored, [.. logs.Where(known => known.Name == log.Name)]) : null;

    private static WitnessAnswer? Refusal(AddCheckpointRequest request, Checkpoint checkpoint, Checkpoint? known)
    {
        if (request.OldSize > checkpoint.Size)
            return new WitnessAnswer(WitnessOutcome.Malformed, "the checkpoint is smaller than the old size\n");
        var knownSize = known?.Size ?? 0;
        if (request.OldSize != knownSize)
            return new WitnessAnswer(WitnessOutcome.OtherSize, string.Create(CultureInfo.InvariantCulture, $"{knownSize}\n"));
        var knownRoot = known?.Root ?? MerkleTree.EmptyRoot;
        if (checkpoint.Size == knownSize && checkpoint.Root != knownRoot)
            return new WitnessAnswer(WitnessOutcome.Forked, "the log has signed another root for this size\n");
        var isConsistent = knownSize == 0
            ? request.Proof.Count == 0
            : ConsistencyProof.Verify(knownSize, checkpoint.Size, knownRoot, checkpoint.Root, [.. request.Proof]);
        return isConsistent
            ? null
            : new WitnessAnswer(WitnessOutcome.Inconsistent, "the checkpoint isn't shown to contain the one cosigned before\n");
    }

    /// <returns>The cosignature; null when another request came first.</returns>
    private async ValueTask<string?> SwapAsync(NoteVerifier log, Checkpoint checkpoint, string? version, CancellationToken ct)
    {
        // Only the log's own signature and ours: others would be anybody's bytes in our store.
        var line = key.Cosign(checkpoint, clock.GetUtcNow());
        var note = $"{checkpoint.Text}\n{checkpoint.Signature.ToLine()}{line}";
        return await store.SwapAsync(PathOf(log), Encoding.UTF8.GetBytes(note), version, ct) is null ? null : line;
    }

    /// <returns>The refusal, with where what was shown is kept.</returns>
    private async ValueTask<WitnessAnswer> KeepAsync(
        NoteVerifier log, AddCheckpointRequest request, Checkpoint checkpoint, Checkpoint? known, WitnessAnswer refusal, CancellationToken ct)
    {
        (string Kind, int Most)? kept = refusal.Outcome switch
        {
            WitnessOutcome.Forked => ("forked", MaxForks),
            WitnessOutcome.Inconsistent => ("inconsistent", MaxInconsistent),
            WitnessOutcome.Malformed => ("smaller", MaxSmaller),
            _ => null,
        };
        if (kept is not var (kind, most)) return refusal;

        // Named after what the log has signed, so that one checkpoint with many proofs, or signatures of anybody's, is kept once.
        var folder = $"evidence/{NameOf(log)}/{kind}/";
        var path = $"{folder}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkpoint.Text)))}.json";
        if (await store.ReadAsync(path, ct) is null)
        {
            var count = 0;
            await foreach (var _ in store.ListAsync(folder, ct)) count++;
            if (count >= most) return refusal;
            await store.CreateAsync(path, Evidence(request, known, refusal), ct);
        }

        return refusal with { Evidence = path };
    }

    private byte[] Evidence(AddCheckpointRequest request, Checkpoint? known, WitnessAnswer refusal) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string?>
        {
            ["refused"] = refusal.Outcome.ToString(),
            ["because"] = refusal.Body.TrimEnd(),
            ["at"] = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["request"] = Encoding.UTF8.GetString(request.Write()),
            ["cosigned"] = known?.Note,
        });

    private Checkpoint OpenState(VersionedObject stored, NoteVerifier[] keys)
    {
        try
        {
            var checkpoint = Checkpoint.Open(stored.Content.Span, keys);
            if (key.Cosigner.Find(checkpoint) is not null) return checkpoint;
        }
        catch (TransparencyException)
        {
            // Said below, as of the state: the sender can do nothing about it.
        }

        throw new TransparencyException(TransparencyError.MalformedWitnessState, PathOf(keys[0]));
    }

    private static string PathOf(NoteVerifier log) => $"logs/{NameOf(log)}";

    /// <summary>An origin may hold anything; a file's name may not.</summary>
    private static string NameOf(NoteVerifier log) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log.Name)));
}
