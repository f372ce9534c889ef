namespace SecureExchange.Transparency.Tiles;

/// <summary>An object that moves, and the opaque version it had when read (an ETag).</summary>
public sealed record VersionedObject(ReadOnlyMemory<byte> Content, string Version);
