using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Cli.Masking;

/// <summary>What <c>sx mask</c> masks with, in a file of mode 0600: who has it can turn every token back (docs/formats/masking-key.md).</summary>
internal static class MaskingKeyFile
{
    private const int KeySize = 32;
    private const string FirstLine = "secureexchange masking key 1";
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a new key.</summary>
    /// <param name="name">Its scope: equal values have equal tokens under one key and name.</param>
    /// <param name="path">Where nothing is yet.</param>
    internal static void Create(string name, string path)
    {
        if (!IsName(name)) throw new CliException(Terminal.Usage, "--name is 1 to 64 letters, digits, dots and dashes");
        if (File.Exists(path)) throw new CliException(Terminal.Usage, $"{path} is there already; what was masked with a key that is lost can't be turned back");
        Span<byte> key = stackalloc byte[KeySize];
        RandomNumberGenerator.Fill(key);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes($"{FirstLine}\n{name}\n{Convert.ToBase64String(key)}\n"));
            file.Flush(flushToDisk: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Reads a key, and what goes with it.</summary>
    /// <param name="path">The key's file.</param>
    /// <param name="needsMap">Whether the token map beside it is wanted.</param>
    internal static OpenedMaskingKey Read(string path, bool needsMap)
    {
        GivenFile.Open(path, "a masking key (sx key masking makes one)").Dispose();
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw new CliException(Terminal.Refused, $"{path} can be read or changed by others than its owner, who could turn everything back: chmod 600 {path}, "
                + "and ask yourself who has read it");
        var lines = File.ReadAllLines(path);
        var key = new byte[KeySize];
        try
        {
            if (lines is not [FirstLine, var name, var encoded] || !IsName(name)
                || !Convert.TryFromBase64String(encoded, key, out var size) || size != KeySize)
            {
                throw new CliException(Terminal.Usage, $"{path} isn't a masking key; sx key masking makes one");
            }

            return new OpenedMaskingKey(key, name, needsMap ? $"{path}.map" : null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}
