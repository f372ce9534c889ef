using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Audit;

/// <summary>Shows a log's checkpoints to its agreement's witnesses (C2SP tlog-witness), and keeps the newest one that
/// enough of them have cosigned.</summary>
/// <remarks>One round at a time for each log: whoever waits for an entry that the next round covers shares it.</remarks>
public sealed class WitnessRounds : IDisposable
{
    /// <summary>Beside the log's <c>checkpoint</c>: the newest that a quorum has cosigned.</summary>
    internal const string CosignedPath = "cosigned";

    /// <summary>A release waits for it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly BlobStore _blobs;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<LogName, SemaphoreSlim> _turns = new();

    /// <summary>What each witness is believed to have seen; wrong after others have shown it more, and then it says so.</summary>
    private readonly ConcurrentDictionary<(LogName Log, uint Witness), long> _seen = new();

    /// <param name="blobs">Keeps the cosigned checkpoints.</param>
    public WitnessRounds(BlobStore blobs)
    {
        _blobs = blobs;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = s_patience,
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns once enough witnesses have cosigned a checkpoint that covers an entry.</summary>
    /// <exception cref="NotWitnessedException">They haven't.</exception>
    internal async Task RequireAsync(TransparencyLog log, LogName name, TrustPolicy policy, long index)
    {
        if (policy.NeedsNoWitness) return;
        var turn = _turns.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            if (await CosignedAsync(log, name, CancellationToken.None) is { } before && index < before.Size && policy.Judge(before).IsQuorum) return;
            var round = new CosigningRound(log.Latest, policy);
            await AskAsync(log, name, policy, round);
            if (!round.IsQuorum) throw new NotWitnessedException(name, index);
            await KeepAsync(name, round.Checkpoint);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The newest checkpoint that a quorum has cosigned; null for none.</summary>
    internal async Task<Checkpoint?> CosignedAsync(TransparencyLog log, LogName name, CancellationToken ct)
    {
        if (await _blobs.GetAsync(PathOf(name), ct) is not { } stored) return null;
        try
        {
            return Checkpoint.Open(stored.Content.Span, log.Verifier);
        }
        catch (TransparencyException)
        {
            return null; // Damaged, and worth nothing but another round.
        }
    }

    private async Task AskAsync(TransparencyLog log, LogName name, TrustPolicy policy, CosigningRound round)
    {
        using var enough = new CancellationTokenSource(s_patience);
        var asked = policy.Witnesses.Where(witness => witness.Url is not null).Select(async witness =>
        {
            try
            {
                await AskAsync(log, name, witness, round, enough.Token);
                if (round.IsQuorum) await enough.CancelAsync();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or TransparencyException)
            {
                // One that is away or refuses: the quorum says whether the others do.
            }
        });
        await Task.WhenAll(asked);
    }

    private async Task AskAsync(TransparencyLog log, LogName name, PolicyWitness witness, CosigningRound round, CancellationToken ct)
    {
        var checkpoint = round.Checkpoint;
        var key = (name, witness.Key.KeyId);
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

    private async Task KeepAsync(LogName name, Checkpoint cosigned)
    {
        var path = PathOf(name);
        while (true)
        {
            var stored = await _blobs.GetAsync(path, CancellationToken.None);
            if (await _blobs.SwapAsync(path, Encoding.UTF8.GetBytes(cosigned.Note), stored?.ETag, CancellationToken.None) is not null) return;
        }
    }

    private static BlobName PathOf(LogName name) => new($"{name.Folder}/{CosignedPath}");
}
