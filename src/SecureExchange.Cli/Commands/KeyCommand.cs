using System.CommandLine;
using System.Text;
using SecureExchange.Cli.Masking;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx key generate|masking</c></summary>
internal static class KeyCommand
{
    private static Option<string> UserId { get; } = new("--user-id") { Description = "whose: \"Name <mail@example.org>\"", Required = true };

    private static Option<string> Output { get; } = new("--output", "-o") { Description = "writes OUTPUT.sec.asc (secret, mode 0600) and OUTPUT.asc (certificate)", Required = true };

    private static Option<string> Name { get; } = new("--name") { Description = "what it masks: files of one name and key have equal tokens for equal values", Required = true };

    private static Option<string> KeyOutput { get; } = new("--output", "-o") { Description = "file for the key (mode 0600)", Required = true };

    internal static Command Create()
    {
        var command = new Command("generate", "make an OpenPGP key for trying things out; for real work use your own tools and a passphrase") { UserId, Output };
        command.SetAction(parsed =>
        {
            var (secretPath, certificatePath) = ($"{parsed.GetRequiredValue(Output)}.sec.asc", $"{parsed.GetRequiredValue(Output)}.asc");
            if (File.Exists(secretPath)) throw new CliException(Terminal.Usage, $"{secretPath} is there already; a key that is lost can't be made again");
            if (File.Exists(certificatePath)) throw new CliException(Terminal.Usage, $"{certificatePath} is there already; name another with --output");
            using var key = SecretKey.Generate(parsed.GetRequiredValue(UserId), TimeProvider.System.GetUtcNow());
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new StreamWriter(secretPath, Encoding.ASCII, options)) file.Write(key.ToArmor());
            File.WriteAllText(certificatePath, key.Certificate.ToArmor());
            Terminal.Print(key.Certificate.Fingerprint.ToString());
            return 0;
        });
        return new Command("key", "keys to try things out with, and keys to mask with") { command, CreateMasking() };
    }

    private static Command CreateMasking()
    {
        var command = new Command("masking", "make a key for sx mask; who has it can turn tokens back, and without it nobody can") { Name, KeyOutput };
        command.SetAction(parsed => MaskingKeyFile.Create(parsed.GetRequiredValue(Name), parsed.GetRequiredValue(KeyOutput)));
        return command;
    }
}
