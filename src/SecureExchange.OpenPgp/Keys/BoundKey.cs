using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A primary key or subkey with what its owner signed about it.</summary>
/// <param name="Packet">The key.</param>
/// <param name="Bindings">Direct-key signatures of a primary key, binding signatures of a subkey.</param>
/// <param name="Revocations">Revocations of the key.</param>
internal sealed record BoundKey(PublicKeyPacket Packet, List<SelfSignature> Bindings, List<SelfSignature> Revocations)
{
    /// <summary>Of a primary key: what takes its direct-key signatures back (RFC 9580 §5.2.1.13).</summary>
    public List<SelfSignature> DirectKeyRevocations { get; } = [];

    public BoundKey(PublicKeyPacket packet) : this(packet, [], []) { }
}
