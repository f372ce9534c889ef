using System.Buffers;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Intake;

/// <summary>Seals one part, a piece behind the pipeline that fills it: masking and sealing each get a core.</summary>
/// <remarks>Two buffers change places: one is filled while the other is sealed. Both are zeroed at the end.</remarks>
internal sealed class PartLane(SealedPartWriter part, SealedPartWriter? copy = null) : IAsyncDisposable
{
    private PlaintextWriter _filling = new();
    private PlaintextWriter _sealing = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Takes the plaintext of the next piece.</summary>
    internal IBufferWriter<byte> Output => _filling;

    /// <summary>Hands the piece over to be sealed, once the one before it is.</summary>
    internal async ValueTask FlushAsync(CancellationToken ct)
    {
        await _last;
        (_filling, _sealing) = (_sealing, _filling);
        _filling.Clear();
        var piece = _sealing.Written;
        _last = piece.IsEmpty ? Task.CompletedTask : Task.Run(
            async () =>
            {
                await part.WriteAsync(piece, ct);
                if (copy is not null) await copy.WriteAsync(piece, ct);
            }, ct);
    }

    /// <summary>Seals what is left, and makes the part durable.</summary>
    internal async Task CompleteAsync(StagedTransfer staged, CancellationToken ct)
    {
        await FlushAsync(ct);
        await _last;
        await staged.CompleteAsync(part, ct);
        if (copy is not null) await staged.CompleteAsync(copy, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Whoever flushed has seen the fault, or left.
        _filling.Dispose();
        _sealing.Dispose();
    }
}
