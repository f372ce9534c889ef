using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Cli.Masking;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx map forget</c>: the token map beside a masking key.</summary>
internal static class MapCommand
{
    private static Option<string> KeyFile { get; } = new("--key-file") { Description = "the masking key; its map is FILE.map", Required = true };

    private static Option<string> Field { get; } = new("--field") { Description = "the field of the profile that the value is of", Required = true };

    private static Option<string> Value { get; } = new("--value-file") { Description = "the value in clear, in this file (- : stdin)", Required = true };

    internal static Command Create()
    {
        var forget = new Command("forget", "forget a value: its vault token, or its pseudonym, turns back no more") { ProfileFile.Profile, ProfileFile.Audience, KeyFile, Field, Value };
        forget.SetAction(async (parsed, ct) =>
        {
            var profile = ProfileFile.Read(parsed);
            var field = profile.Fields.FirstOrDefault(rule => rule.Name == parsed.GetRequiredValue(Field));
            if (field is not { NeedsMap: true })
                throw new CliException(Terminal.Usage, $"{parsed.GetValue(Field)} isn't a field of this profile whose values a token map remembers (vault-token, or pseudonym with reversible: true)");
            var value = Encoding.UTF8.GetBytes(await ValueFile.ReadAsync(parsed.GetRequiredValue(Value), ct));
            using var key = MaskingKeyFile.Read(parsed.GetRequiredValue(KeyFile), needsMap: true);
            var forgotten = key.Keys.Map!.Forget(field, value);
            CryptographicOperations.ZeroMemory(value);
            if (!forgotten) throw new CliException(Terminal.Refused, "the map has no such value; nothing was changed");
            key.SaveMap();
            Terminal.Say("forgotten; older copies of the map remember it still: delete it from the backups too");
            return 0;
        });
        return new Command("map", "the token map beside a masking key: what vault tokens and reversible pseudonyms stand for") { forget };
    }
}
