using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Log;

/// <summary>A tile or bundle to be written. Its content follows from the committed batch, so anyone may write it.</summary>
internal readonly record struct TileWrite(TilePath Path, byte[] Content);
