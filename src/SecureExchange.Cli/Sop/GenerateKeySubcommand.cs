using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop generate-key</c></summary>
internal static class GenerateKeySubcommand
{
    internal const string Name = "generate-key";

    private static readonly SopOption s_password = SopOption.WithKeyPassword with { Help = "protects the key", Repeats = false };
    private static readonly SopOption s_signingOnly = new("--signing-only", "make a key that nobody can encrypt to");

    internal static SopSubcommand Create() => new(Name, "makes a secret key", RunAsync)
    {
        Options = [SopOption.NoArmor, s_password, SopOption.Profile, s_signingOnly],
        Operands = "[USERID...]",
        OperandCount = (0, int.MaxValue),
        Writes = "KEYS",
    };

    private static async Task RunAsync(SopCall call)
    {
        var arguments = call.Arguments;
        var isVersion6 = SopProfile.Chosen(Name, arguments).IsRfc9580;
        if (arguments.Operands.FirstOrDefault(string.IsNullOrWhiteSpace) is not null)
            throw new SopException(SopExit.MissingArg, "a USERID is empty");
        var password = arguments.One(s_password) is { } name ? call.Keep(await SopPassword.ReadNewAsync(name)) : null;
        var key = call.Keep(SecretKey.Generate(new KeyOptions
        {
            UserIds = [.. arguments.Operands.Select(SopText.UserId)],
            CreatedAt = call.Now,
            Profile = isVersion6 ? KeyProfile.Version6 : KeyProfile.Version4,
            IsSigningOnly = arguments.Has(s_signingOnly),
        }));
        await call.WriteKeysAsync([new SopKey(key, password)]);
    }
}
