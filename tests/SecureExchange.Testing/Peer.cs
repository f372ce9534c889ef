using System.Diagnostics;

namespace SecureExchange.Testing;

/// <summary>Another implementation that a test talks to: gpg, sq, node …</summary>
/// <remarks>Where it isn't installed the test skips and says so; under CI=true a missing peer is a failure.</remarks>
public static class Peer
{
    /// <summary>The full path of a program on PATH.</summary>
    public static string Require(string program)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => System.IO.Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (path is null) Missing($"{program} isn't installed");
        return path!;
    }

    /// <summary>Skips the test, or fails it in CI.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{what}, and in CI a missing peer is a failure");
        Assert.Skip(what);
    }

    /// <summary>Runs a program to its end, at most <paramref name="seconds"/>, and gives what it wrote.</summary>
    public static async Task<PeerResult> RunAsync(
        string program, IEnumerable<string> arguments, byte[]? input = null, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null, int seconds = 60)
    {

        var start = new ProcessStartInfo(Require(program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Environment.CurrentDirectory,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            try
            {
                if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input, timeout.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The peer stopped reading: its exit code and stderr say why.
            }

            await process.WaitForExitAsync(timeout.Token);
            await reading;
            return new PeerResult(process.ExitCode, output.ToArray(), await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} took longer than {seconds} s");
        }
    }
}

/// <summary>How a peer ended.</summary>
public sealed record PeerResult(int ExitCode, byte[] Output, string Errors)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Output);

    /// <summary>This result, or a failed test that shows what the peer said.</summary>
    public PeerResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit {ExitCode}: {Errors}");
        return this;
    }
}
