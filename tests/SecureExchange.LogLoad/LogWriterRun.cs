using System.Globalization;
using SecureExchange.Transparency.Log;

namespace SecureExchange.LogLoad;

/// <summary>One of several writers of a log. Says <c>number index</c> of each event that is in, once it knows. May be killed at
/// any moment; who starts it again gives it another name.</summary>
internal static class LogWriterRun
{
    /// <summary>On their way at a time.</summary>
    private const int Depth = 64;

    internal static async Task<int> RunAsync(string kind, string place, string writer, int count)
    {
        await using var store = await LoadedLog.OpenStoreAsync(kind, place);
        await using var log = await LoadedLog.OpenAsync(store);
        var waiting = new Queue<(int Number, Task<Receipt?> Append)>();
        for (var number = 0; number < count || waiting.Count > 0;)
        {
            while (number < count && waiting.Count < Depth)
            {
                waiting.Enqueue((number, log.AppendAsync(LoadedLog.Event("acme/writer", $"{writer}.{number}")).AsTask()));
                number++;
            }

            var (oldest, append) = waiting.Dequeue();
            try
            {
                var receipt = (await append)!;
                await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{oldest} {receipt.Index}"));
                await Console.Out.FlushAsync();
            }
            catch (LogUnavailableException e) when (e.Reason is LogUnavailableReason.Contended or LogUnavailableReason.StoreFailed)
            {
                // It may be in or not, as with every caller who gets no answer. The next ones go on.
                await Console.Error.WriteLineAsync($"{oldest}: {e.Message}");
            }
        }

        return 0;
    }
}
