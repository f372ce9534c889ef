using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Cli.Masking;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx key generate|masking|machine</c></summary>
internal static class KeyCommand
{
    private static Option<string> UserId { get; } = new("--user-id") { Description = "whose: \"Name <mail@example.org>\"", Required = true };

    private static Option<string> Output { get; } = new("--output", "-o") { Description = "writes OUTPUT.sec.asc (secret, mode 0600) and OUTPUT.asc (certificate)", Required = true };

    private static Option<string> Name { get; } = new("--name") { Description = "what it masks: files of one name and key have equal tokens for equal values", Required = true };

    private static Option<string> KeyOutput { get; } = new("--output", "-o") { Description = "file for the key (mode 0600)", Required = true };
    private static Option<string> MachineOutput { get; } = new("--output", "-o") { Description = "writes OUTPUT.key.pem (secret, mode 0600) and OUTPUT.pub.pem", Required = true };

    internal static Command Create()
    {
        var command = new Command("generate", "make an OpenPGP key for trying things out; for real work use your own tools and a passphrase") { UserId, Output };
        command.SetAction(parsed =>
        {
            var (secretPath, certificatePath) = ($"{parsed.GetRequiredValue(Output)}.sec.asc", $"{parsed.GetRequiredValue(Output)}.asc");
            if (File.Exists(secretPath)) throw new CliException(Terminal.Usage, $"{secretPath} is there already; a key that is lost can't be made again");
            if (File.Exists(certificatePath)) throw new CliException(Terminal.Usage, $"{certificatePath} is there already; name another with --output");
            using var key = SecretKey.Generate(parsed.GetRequiredValue(UserId), TimeProvider.System.GetUtcNow());
            WriteSecret(secretPath, key.ToArmor());
            File.WriteAllText(certificatePath, key.Certificate.ToArmor());
            Terminal.Print(key.Certificate.Fingerprint.ToString());
            return 0;
        });
        return new Command("key", "keys to try things out with, keys to mask with, and keys with which machines sign in") { command, CreateMasking(), CreateMachine() };
    }

    private static Command CreateMasking()
    {
        var command = new Command("masking", "make a key for sx mask; who has it can turn tokens back, and without it nobody can") { Name, KeyOutput };
        command.SetAction(parsed => MaskingKeyFile.Create(parsed.GetRequiredValue(Name), parsed.GetRequiredValue(KeyOutput)));
        return command;
    }

    private static Command CreateMachine()
    {
        var command = new Command("machine", "make the key with which a machine signs in (sx login --key), and its public key for the gateway's operator") { MachineOutput };
        command.SetAction(parsed =>
        {
            var (secretPath, publicPath) = ($"{parsed.GetRequiredValue(MachineOutput)}.key.pem", $"{parsed.GetRequiredValue(MachineOutput)}.pub.pem");
            foreach (var path in (string[])[secretPath, publicPath])
            {
                if (File.Exists(path)) throw new CliException(Terminal.Usage, $"{path} is there already; name another with --output");
            }

            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WriteSecret(secretPath, key.ExportPkcs8PrivateKeyPem() + "\n");
            File.WriteAllText(publicPath, key.ExportSubjectPublicKeyInfoPem() + "\n");
            Terminal.Print(publicPath);
            return 0;
        });
        return command;
    }

    private static void WriteSecret(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, Encoding.ASCII, options);
        file.Write(text);
    }
}
