using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SecureExchange.Testing;

/// <summary><c>sx witness</c> as somebody runs it on a machine of his own.</summary>
public sealed class WitnessProcess : IAsyncDisposable
{
    private const int SecondsToStart = 60;

    private readonly TempFolder _folder = new();
    private readonly StringBuilder _output = new();
    private readonly int _port;
    private Process? _process;

    private WitnessProcess(int port, string key) => (_port, Key) = (port, key);

    /// <summary>Its verifier key.</summary>
    public string Key { get; private set; }

    /// <summary>Where it listens, as <c>host:port</c>: known before it is started, since an agreement names it first.</summary>
    public string Host => $"127.0.0.1:{_port}";

    public string State => _folder.File("state");

    /// <summary>All that it has said.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Makes its key, and finds it a port.</summary>
    public static async Task<WitnessProcess> CreateAsync(string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var witness = new WitnessProcess(((IPEndPoint)listener.LocalEndpoint).Port, "");
        var made = await Peer.RunAsync(
            "dotnet", [BuiltProgram.Cli, "witness", "key", "--name", name, "--output", witness._folder.File("key")]);
        witness.Key = made.Succeeded().Text.Trim();
        return witness;
    }

    /// <summary>Starts it over what it remembers, and waits until it listens.</summary>
    public async Task StartAsync(string log)
    {
        var start = new ProcessStartInfo(
            Peer.Require("dotnet"),
            [BuiltProgram.Cli, "witness", "serve", "--key-file", _folder.File("key"), "--state", State, "--log", log, "--listen", Host])
        {
            RedirectStandardError = true,
        };
        BuiltProgram.Isolate(start);
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_output) _output.Append(line.Data).Append('\n');
            if (line.Data?.Contains(" on http://", StringComparison.Ordinal) == true) listens.TrySetResult();
        };
        _process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException($"the witness ended as it started: {Output}"));
        _process.Start();
        _process.BeginErrorReadLine();
        await listens.Task.WaitAsync(TimeSpan.FromSeconds(SecondsToStart));
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }
}
