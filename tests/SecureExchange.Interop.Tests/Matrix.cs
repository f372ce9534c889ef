using System.Collections.Concurrent;
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
    private readonly List<Implementation> _peers;
    private readonly ConcurrentDictionary<string, Lazy<Task<Column>>> _columns = new();
    private readonly Lazy<Task<TestKeys>> _keys;
    private IReadOnlyList<Row>? _rows;

    public Matrix()
    {
        _peers = [_gpg, new Sequoia(), new Sqop(), _js, new Rnp(), new BouncyCastle()];
        _keys = new(() => TestKeys.MakeAsync(_ours, _gpg, _js));
    }

    internal IReadOnlyList<string> Peers => [.. _peers.Select(peer => peer.Name)];

    internal async Task<IReadOnlyList<Row>> RowsAsync() => _rows ??= [.. Rows.All(await _keys.Value)];

    internal Task<Column> ColumnAsync(string peer) =>
        _columns.GetOrAdd(peer, name => new Lazy<Task<Column>>(() => RunAsync(_peers.Single(p => p.Name == name)))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers) await peer.DisposeAsync();
        await _ours.DisposeAsync();
        if (_keys.IsValueCreated && _keys.Value.IsCompletedSuccessfully) (await _keys.Value).Dispose();
    }

    private async Task<Column> RunAsync(Implementation peer)
    {
        var version = await peer.VersionAsync();
        var cells = new Dictionary<Row, (Outcome Outward, Outcome Inward)>();
        foreach (var row in await RowsAsync()) cells[row] = (await TryAsync(row, _ours, peer), await TryAsync(row, peer, _ours));
        return new Column(peer.Name, version, cells);
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
            return Outcome.Refused(e.Peer, ours: e.Peer == _ours.Name, e.Reason);
        }
    }
}
