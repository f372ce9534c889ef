using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Demo;

/// <summary><c>./run.sh</c> as a user starts it, in a terminal of its own, from a folder that looks like the checkout and
/// has no data.</summary>
internal sealed partial class DemoRun : IAsyncDisposable
{
    private const int SecondsToBuildAndStart = 240;
    private const int SecondsToStop = 30;

    private readonly StringBuilder _output = new();
    private readonly string _folder;
    private readonly Uri _url;
    private Process? _process;

    private DemoRun(string folder, Uri url) => (_folder, _url) = (folder, url);

    /// <summary>What it has printed since its last start.</summary>
    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Links all of the checkout but its data into a folder, so that relative paths are as a user's.</summary>
    internal static void Link(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Checkout.Root))
        {
            if (Path.GetFileName(path) is not "data") File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(path)), path);
        }
    }

    /// <summary>Starts it, and waits until it has said what to try.</summary>
    internal static async Task<DemoRun> StartAsync(string folder, Uri url)
    {
        var demo = new DemoRun(folder, url);
        try
        {
            await demo.StartAgainAsync();
            return demo;
        }
        catch
        {
            await demo.DisposeAsync();
            throw;
        }
    }

    internal async Task StartAgainAsync()
    {
        lock (_output) _output.Clear();
        // Its own session, and so its own process group: what a terminal's Ctrl-C reaches.
        var start = new ProcessStartInfo(Peer.Require("setsid"), ["./run.sh"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("SX_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["SX_DATA"] = Path.Combine(_folder, "data");
        start.Environment["SX_URLS"] = _url.OriginalString;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"run.sh ended as it started:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(SecondsToBuildAndStart));
    }

    /// <summary>Presses Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> InterruptAsync()
    {
        Signals.SendToGroup(_process!.Id, Signals.Interrupt);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsToStop));
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        Signals.SendToGroup(_process.Id, Signals.Kill);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsToStop));
        await _process.WaitForExitAsync(timeout.Token);
        _process.Dispose();
    }

    private void Take(string? line, TaskCompletionSource ready)
    {
        if (line is null) return;
        lock (_output) _output.Append(line).Append('\n');
        if (LastCommand().IsMatch(line)) ready.TrySetResult();
    }

    [GeneratedRegex(@"^    \./sx audit verify http")]
    private static partial Regex LastCommand();
}
