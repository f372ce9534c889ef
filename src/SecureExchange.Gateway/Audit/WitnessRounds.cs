using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Audit;

/// <summary>Shows a log's checkpoints to its agreement's witnesses (C2SP tlog-witness), and keeps the newest one that
/// enough of them have cosigned, for receipts.</summary>
public sealed class WitnessRounds : IDisposable
{
    /// <summary>Beside the log's <c>checkpoint</c>: the newest that a quorum has cosigned. For receipts alone: nothing is
    /// released on the word of the store.</summary>
    internal const string CosignedPath = "cosigned";

    /// <summary>A release waits for it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>A release waits for the receipts' copy too, and goes on without it.</summary>
    private static readonly TimeSpan s_patienceToKeep = TimeSpan.FromSeconds(2);

    private readonly BlobStore _blobs;
    private readonly WitnessHosts _hosts;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<(TransparencyLog Log, TrustPolicy Policy), SharedRounds> _rounds = new();

    /// <summary>What each witness is believed to have seen; wrong after others have shown it more, and then it says so.</summary>
    private readonly ConcurrentDictionary<(TransparencyLog Log, uint Witness), long> _seen = new();

    /// <param name="blobs">Keeps the cosigned checkpoints. Not trusted.</param>
    /// <param name="hosts">The only ones that are asked, whatever an agreement says.</param>
    public WitnessRounds(BlobStore blobs, WitnessHosts hosts)
    {
        _blobs = blobs;
        _hosts = hosts;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = s_patience,
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns once enough witnesses have cosigned a checkpoint that covers an entry: about ten seconds after a
    /// round has begun, and two rounds at most.</summary>
    /// <exception cref="NotWitnessedException">They haven't.</exception>
    internal async Task RequireAsync(TransparencyLog log, LogName name, TrustPolicy policy, long index)
    {
        if (policy.NeedsNoWitness) return;

        // The policy is that of the agreement's version in force: another version has rounds of its own.
        var rounds = _rounds.GetOrAdd((log, policy), _ => new SharedRounds(() => log.Latest, checkpoint => AskAsync(log, name, policy, checkpoint)));
        if (!await rounds.CoverAsync(index)) throw new NotWitnessedException(name, index);
    }

    /// <summary>The newest checkpoint that a quorum has cosigned and that this log contains; null for none.</summary>
    internal async Task<Checkpoint?> CosignedAsync(TransparencyLog log, LogName name, TrustPolicy policy, CancellationToken ct)
    {
        if (_rounds.GetValueOrDefault((log, policy))?.Cosigned is { } own) return own;
        if (Read(await _blobs.GetAsync(PathOf(name), ct), log, policy) is not { } stored) return null;
        var latest = log.Latest;
        if (stored.Size > latest.Size) return null;
        try
        {
            var proof = await log.ProveConsistencyAsync(stored.Size, latest, ct);
            return ConsistencyProof.Verify(stored.Size, latest.Size, stored.Root, latest.Root, [.. proof]) ? stored : null;
        }
        catch (TransparencyException)
        {
            return null; // The log's own affair: whoever reads it is told.
        }
    }

    private async Task<Checkpoint?> AskAsync(TransparencyLog log, LogName name, TrustPolicy policy, Checkpoint checkpoint)
    {
        var round = new CosigningRound(checkpoint, policy);
        using var enough = new CancellationTokenSource(s_patience);
        await Task.WhenAll(policy.Witnesses
            .Where(witness => witness.Url is { } url && _hosts.Allows(url))
            .Select(witness => TryAskAsync(log, witness, round, enough)));
        if (!round.IsQuorum) return null;
        var cosigned = round.Checkpoint;
        await TryKeepAsync(log, name, policy, cosigned);
        return cosigned;
    }

    private async Task TryAskAsync(TransparencyLog log, PolicyWitness witness, CosigningRound round, CancellationTokenSource enough)
    {
        try
        {
            await AskAsync(log, witness, round, enough.Token);
            if (round.IsQuorum) await enough.CancelAsync();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or TransparencyException or BlobStoreException)
        {
            // One that is away or refuses, or that wants a proof which can't be read: the quorum says whether the others do.
        }
    }

    private async Task AskAsync(TransparencyLog log, PolicyWitness witness, CosigningRound round, CancellationToken ct)
    {
        var checkpoint = round.Checkpoint;
        var key = (log, witness.Key.KeyId);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var old = Math.Min(_seen.GetValueOrDefault(key), checkpoint.Size);
            IReadOnlyList<MerkleHash> proof = old == 0 ? [] : await log.ProveConsistencyAsync(old, checkpoint, ct);
            using var content = new ByteArrayContent(new AddCheckpointRequest(old, proof, Encoding.UTF8.GetBytes(checkpoint.Note)).Write());
            content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
            using var answer = await _http.PostAsync($"{witness.Url!.TrimEnd('/')}/add-checkpoint", content, ct);
            var body = await answer.Content.ReadAsByteArrayAsync(ct);
            if (answer.StatusCode == HttpStatusCode.OK && round.TryAdd(witness, body))
            {
                _seen[key] = checkpoint.Size;
                return;
            }

            var isSize = answer.StatusCode == HttpStatusCode.Conflict
                && answer.Content.Headers.ContentType?.MediaType == AddCheckpointRequest.SizeContentType;
            if (!isSize || !long.TryParse(Encoding.ASCII.GetString(body).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                || size > checkpoint.Size)
            {
                return; // It has seen more than this log has, or another log: nothing of ours can change its mind.
            }

            _seen[key] = size;
        }
    }

    /// <summary>For receipts: where it fails, they are under a checkpoint without cosignatures until the next round.</summary>
    private async Task TryKeepAsync(TransparencyLog log, LogName name, TrustPolicy policy, Checkpoint cosigned)
    {
        using var giveUp = new CancellationTokenSource(s_patienceToKeep);
        var path = PathOf(name);
        try
        {
            string? kept = null;
            while (kept is null)
            {
                var stored = await _blobs.GetAsync(path, giveUp.Token);
                if (Read(stored, log, policy)?.Size > cosigned.Size) return;
                kept = await _blobs.SwapAsync(path, Encoding.UTF8.GetBytes(cosigned.Note), stored?.ETag, giveUp.Token);
                giveUp.Token.ThrowIfCancellationRequested();
            }
        }
        catch (Exception e) when (e is BlobStoreException or OperationCanceledException)
        {
            // The witnesses have seen it, and this process knows: that is what the release needs.
        }
    }

    /// <summary>What is stored, where a quorum has really cosigned it: one false cosignature spoils a receipt.</summary>
    private static Checkpoint? Read(BlobVersion? stored, TransparencyLog log, TrustPolicy policy)
    {
        if (stored is null) return null;
        try
        {
            var checkpoint = Checkpoint.Open(stored.Content.Span, log.Verifier);
            return checkpoint.Size > 0 && policy.Judge(checkpoint).IsQuorum ? checkpoint : null;
        }
        catch (TransparencyException)
        {
            return null; // Damaged, and worth nothing but another round.
        }
    }

    private static BlobName PathOf(LogName name) => new($"{name.Folder}/{CosignedPath}");
}
