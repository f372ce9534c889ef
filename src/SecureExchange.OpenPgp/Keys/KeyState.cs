namespace SecureExchange.OpenPgp.Keys;

/// <summary>What a key is worth at a moment.</summary>
/// <param name="Problem">Null for a valid key.</param>
/// <param name="Why">The problem, in a sentence that goes after the key's name.</param>
/// <param name="Flags">What it may be used for.</param>
/// <param name="ExpiresAt">Null for never.</param>
internal readonly record struct KeyState(PgpError? Problem, string Why, Packets.KeyFlags Flags, DateTimeOffset? ExpiresAt)
{
    public bool IsValid => Problem is null;

    public static KeyState Invalid(PgpError problem, string why) => new(problem, why, Packets.KeyFlags.None, null);
}
