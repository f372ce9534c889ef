using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary>One run of a subcommand: its arguments, its streams, its moment.</summary>
internal sealed class SopCall(SopArguments arguments) : IDisposable
{
    private const int PieceSize = 256 * 1024;

    private readonly List<SopOutput> _outputs = [];
    private readonly List<IDisposable> _secrets = [];
    private readonly List<PosixSignalRegistration> _signals = [];

    internal SopArguments Arguments { get; } = arguments;

    /// <summary>One moment for all that is judged and made.</summary>
    internal DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    internal Stream Input { get; } = Console.OpenStandardInput();

    internal Stream Output { get; } = StandardOutput.Open();

    internal bool Armored => !Arguments.Has(SopOption.NoArmor);

    /// <summary>Opens what an option with the name of an output names; null where it wasn't given.</summary>
    /// <exception cref="SopException">It is there already, or can't be made.</exception>
    internal SopOutput? OpenOutput(SopOption option)
    {
        if (Arguments.One(option) is not { } name) return null;
        if (_signals.Count == 0)
            _signals.AddRange(new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, _ => DiscardOutputs())));
        var output = SopOutput.Open(name);
        lock (_outputs) _outputs.Add(output);
        return output;
    }

    /// <summary>Says that the command did all of what it was asked for: without it the outputs go away.</summary>
    internal async Task SucceedAsync()
    {
        await Output.FlushAsync();
        foreach (var output in _outputs) await output.CloseAsync();
        lock (_outputs) _outputs.Clear();
    }

    /// <summary>Keeps a secret until the run ends, and zeroes it then.</summary>
    internal T Keep<T>(T secret)
        where T : IDisposable
    {
        _secrets.Add(secret);
        return secret;
    }

    /// <summary>Passes all of the input on.</summary>
    internal async Task CopyInputAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write)
    {
        var piece = new byte[PieceSize];
        try
        {
            while (await Input.ReadAsync(piece) is var read && read > 0) await write(piece.AsMemory(0, read), default);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
        }
    }

    /// <summary>Writes secret keys, each under its password.</summary>
    internal Task WriteKeysAsync(IEnumerable<SopKey> keys) => WritePacketsAsync(
        [.. keys.Select(key => key.Password is { } password ? key.Key.ToBytes(password.Octets.Span) : key.Key.ToBytes())]);

    /// <summary>Writes certificates.</summary>
    internal Task WriteCertificatesAsync(IEnumerable<Certificate> certificates) =>
        WritePacketsAsync([.. certificates.Select(certificate => certificate.ToBytes())]);

    /// <summary>Writes a line to stdout.</summary>
    internal void Print(string line) => Output.Write(Encoding.UTF8.GetBytes($"{Terminal.Plain(line)}\n"));

    /// <summary>Leaves no output behind of a command that failed.</summary>
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        DiscardOutputs();
        foreach (var secret in _secrets) secret.Dispose();
        Output.Dispose();
        Input.Dispose();
    }

    /// <summary>Also where a signal ends the program, while something may still be written to them.</summary>
    private void DiscardOutputs()
    {
        lock (_outputs)
        {
            foreach (var output in _outputs) output.Discard();
        }
    }

    private async Task WritePacketsAsync(byte[][] keys)
    {
        var packets = new byte[keys.Sum(key => key.Length)];
        var length = 0;
        foreach (var key in keys)
        {
            key.CopyTo(packets, length);
            length += key.Length;
            CryptographicOperations.ZeroMemory(key); // It may be a secret.
        }

        if (Armored) await PgpArmor.EncodeAsync(new MemoryStream(packets), Output, default);
        else await Output.WriteAsync(packets);
        CryptographicOperations.ZeroMemory(packets);
    }
}
