using System.Net;

namespace SecureExchange.Access;

/// <summary>An authenticated person or service of a party.</summary>
public sealed record Caller(PartyId Party, CallerId Id, IReadOnlyList<Role> Roles)
{
    /// <summary>Where the request came from; null where that isn't known, which no list of networks contains.</summary>
    public IPAddress? Address { get; init; }

    /// <summary><c>party/caller</c>, as the log has it.</summary>
    public override string ToString() => $"{Party}/{Id}";
}
