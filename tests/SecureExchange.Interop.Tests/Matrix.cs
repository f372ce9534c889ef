using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Interop.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests;

/// <summary>Every row with every peer, each run once.</summary>
public sealed class Matrix : IAsyncDisposable
{
    private readonly Ours _ours = new();
    private readonly GnuPg _gpg = new();
    private readonly OpenPgpJsPeer _js = new();
    private readonly Sop _sop = Sop.Ours();
    private readonly Sop _sqop = Sop.Sequoia();
    private readonly List<Implementation> _peers;
    private readonly Lazy<Task<TestKeys>> _keys;
    private readonly Lazy<Task<IReadOnlyList<Row>>> _rows;
    private readonly Lazy<IReadOnlyDictionary<string, Task<Column>>> _columns;
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);

    public Matrix()
    {
        _peers = [_gpg, new Sequoia(), Sop.Sequoia(), _js, new Rnp(), new BouncyCastle()];
        _keys = new(() => TestKeys.MakeAsync(_ours, _gpg, _js));
        _rows = new(async () => [.. Rows.All(await _keys.Value)]);
        _columns = new(() => _peers.Select(peer => (peer.Name, Column: Task.Run(() => RunAsync(peer.Name, _ours, peer, _ => true))))
            .Append((CommandLine, Task.Run(() => RunAsync(CommandLine, _sop, _sqop, row => row.Section is Rows.Messages or Rows.Altered))))
            .ToDictionary(column => column.Item1, column => column.Item2));
    }

    /// <summary>The column in which our command line stands in our place.</summary>
    private const string CommandLine = "sx sop, with sqop";

    internal IReadOnlyList<string> Peers => [.. _peers.Select(peer => peer.Name), CommandLine];

    internal Task<IReadOnlyList<Row>> RowsAsync() => _rows.Value;

    /// <summary>What was found with a peer; the first to ask starts them all.</summary>
    internal Task<Column> ColumnAsync(string peer) => _columns.Value[peer];

    public async ValueTask DisposeAsync()
    {
        if (_columns.IsValueCreated) await Task.WhenAll(_columns.Value.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var peer in _peers.Concat([_sop, _sqop])) await peer.DisposeAsync();
        await _ours.DisposeAsync();
        _cores.Dispose();
        if (_keys.IsValueCreated && _keys.Value.IsCompletedSuccessfully) (await _keys.Value).Dispose();
    }

    private async Task<Column> RunAsync(string name, Implementation ours, Implementation peer, Predicate<Row> isTried)
    {
        await _cores.WaitAsync();
        try
        {
            var version = await peer.VersionAsync();
            var cells = new Dictionary<Row, (Outcome Outward, Outcome Inward)>();
            foreach (var row in (await RowsAsync()).Where(row => isTried(row)))
                cells[row] = (await TryAsync(row, ours, peer), await TryAsync(row, peer, ours));
            return new Column(name, version, cells);
        }
        finally
        {
            _cores.Release();
        }
    }

    private async Task<Outcome> TryAsync(Row row, Implementation writer, Implementation reader)
    {
        try
        {
            await row.RunAsync(writer, reader);
            return Outcome.Done;
        }
        catch (NotOfferedException e)
        {
            return Outcome.NotOffered(e.Peer, e.Reason);
        }
        catch (PeerRefusedException e)
        {
            return Outcome.Refused(e.Peer, ours: e.Peer == _ours.Name || e.Peer == _sop.Name, e.Reason);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{row.Section}: {row.Title}: {writer.Name} to {reader.Name}: {e.Message}", e);
        }
    }
}
