using System.Text;
using System.Text.Json;
using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Transparency.Tests.Witnesses;

/// <summary>C2SP tlog-witness, clause by clause.</summary>
public sealed class WitnessTests
{
    private readonly MemoryTileStore _state = new();
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    [Fact]
    public async Task A_witness_follows_a_log_from_nothing_to_where_it_is()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        var known = 0L;
        foreach (var count in new[] { 1, 2, 300, 5 })
        {
            await Logs.AppendAsync(log, known, count);
            var answer = await AddAsync(witness, await RequestAsync(log, known));
            Assert.Equal((WitnessOutcome.Cosigned, 200), (answer.Outcome, answer.StatusCode));
            var cosigned = Checkpoint.Open(Encoding.UTF8.GetBytes(log.Latest.Note + answer.Body), Logs.Verifier);
            Assert.Equal(_clock.GetUtcNow(), Keys.Cosigner(1).Find(cosigned)!.At);
            known = log.Latest.Size;
        }

        var again = await AddAsync(witness, await RequestAsync(log, known));
        Assert.Equal(WitnessOutcome.Cosigned, again.Outcome); // The same once more is no fork.
        Assert.Equal(known, (await witness.LatestAsync(Logs.Verifier, CancellationToken.None))!.Size);
    }

    [Fact]
    public async Task Another_old_size_is_answered_with_the_size_that_is_known()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 7);
        await AddAsync(witness, await RequestAsync(log, 0));
        await Logs.AppendAsync(log, 7, 3);

        foreach (var old in new long[] { 0, 5, 10 })
        {
            var answer = await AddAsync(witness, await RequestAsync(log, old));
            Assert.Equal((WitnessOutcome.OtherSize, 409), (answer.Outcome, answer.StatusCode));
            Assert.Equal(("7\n", "text/x.tlog.size"), (answer.Body, answer.ContentType));
        }

        Assert.Empty(Evidence());
    }

    [Fact]
    public async Task A_fork_is_refused_and_kept_as_evidence_once()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await using var other = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 7);
        await Logs.AppendAsync(other, 100, 7);
        await AddAsync(witness, await RequestAsync(log, 0));

        var request = await RequestAsync(other, 7);
        var answer = await AddAsync(witness, request);
        Assert.Equal((WitnessOutcome.Forked, 409), (answer.Outcome, answer.StatusCode));
        Assert.Equal(answer.Evidence, (await AddAsync(witness, request)).Evidence);
        await AddAsync(witness, request with { Proof = [MerkleTree.EmptyRoot] });
        Assert.StartsWith("evidence/", answer.Evidence, StringComparison.Ordinal);

        // Both sides of the lie, each under the log's own signature.
        var evidence = JsonDocument.Parse(Assert.Single(Evidence())).RootElement;
        Assert.Equal("Forked", evidence.GetProperty("refused").GetString());
        var shown = AddCheckpointRequest.Read(Encoding.UTF8.GetBytes(evidence.GetProperty("request").GetString()!));
        Assert.Equal(other.Latest.Root, Checkpoint.Open(shown.Note.Span, Logs.Verifier).Root);
        var cosigned = Encoding.UTF8.GetBytes(evidence.GetProperty("cosigned").GetString()!);
        Assert.Equal(log.Latest.Root, Checkpoint.Open(cosigned, Logs.Verifier).Root);
    }

    [Fact]
    public async Task A_log_that_grew_from_something_else_is_refused_whatever_it_proves()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await using var other = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 7);
        await Logs.AppendAsync(other, 100, 12);
        await AddAsync(witness, await RequestAsync(log, 0));

        var answer = await AddAsync(witness, await RequestAsync(other, 7));
        Assert.Equal((WitnessOutcome.Inconsistent, 422), (answer.Outcome, answer.StatusCode));
        Assert.Single(Evidence());

        await Logs.AppendAsync(log, 7, 5);
        var request = await RequestAsync(log, 7);
        Assert.Equal(WitnessOutcome.Inconsistent, (await AddAsync(witness, request with { Proof = [] })).Outcome);
        Assert.Equal(WitnessOutcome.Cosigned, (await AddAsync(witness, request)).Outcome);
    }

    [Fact]
    public async Task A_rolled_back_log_is_refused_and_kept_as_evidence()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 5);
        var early = log.Latest;
        await Logs.AppendAsync(log, 5, 5);
        await AddAsync(witness, await RequestAsync(log, 0));

        var answer = await AddAsync(witness, new AddCheckpointRequest(10, [], Encoding.UTF8.GetBytes(early.Note)));
        Assert.Equal((WitnessOutcome.Malformed, 400), (answer.Outcome, answer.StatusCode));
        Assert.Single(Evidence());
        Assert.Equal(10, (await witness.LatestAsync(Logs.Verifier, CancellationToken.None))!.Size);
    }

    [Fact]
    public async Task Junk_that_anybody_can_send_leaves_room_for_the_proof_of_a_fork()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await using var other = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(other, 5000, 2);
        await Logs.AppendAsync(log, 0, 2);
        await AddAsync(witness, await RequestAsync(log, 0));
        using var signer = Logs.Signer();
        for (var size = 3; size < 1110; size++)
        {
            // Genuine checkpoints of the log, each with proofs that prove nothing.
            var genuine = Encoding.UTF8.GetBytes(Checkpoint.Sign(signer, size, MerkleTree.EmptyRoot).Note);
            await AddAsync(witness, new AddCheckpointRequest(2, [], genuine));
            if (size < 150) await AddAsync(witness, new AddCheckpointRequest(2000, [], genuine));
        }

        var junk = new AddCheckpointRequest(2, [], Encoding.UTF8.GetBytes(Checkpoint.Sign(signer, 3, MerkleTree.EmptyRoot).Note));
        Assert.NotNull((await AddAsync(witness, junk)).Evidence); // Since before.
        Assert.Equal(1100, Evidence().Count());
        var last = new AddCheckpointRequest(2, [], Encoding.UTF8.GetBytes(Checkpoint.Sign(signer, 1109, MerkleTree.EmptyRoot).Note));
        Assert.Null((await AddAsync(witness, last)).Evidence);

        var fork = await AddAsync(witness, await RequestAsync(other, 2));
        Assert.Equal(WitnessOutcome.Forked, fork.Outcome);
        Assert.True(_state.Objects.ContainsKey(fork.Evidence!));
    }

    [Fact]
    public async Task One_checkpoint_with_many_proofs_is_kept_once()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 7);
        await AddAsync(witness, await RequestAsync(log, 0));
        await Logs.AppendAsync(log, 7, 5);
        var request = await RequestAsync(log, 7);
        foreach (var proof in (MerkleHash[][])[[], [MerkleTree.EmptyRoot], [MerkleTree.EmptyRoot, MerkleTree.EmptyRoot]])
            Assert.Equal(WitnessOutcome.Inconsistent, (await AddAsync(witness, request with { Proof = proof })).Outcome);
        Assert.Single(Evidence());
    }

    [Fact]
    public async Task Unknown_logs_and_other_keys_leave_nothing_behind()
    {
        var witness = Create();
        using var stranger = Logs.Signer("other.example");
        using var impostor = Logs.Signer(key: 1);
        var unknown = Checkpoint.Sign(stranger, 0, MerkleTree.EmptyRoot);
        var forged = Checkpoint.Sign(impostor, 0, MerkleTree.EmptyRoot);
        Assert.Equal(404, (await AddAsync(witness, new AddCheckpointRequest(0, [], Encoding.UTF8.GetBytes(unknown.Note)))).StatusCode);
        Assert.Equal(403, (await AddAsync(witness, new AddCheckpointRequest(0, [], Encoding.UTF8.GetBytes(forged.Note)))).StatusCode);
        Assert.Empty(_state.Objects);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old 0\n")]
    [InlineData("old -1\n\n")]
    [InlineData("old 00\n\n")]
    [InlineData("old 0 \n\n")]
    [InlineData("new 0\n\n")]
    [InlineData("old 0\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383c==\n\n")]
    [InlineData("old 0\n\nlog.example/test\n")]
    public async Task What_is_no_request_is_a_bad_request(string body)
    {
        var answer = await Create().AddCheckpointAsync(Encoding.UTF8.GetBytes(body), CancellationToken.None);
        Assert.Equal((WitnessOutcome.Malformed, 400), (answer.Outcome, answer.StatusCode));
    }

    [Fact]
    public async Task Of_requests_at_once_no_two_are_answered_from_different_histories()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        var requests = new List<AddCheckpointRequest>();
        for (var i = 0; i < 8; i++)
        {
            await Logs.AppendAsync(log, i, 1);
            requests.Add(await RequestAsync(log, 0));
        }

        var answers = await Task.WhenAll(requests.Select(request => Task.Run(() => AddAsync(witness, request))));
        Assert.Single(answers, answer => answer.Outcome == WitnessOutcome.Cosigned);
        Assert.All(answers.Where(answer => answer.Outcome != WitnessOutcome.Cosigned), answer => Assert.Equal(409, answer.StatusCode));
    }

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    [InlineData(Fault.Disowned)]
    public async Task A_witness_that_does_not_know_whether_it_remembers_does_not_cosign(Fault fault)
    {
        using var key = Keys.Cosigning(1);
        var witness = new Witness(new FaultyTileStore(_state, 1, fault, isCrash: false), key, [Logs.Verifier], _clock);
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 3);
        var request = await RequestAsync(log, 0);
        if (fault == Fault.Disowned) Assert.Equal(WitnessOutcome.OtherSize, (await AddAsync(witness, request)).Outcome);
        else await Assert.ThrowsAsync<IOException>(() => AddAsync(witness, request));

        // The log asks again, from where the witness is.
        var known = (await witness.LatestAsync(Logs.Verifier, CancellationToken.None))?.Size ?? 0;
        Assert.Equal(fault == Fault.Before ? 0 : 3, known);
        Assert.Equal(WitnessOutcome.Cosigned, (await AddAsync(witness, await RequestAsync(log, known))).Outcome);
    }

    [Fact]
    public async Task A_damaged_memory_stops_the_witness()
    {
        var witness = Create();
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 3);
        var request = await RequestAsync(log, 0);
        await AddAsync(witness, request);
        var path = Assert.Single(_state.Objects).Key;
        var stored = _state.Objects[path].Content.ToArray();
        for (var at = 0; at < stored.Length; at++)
        {
            var altered = (byte[])stored.Clone();
            altered[at] ^= 1;
            _state.Put(path, altered);
            var e = await Assert.ThrowsAsync<TransparencyException>(() => AddAsync(witness, request));
            Assert.Equal(TransparencyError.MalformedWitnessState, e.Error);
        }
    }

    private Witness Create() => new(_state, Keys.Cosigning(1), [Logs.Verifier], _clock);

    private IEnumerable<byte[]> Evidence() =>
        _state.Objects.Where(pair => pair.Key.StartsWith("evidence/", StringComparison.Ordinal)).Select(pair => pair.Value.Content.ToArray());

    private static Task<WitnessAnswer> AddAsync(Witness witness, AddCheckpointRequest request) =>
        witness.AddCheckpointAsync(request.Write(), CancellationToken.None);

    private static async Task<AddCheckpointRequest> RequestAsync(TransparencyLog log, long old)
    {
        var proof = old == 0 ? [] : await log.ProveConsistencyAsync(old, log.Latest, CancellationToken.None);
        return new AddCheckpointRequest(old, proof, Encoding.UTF8.GetBytes(log.Latest.Note));
    }
}
