namespace SecureExchange.Access;

/// <summary>An authenticated person or service of a party.</summary>
public sealed record Caller(PartyId Party, CallerId Id, IReadOnlyList<Role> Roles)
{
    /// <summary><c>party/caller</c>, as the log has it.</summary>
    public override string ToString() => $"{Party}/{Id}";
}
