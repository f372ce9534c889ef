using System.Collections.Concurrent;
using System.Diagnostics;
using SecureExchange.Fuzz.Mutations;
using SecureExchange.Fuzz.Targets;
using SecureExchange.Testing;

namespace SecureExchange.Fuzz;

/// <summary>Mutates seeds and executes them, in rounds: inputs with a new outcome join the seeds of the next round. A seed of the
/// run and an execution's number decide everything, however many threads there are.</summary>
internal sealed class FuzzRun(IReadOnlyList<Target> targets, long seed, int threads)
{
    private const int Round = 1 << 16;
    private const int Block = 256;
    private const int MostFindings = 20;
    private const int MostSeeds = 2000;

    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);

    private readonly Target[] _draw = [.. targets.SelectMany(target => Enumerable.Repeat(target, target.Weight))];
    private readonly HashSet<ulong> _kinds = [];
    private readonly ConcurrentDictionary<ulong, Finding> _findings = new();
    private readonly ConcurrentDictionary<ulong, Finding> _fresh = new();
    private readonly Current[] _current = [.. Enumerable.Range(0, threads).Select(_ => new Current())];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _done;

    /// <summary>Where each second of a run is reported, if anywhere.</summary>
    public TextWriter? Progress { get; init; }

    public int Kinds => _kinds.Count;

    public double Rate => _done / _clock.Elapsed.TotalSeconds;

    /// <summary>Executes so many mutated inputs.</summary>
    /// <returns>Those that did what must not be, one for each way.</returns>
    public IReadOnlyCollection<Finding> Run(long executions)
    {
        FirstThrow.Watch();
        using var watchdog = new Timer(_ => Watch(), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        for (var start = 0L; start < executions && _findings.Count < MostFindings; start += Round)
        {
            var (next, end) = (start, Math.Min(executions, start + Round));
            var workers = _current.Select(current => new Thread(() =>
            {
                for (var at = Interlocked.Add(ref next, Block) - Block; at < end; at = Interlocked.Add(ref next, Block) - Block)
                {
                    for (var i = at; i < Math.Min(end, at + Block); i++) Execute(i, current);
                }
            })).ToList();
            foreach (var worker in workers) worker.Start();
            foreach (var worker in workers) worker.Join();
            foreach (var (kind, found) in _fresh.OrderBy(fresh => fresh.Value.Number))
            {
                if (_kinds.Add(kind) && found.Target.Corpus.Count < MostSeeds) found.Target.Corpus.Add(found.Input);
            }

            _fresh.Clear();
        }

        FirstThrow.Unwatch();
        Report();
        return [.. _findings.Values];
    }

    private void Execute(long number, Current current)
    {
        var draw = new Sequence((seed * 1_000_003) ^ number);
        var target = _draw[draw.Below(_draw.Length)];
        var corpus = target.Corpus;
        var input = Mutator.Mutate(corpus[draw.Below(corpus.Count)], corpus[draw.Below(corpus.Count)], draw);
        current.Start(target, input, number);
        try
        {
            var outcome = Execution.Run(target, input);
            var kind = Execution.Kind(outcome);
            if (!_kinds.Contains(kind)) Keep(kind, new Finding(target, input, number, outcome));
        }
        catch (Violation violation)
        {
            var finding = new Finding(target, input, number, violation.ToString());
            var kind = Execution.Kind($"{target.Name} {violation.Message} {violation.InnerException?.StackTrace?.Split('\n')[0]}", most: 1000);
            if (_findings.TryAdd(kind, finding))
                Progress?.WriteLine($"\nexecution {number}: {violation}\nreplay: tests/fuzz.sh replay {finding.Write("found")}\n");
        }
        finally
        {
            current.End();
        }

        Interlocked.Increment(ref _done);
    }

    private void Keep(ulong kind, Finding found) =>
        _fresh.AddOrUpdate(kind, found, (_, other) => other.Number < found.Number ? other : found);

    private void Watch()
    {
        Report();
        foreach (var current in _current)
        {
            if (current.Hangs(s_hang) is not { } hung) continue;
            hung.Write("hang");
            Environment.FailFast($"execution {hung.Number} of {hung.Target.Name} hangs; its input is in the findings' folder");
        }
    }

    private void Report() => Progress?.WriteLine(
        $"{_clock.Elapsed:hh\\:mm\\:ss} {_done,12:N0} executions {Rate,8:N0}/s {_kinds.Count,6} kinds of outcomes {_findings.Count,3} findings");

    /// <summary>What a thread is at.</summary>
    private sealed class Current
    {
        private Finding? _running;
        private long _since;

        public void Start(Target target, byte[] input, long number)
        {
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
            Volatile.Write(ref _running, new Finding(target, input, number, "hangs"));
        }

        public void End() => Volatile.Write(ref _running, null);

        public Finding? Hangs(TimeSpan after) =>
            Stopwatch.GetElapsedTime(Volatile.Read(ref _since)) > after ? Volatile.Read(ref _running) : null;
    }
}
