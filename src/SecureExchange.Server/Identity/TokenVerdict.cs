using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>What became of a bearer token.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <summary>It stands for somebody.</summary>
    /// <param name="Caller">Who.</param>
    /// <param name="Issuer">By whose word: the operator's name for it.</param>
    /// <param name="Expires">Until when.</param>
    internal sealed record Good(Caller Caller, string Issuer, DateTimeOffset Expires) : TokenVerdict;

    /// <summary>It stands for nobody.</summary>
    /// <param name="Reason">A word for the log and the answer's code; see docs/formats/http-api.md.</param>
    internal sealed record Refused(string Reason) : TokenVerdict;

    /// <summary>The issuer's keys can't be had now, so nobody can tell.</summary>
    internal sealed record Undecided : TokenVerdict;
}
