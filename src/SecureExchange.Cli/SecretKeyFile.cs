using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli;

/// <summary>The options that name an OpenPGP secret key, and its reading.</summary>
internal static class SecretKeyFile
{
    internal static Option<string?> Key { get; } = new("--secret-key") { Description = "file of your OpenPGP secret key" };

    internal static Option<string?> Passphrase { get; } = new("--passphrase-file") { Description = "file of its passphrase, first line" };

    internal static SecretKey Read(string path, string? passphraseFile)
    {
        var bytes = File.ReadAllBytes(path);
        var passphrase = passphraseFile is null ? [] : Encoding.UTF8.GetBytes(File.ReadLines(passphraseFile).FirstOrDefault() ?? "");
        try
        {
            return SecretKey.Read(bytes, passphrase);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(passphrase);
        }
    }
}
