namespace SecureExchange.Gateway;

/// <summary>One piece of work at a time: what it was checked against is then what it is applied to.</summary>
internal sealed class Turn : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Does the work when nothing else is being done in this turn.</summary>
    internal async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            return await work();
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
