using System.Runtime.CompilerServices;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Takes data in pieces of any size, writes one signed message that isn't encrypted.</summary>
/// <remarks>Only <see cref="CompleteAsync"/> ends the message. Disposed of before that, what was written is truncated. Not for
/// several threads at once.</remarks>
public abstract class SignedWriter : IAsyncDisposable
{
    private State _state = State.Open;

    private protected SignedWriter(MessageSigner signer) => Signer = signer;

    private enum State
    {
        Open,
        Writing,
        Complete,
        Disposed,
    }

    private protected MessageSigner Signer { get; }

    /// <summary>Takes the next octets of data. What it was given is free again when it returns.</summary>
    /// <param name="data">Any length; pieces of 64 KiB and more cost least.</param>
    /// <param name="ct">Gives up: the message can't be completed then.</param>
    /// <exception cref="PgpException">What is signed as text isn't UTF-8, or exceeds a limit.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        Begin();
        await AppendAsync(data, ct);
        _state = State.Open;
    }

    /// <summary>Ends the message: the last data, the signatures.</summary>
    /// <param name="ct">Gives up: the message can't be completed then.</param>
    /// <exception cref="PgpException">What is signed as text isn't UTF-8.</exception>
    public async ValueTask CompleteAsync(CancellationToken ct)
    {
        Begin();
        await FinishAsync(ct);
        _state = State.Complete;
    }

    /// <summary>Zeroes the data that it holds. Leaves the output open.</summary>
    public ValueTask DisposeAsync()
    {
        if (_state != State.Disposed)
        {
            _state = State.Disposed;
            Signer.Dispose();
            Release();
        }

        GC.SuppressFinalize(this);
        return default;
    }

    private protected abstract ValueTask AppendAsync(ReadOnlyMemory<byte> data, CancellationToken ct);

    private protected abstract ValueTask FinishAsync(CancellationToken ct);

    private protected abstract void Release();

    /// <summary>From here until the state is set again, a failure leaves the message unusable.</summary>
    private void Begin()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state != State.Open)
            throw new InvalidOperationException("the message is complete, or an earlier write failed or hasn't returned");
        _state = State.Writing;
    }
}
