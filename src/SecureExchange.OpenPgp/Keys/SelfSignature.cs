using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A signature by a certificate's primary key over a part of that certificate, verified when it was
/// read.</summary>
/// <param name="Packet">The signature.</param>
/// <param name="Back">For a subkey that signs: its own signature that it wants to belong here, verified too. Without
/// it,
/// anybody could pass a stranger's signing key off as a subkey (RFC 9580 §5.2.1.9).</param>
internal sealed record SelfSignature(SignaturePacket Packet, SignaturePacket? Back = null)
{
    private const byte Superseded = 1;
    private const byte Retired = 3;
    private const byte UserIdNoLongerValid = 32;

    public DateTimeOffset CreatedAt => Packet.CreatedAt;

    /// <summary>Of a revocation: whether what it revokes was never to be trusted, at any time. Only an explicit
    /// harmless
    /// reason says otherwise (RFC 9580 §5.2.3.31).</summary>
    public bool IsHard => Packet.Hashed.RevocationReason is not (Superseded or Retired or UserIdNoLongerValid);

    /// <summary>As a revocation: whether it stands against what was said at a moment, or against nothing. A hard one counts at all
    /// times; a soft one from when it was made, until its signer says the thing anew. Neither its hash nor its end matters to take
    /// something back.</summary>
    public bool Revokes(DateTimeOffset? saidAt, DateTimeOffset horizon) => !Packet.Hashed.HasUnknownCritical
        && (IsHard || (CreatedAt <= horizon && (saidAt is null || CreatedAt >= saidAt)));

    /// <summary>Whether it counts at a moment: made by then, not past its own end, after its key, its back signature
    /// too, by means that the
    /// policy
    /// accepts, and without demands that this engine doesn't understand.</summary>
    public bool CountsAt(DateTimeOffset at, DateTimeOffset horizon, DateTimeOffset keyCreatedAt, PgpPolicy policy) =>
        CreatedAt <= horizon
        && CreatedAt >= keyCreatedAt
        && IsCurrent(Packet, at)
        && (Back is null || (Back.CreatedAt <= horizon && IsCurrent(Back, at)))
        && IsAcceptable(policy);

    /// <summary>Whether the policy accepts the means, and nothing critical is unknown.</summary>
    public bool IsAcceptable(PgpPolicy policy) =>
        !Packet.Hashed.HasUnknownCritical && policy.AcceptsSelfSignature(Packet)
        && (Back is null || (!Back.Hashed.HasUnknownCritical && policy.AcceptsSelfSignature(Back)));

    private static bool IsCurrent(SignaturePacket signature, DateTimeOffset at) =>
        signature.Hashed.ValidFor is not { } valid || at < signature.CreatedAt + valid;
}
