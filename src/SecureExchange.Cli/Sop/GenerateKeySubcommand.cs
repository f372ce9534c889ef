using System.Text;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop generate-key</c></summary>
internal static class GenerateKeySubcommand
{
    internal const string Name = "generate-key";

    internal static SopSubcommand Create() => new(Name, "makes a secret key", RunAsync)
    {
        Options = [SopOption.NoArmor, SopOption.Profile],
        Operands = "[USERID...]",
        OperandCount = (1, 1),
        Writes = "KEYS",
    };

    private static async Task RunAsync(SopCall call)
    {
        _ = SopProfile.Chosen(Name, call.Arguments);
        var key = call.Keep(SecretKey.Generate(call.Arguments.Operands[0], call.Now));
        await call.WriteSecretAsync(call.Armored ? Encoding.ASCII.GetBytes(key.ToArmor()) : key.ToBytes());
    }
}
