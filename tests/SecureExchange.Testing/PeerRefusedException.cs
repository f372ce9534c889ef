namespace SecureExchange.Testing;

/// <summary>A peer didn't do what it was asked, and said why.</summary>
public sealed class PeerRefusedException(string peer, string reason) : Exception($"{peer}: {reason}")
{
    public string Peer { get; } = peer;

    /// <summary>The peer's own words.</summary>
    public string Reason { get; } = reason;
}
