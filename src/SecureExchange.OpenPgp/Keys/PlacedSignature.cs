using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A self-signature that verified, and over which part, wherever it stood.</summary>
/// <param name="Signature">The signature.</param>
/// <param name="Head">The type of the part's own packet.</param>
/// <param name="Body">That packet's body.</param>
internal sealed record PlacedSignature(SelfSignature Signature, PacketType Head, ReadOnlyMemory<byte> Body);
