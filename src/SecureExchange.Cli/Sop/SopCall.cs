using System.Security.Cryptography;

namespace SecureExchange.Cli.Sop;

/// <summary>One run of a subcommand: its arguments, its streams, its moment.</summary>
internal sealed class SopCall(SopArguments arguments) : IDisposable
{
    private readonly List<SopOutput> _outputs = [];
    private readonly List<IDisposable> _secrets = [];

    internal SopArguments Arguments { get; } = arguments;

    /// <summary>One moment for all that is judged and made.</summary>
    internal DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    internal Stream Input { get; } = Console.OpenStandardInput();

    internal Stream Output { get; } = Console.OpenStandardOutput();

    internal bool Armored => !Arguments.Has(SopOption.NoArmor);

    /// <summary>Opens what an option with the name of an output names; null where it wasn't given.</summary>
    /// <exception cref="SopException">It is there already, or can't be made.</exception>
    internal SopOutput? OpenOutput(SopOption option)
    {
        if (Arguments.One(option) is not { } name) return null;
        var output = SopOutput.Open(name);
        _outputs.Add(output);
        return output;
    }

    /// <summary>Keeps a secret until the run ends, and zeroes it then.</summary>
    internal T Keep<T>(T secret)
        where T : IDisposable
    {
        _secrets.Add(secret);
        return secret;
    }

    /// <summary>Writes a secret to stdout, and zeroes it.</summary>
    internal async Task WriteSecretAsync(byte[] octets)
    {
        await Output.WriteAsync(octets);
        CryptographicOperations.ZeroMemory(octets);
    }

    /// <summary>Writes a line to stdout.</summary>
    internal static void Print(string line) => Terminal.Print(line);

    /// <summary>Leaves no output behind that isn't complete.</summary>
    public void Dispose()
    {
        foreach (var output in _outputs) output.Dispose();
        foreach (var secret in _secrets) secret.Dispose();
        Output.Dispose();
        Input.Dispose();
    }
}
