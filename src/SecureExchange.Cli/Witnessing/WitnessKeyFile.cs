using System.Security.Cryptography;
using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Cli.Witnessing;

/// <summary>A witness's secret key in a file of mode 0600: its name on the first line, its Ed25519 seed in base64 on the
/// second (docs/formats/cli-config.md).</summary>
internal static class WitnessKeyFile
{
    private const int SeedSize = 32;

    internal static Cosigner Create(string name, string path)
    {
        if (!NoteVerifier.IsName(name)) throw new CliException(Terminal.Usage, "--name has no white space and no plus; by custom it is a URL without https://");
        if (File.Exists(path)) throw new CliException(Terminal.Usage, $"{path} is there already; a witness that loses its key has to be replaced everywhere");
        Span<byte> seed = stackalloc byte[SeedSize];
        RandomNumberGenerator.Fill(seed);
        try
        {
            using var key = new CosigningKey(name, seed);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(Encoding.UTF8.GetBytes($"{name}\n{Convert.ToBase64String(seed)}\n"));
            file.Flush(flushToDisk: true);
            return key.Cosigner;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    internal static CosigningKey Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var seed = new byte[SeedSize];
        try
        {
            if (lines is not [var name, var encoded] || !NoteVerifier.IsName(name)
                || !Convert.TryFromBase64String(encoded, seed, out var size) || size != SeedSize)
            {
                throw new CliException(Terminal.Usage, $"{path} isn't a witness's key; sx witness key makes one");
            }

            return new CosigningKey(name, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
