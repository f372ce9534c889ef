using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>Whose request this is: a feature of each authenticated request.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Issuer">By whose word.</param>
/// <param name="Expires">Until when the token is good.</param>
internal sealed record SignedIn(Caller Caller, string Issuer, DateTimeOffset Expires);
