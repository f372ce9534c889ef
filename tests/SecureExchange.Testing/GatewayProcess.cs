using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SecureExchange.Testing;

/// <summary>The real server as a process of its own, on a free port of loopback, over a folder that goes with it.</summary>
public sealed partial class GatewayProcess : IAsyncDisposable
{
    private const int SecondsToStart = 60;
    private const int SecondsToStop = 30;

    private readonly TempFolder _folder = new();
    private readonly StringBuilder _output = new();
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly IReadOnlyList<string> _options;
    private Process? _process;

    private GatewayProcess(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> options)
    {
        (_environment, _options) = (environment, options);
        AppDomain.CurrentDomain.ProcessExit += KillNow;
    }

    /// <summary>Its data folder.</summary>
    public string Data => _folder.File("data");

    /// <summary>Where it listens; the same after a restart.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>All that it has written to its output and its error output, over all its starts.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>A line of what the system limits it to, such as <c>Max core file size</c>.</summary>
    public string LimitOf(string what) => File.ReadLines($"/proc/{_process!.Id}/limits").Single(l => l.StartsWith(what, StringComparison.Ordinal));

    /// <summary>The most memory that it had resident since its start, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process!.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Starts one, and waits until it listens.</summary>
    /// <param name="options">What it is told beside its data folder and its address.</param>
    public static Task<GatewayProcess> StartAsync(params string[] options) => StartAsync(new Dictionary<string, string>(), options);

    /// <summary>The same with more in its environment.</summary>
    public static async Task<GatewayProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var gateway = new GatewayProcess(environment, options);
        try
        {
            await gateway.LaunchAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once, as a crash does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await EndedAsync();
    }

    /// <summary>Ends it in good order (SIGTERM).</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        var process = _process!;
        Signals.Send(process.Id, Signals.Terminate);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsToStop));
        await process.WaitForExitAsync(timeout.Token);
        var code = process.ExitCode;
        await EndedAsync();
        return code;
    }

    /// <summary>Starts it again, over the same folder and at the same address.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await LaunchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillNow;
        await KillAsync();
        _folder.Dispose();
    }

    private async Task LaunchAsync()
    {
        var start = new ProcessStartInfo(
            Peer.Require("dotnet"), [BuiltProgram.Server, "--data", Data, "--urls", Url.OriginalString, .. _options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        BuiltProgram.Isolate(start);
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        var listens = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Take(line.Data, listens);
        process.ErrorDataReceived += (_, line) => Take(line.Data, listens);
        process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException("the gateway ended as it started"));
        process.Start();
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Url = await listens.Task.WaitAsync(TimeSpan.FromSeconds(SecondsToStart));
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            await KillAsync(); // Also waits for the last of its output.
            throw new InvalidOperationException($"{e.Message}:\n{Output}");
        }
    }

    private async Task EndedAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsToStop));
        await _process!.WaitForExitAsync(timeout.Token);
        _process.Dispose();
        _process = null;
    }

    private void Take(string? line, TaskCompletionSource<Uri> listens)
    {
        if (line is null) return;
        lock (_output) _output.Append(line).Append('\n');
        if (Listening().Match(line) is { Success: true } found) listens.TrySetResult(new Uri(found.Value));
    }

    private void KillNow(object? sender, EventArgs e) => _process?.Kill();

    [GeneratedRegex(@"(?<=^secureexchange: listening on )https?://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}
