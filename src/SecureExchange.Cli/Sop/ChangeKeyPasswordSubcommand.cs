namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop change-key-password</c></summary>
internal static class ChangeKeyPasswordSubcommand
{
    private static readonly SopOption s_new = new("--new-key-password", "protects the keys from now on; without it they are not protected", "PASSWORD");
    private static readonly SopOption s_old = new("--old-key-password", "opens the keys", "PASSWORD", Repeats: true);

    internal static SopSubcommand Create() => new("change-key-password", "protects secret keys with another password, or with none", RunAsync)
    {
        Options = [SopOption.NoArmor, s_new, s_old],
        Reads = "KEYS",
        Writes = "KEYS",
    };

    private static async Task RunAsync(SopCall call)
    {
        var password = call.Arguments.One(s_new) is { } name ? call.Keep(await SopPassword.ReadNewAsync(name)) : null;
        var keys = await SopKeys.SecretKeysFromInputAsync(call, s_old);
        await call.WriteKeysAsync(keys.Select(key => key with { Password = password }));
    }
}
