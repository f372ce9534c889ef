using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Cli.Sop;

/// <summary>Environment variables as octets: a password needn't be UTF-8, and would be another one after .NET made a string of it.</summary>
internal static class SopEnvironment
{
    // Linux alone gives the octets that the program was started with.
    private const string Octets = "/proc/self/environ";

    /// <returns>An array that the caller zeroes if it is a secret; null where there is no such variable.</returns>
    internal static byte[]? Read(string variable)
    {
        if (!OperatingSystem.IsLinux())
            return Environment.GetEnvironmentVariable(variable) is { } value ? Encoding.UTF8.GetBytes(value) : null;
        var environment = File.ReadAllBytes(Octets);
        try
        {
            return Find(environment, Encoding.UTF8.GetBytes($"{variable}="));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(environment);
        }
    }

    private static byte[]? Find(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> start)
    {
        foreach (var range in environment.Split((byte)0))
        {
            if (environment[range].StartsWith(start)) return environment[range][start.Length..].ToArray();
        }

        return null;
    }
}
