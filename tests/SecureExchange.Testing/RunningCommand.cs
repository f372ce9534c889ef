using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace SecureExchange.Testing;

/// <summary>A command that runs while the test does something else.</summary>
public sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    internal RunningCommand(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until it has said something.</summary>
    public async Task<Match> SaidAsync(Regex what, int seconds = 30)
    {
        for (var i = 0; i < 20 * seconds; i++)
        {
            lock (_said)
            {
                if (what.Match(_said.ToString()) is { Success: true } found) return found;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"it never said {what}, but: {_said}");
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(int seconds = 30)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        lock (_said) _said.Append(line).Append('\n');
    }
}
