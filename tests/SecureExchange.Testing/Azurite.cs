using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace SecureExchange.Testing;

/// <summary>Azurite, the emulator of Azure Blob Storage, as a process of its own on a free port of loopback. As an
/// assembly or class fixture it starts when a test first asks for it.</summary>
/// <remarks>It keeps blobs in memory, under an account and a key made for it, and ends with the test process, however that
/// ends, since it watches its standard input.</remarks>
public sealed partial class Azurite : IAsyncDisposable
{
    private const string Account = "exchange";
    private const int SecondsToStart = 60;

    private readonly SemaphoreSlim _one = new(1);
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private Process? _process;
    private Uri? _endpoint;

    /// <summary>The connection string of the running emulator; skips the calling test where it isn't installed.</summary>
    public async Task<string> StartAsync()
    {
        await _one.WaitAsync();
        try
        {
            _endpoint ??= await LaunchAsync();
            return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={_key};BlobEndpoint={_endpoint}{Account};";
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Ends the emulator, and with it what it held.</summary>
    public async Task StopAsync()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        (_process, _endpoint) = (null, null);
    }

    /// <summary>Leaves it connected and silent, as an overloaded service is, or lets it go on.</summary>
    public void Freeze(bool frozen)
    {
        const int Stop = 19, Continue = 18; // SIGSTOP and SIGCONT of Linux.
        Assert.Equal(0, Signal(_process!.Id, frozen ? Stop : Continue));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _one.Dispose();
    }

    private async Task<Uri> LaunchAsync()
    {
        var main = System.IO.Path.Combine(Checkout.Root, "tests/peers/node_modules/azurite/dist/src/blob/main.js");
        if (!File.Exists(main)) Peer.Missing("azurite isn't installed: npm ci in tests/peers");
        var start = new ProcessStartInfo(Peer.Require("node"),
        [
            "--import", "data:text/javascript,process.stdin.on('end',()=>process.exit()).resume()",
            main, "--blobHost", "127.0.0.1", "--blobPort", "0",
            "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent",
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = System.IO.Path.GetTempPath(),
        };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{_key}";

        var listens = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null && Listening().Match(line.Data) is { Success: true } found)
                listens.TrySetResult(new Uri(found.Value + "/"));
        };
        _process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException("azurite ended as it started"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        return await listens.Task.WaitAsync(TimeSpan.FromSeconds(SecondsToStart));
    }

    [GeneratedRegex(@"(?<=successfully listens on )http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
