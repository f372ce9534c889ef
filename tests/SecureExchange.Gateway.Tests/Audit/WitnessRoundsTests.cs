using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>What the gateway believes of its witnesses, and how long it waits for them.</summary>
public sealed class WitnessRoundsTests : IAsyncLifetime
{
    private static readonly LogName s_name = Name("client.claims");

    private readonly TempFolder _folder = new();
    private readonly NoteSigner _signer = new("gateway.example/client.claims", Seed(1));
    private readonly Dictionary<string, TrustPolicy> _policies = [];
    private FolderBlobStore _blobs = null!;
    private TransparencyLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        _blobs = await FolderBlobStore.OpenAsync(_folder.File("blobs"), default);
        _log = await OpenAsync(s_name.Folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _blobs.DisposeAsync();
        _signer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task All_who_wait_while_a_witness_hangs_share_one_round_more()
    {
        var hangs = new TaskCompletionSource();
        using var witness = Endpoint(2);
        witness.Answer = async _ =>
        {
            await hangs.Task;
            return WitnessEndpoint.Refusal;
        };
        using var rounds = Rounds(witness);
        await AppendAsync(_log, 1);
        List<Task> waiting = [RequireAsync(rounds, 0, witness)];
        await witness.FirstAsked;
        waiting.Add(RequireAsync(rounds, 0, witness));
        for (var index = 1; index < 5; index++)
        {
            await AppendAsync(_log, 1);
            waiting.Add(RequireAsync(rounds, index, witness));
        }

        hangs.SetResult();
        foreach (var one in waiting) await Assert.ThrowsAsync<NotWitnessedException>(() => one);
        Assert.Equal(2, witness.Asked);
    }

    [Fact]
    public async Task A_stored_checkpoint_of_a_longer_log_vouches_for_nothing_in_this_one()
    {
        // The store was rolled back, and what the witnesses had cosigned was left.
        using var witness = Endpoint(2);
        await using var before = await OpenAsync("before");
        await AppendAsync(before, 5, "earlier");
        var longer = before.Latest.Note + await CosignAsync(witness.Key, before.Latest);
        await PutCosignedAsync(longer);
        await AppendAsync(_log, 3);
        using var rounds = Rounds(witness);
        witness.Answer = _ => Task.FromResult(WitnessEndpoint.Refusal);
        await Assert.ThrowsAsync<NotWitnessedException>(() => RequireAsync(rounds, 0, witness));
        Assert.Null(await rounds.CosignedAsync(_log, s_name, Policy(witness), default));

        await AppendAsync(_log, 3);
        Assert.Null(await rounds.CosignedAsync(_log, s_name, Policy(witness), default)); // Not longer any more, and another one.
    }

    [Fact]
    public async Task A_larger_stored_checkpoint_is_never_replaced_by_a_smaller_one()
    {
        using var witness = Endpoint(2);
        await using var before = await OpenAsync("before");
        await AppendAsync(before, 5);
        var longer = before.Latest.Note + await CosignAsync(witness.Key, before.Latest);
        await PutCosignedAsync(longer);
        await AppendAsync(_log, 3);
        using var rounds = Rounds(witness);
        await RequireAsync(rounds, 0, witness);
        Assert.Equal(longer, Encoding.UTF8.GetString((await _blobs.GetAsync(new BlobName($"{s_name.Folder}/cosigned"), default))!.Content.Span));
        Assert.Equal(3, (await rounds.CosignedAsync(_log, s_name, Policy(witness), default))!.Size);
    }

    [Fact]
    public async Task A_false_cosignature_in_the_store_stops_nothing()
    {
        using var witness = Endpoint(2);
        await AppendAsync(_log, 1);
        var other = await CosignAsync(witness.Key, _log.Latest);
        await AppendAsync(_log, 2);
        await PutCosignedAsync(_log.Latest.Note + other);
        using var rounds = Rounds(witness);
        Assert.Null(await rounds.CosignedAsync(_log, s_name, Policy(witness), default));
        await RequireAsync(rounds, 0, witness);
        Assert.Equal(3, (await rounds.CosignedAsync(_log, s_name, Policy(witness), default))!.Size);

        // And the next process reads it back.
        using var later = Rounds(witness);
        Assert.Equal(3, (await later.CosignedAsync(_log, s_name, Policy(witness), default))!.Size);
    }

    [Fact]
    public async Task What_fails_for_one_witness_fails_for_that_one_only()
    {
        using var first = Endpoint(2);
        using var second = Endpoint(3);
        var cosigns = second.Answer;
        second.Answer = _ => Task.FromResult(WitnessEndpoint.Refusal);
        using var rounds = Rounds(first, second);
        await AppendAsync(_log, 3);
        await RequireAsync(rounds, 2, first, second);

        // What the first has seen needs a proof now, from a tile that can't be read; the second has seen nothing.
        await AppendAsync(_log, 1);
        var tile = Path.Combine(_folder.File("blobs"), s_name.Folder, "tile", "0", "000.p", "4");
        Assert.True(File.Exists(tile));
        File.Delete(tile);
        Directory.CreateDirectory(tile);
        second.Answer = cosigns;
        await RequireAsync(rounds, 3, first, second);
        Assert.Equal(1, first.Asked);
    }

    [Fact]
    public async Task A_host_that_is_allowed_no_more_is_asked_no_more()
    {
        using var witness = Endpoint(2);
        await AppendAsync(_log, 1);
        using var rounds = Rounds();
        await Assert.ThrowsAsync<NotWitnessedException>(() => RequireAsync(rounds, 0, witness));
        Assert.Equal(0, witness.Asked);
    }

    [Fact]
    public async Task A_witness_that_says_it_is_elsewhere_is_not_followed()
    {
        using var witness = Endpoint(2);
        using var elsewhere = new Elsewhere();
        witness.MovedTo = $"http://{elsewhere.Host}/add-checkpoint";
        await AppendAsync(_log, 1);
        using var rounds = Rounds(witness);
        await Assert.ThrowsAsync<NotWitnessedException>(() => RequireAsync(rounds, 0, witness));
        Assert.InRange(witness.Asked, 1, 2);
        Assert.False(elsewhere.WasVisited);
    }

    private WitnessRounds Rounds(params WitnessEndpoint[] allowed) => new(_blobs, new WitnessHosts([.. allowed.Select(witness => witness.Host)]));

    private Task RequireAsync(WitnessRounds rounds, long index, params WitnessEndpoint[] witnesses) =>
        rounds.RequireAsync(_log, s_name, Policy(witnesses), index);

    private WitnessEndpoint Endpoint(byte number)
    {
        var key = new CosigningKey($"witness.example/w{number}", Seed(number));
        var witness = new Witness(new BlobTileStore(_blobs, $"witness-{number}"), key, [_signer.Verifier], TimeProvider.System);
        return new WitnessEndpoint(key) { Answer = body => witness.AddCheckpointAsync(body, default) };
    }

    /// <summary>As a witness without memory would.</summary>
    private async Task<string> CosignAsync(CosigningKey key, Checkpoint checkpoint)
    {
        var witness = new Witness(new BlobTileStore(_blobs, $"aside-{checkpoint.Size}"), key, [_signer.Verifier], TimeProvider.System);
        var answer = await witness.AddCheckpointAsync(new AddCheckpointRequest(0, [], Encoding.UTF8.GetBytes(checkpoint.Note)).Write(), default);
        Assert.Equal(WitnessOutcome.Cosigned, answer.Outcome);
        return answer.Body;
    }

    /// <summary>One policy is one object, as an agreement's version has it: rounds are shared by policy.</summary>
    private TrustPolicy Policy(params WitnessEndpoint[] witnesses)
    {
        var text = string.Concat(witnesses.Select((witness, i) => $"witness W{i} {witness.Key.Cosigner} http://{witness.Host}\n"))
            + $"group G any {string.Join(' ', witnesses.Select((_, i) => $"W{i}"))}\nquorum G\n";
        if (!_policies.TryGetValue(text, out var policy)) _policies[text] = policy = TrustPolicy.Parse(Encoding.UTF8.GetBytes(text));
        return policy;
    }

    private async Task<TransparencyLog> OpenAsync(string folder) =>
        await TransparencyLog.OpenAsync(new BlobTileStore(_blobs, folder), _signer, new LogOptions { CreateIfMissing = true }, default);

    private static async Task AppendAsync(TransparencyLog log, int count, string what = "entry")
    {
        for (var i = 0; i < count; i++) await log.AppendAsync(Encoding.UTF8.GetBytes($"{what} {i}"));
    }

    private async Task PutCosignedAsync(string note) => Assert.NotNull(
        await _blobs.SwapAsync(new BlobName($"{s_name.Folder}/cosigned"), Encoding.UTF8.GetBytes(note), null, default));

    private static byte[] Seed(byte number) => [.. Enumerable.Repeat(number, 32)];

    private static LogName Name(string agreement)
    {
        Assert.True(AgreementId.TryParse(agreement, out var id));
        return LogName.Of(id);
    }
}
