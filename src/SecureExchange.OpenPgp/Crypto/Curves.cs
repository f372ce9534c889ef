using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Curves by object identifier (RFC 9580 §9.2).</summary>
internal static class Curves
{
    /// <summary>Prefix of a point in the curve's own encoding (RFC 9580 §11.2).</summary>
    public const byte NativePoint = 0x40;

    private const byte UncompressedPoint = 0x04;

    public static ReadOnlySpan<byte> Ed25519Legacy => [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01];

    public static ReadOnlySpan<byte> Curve25519Legacy => [0x2B, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01];

    /// <summary>Reads an uncompressed point (SEC 1 §2.3.3). Whether it's on the curve is for the import to
    /// check.</summary>
    public static bool TryReadPoint(ReadOnlySpan<byte> mpi, int size, out ECPoint point)
    {
        var valid = mpi.Length == 1 + (2 * size) && mpi[0] == UncompressedPoint;
        point = valid ? new ECPoint { X = mpi.Slice(1, size).ToArray(), Y = mpi[(1 + size)..].ToArray() } : default;
        return valid;
    }

    public static void WritePoint(in ECPoint point, OctetWriter output) => output.Mpi(Uncompressed(point));

    public static byte[] Uncompressed(in ECPoint point) => [UncompressedPoint, .. point.X!, .. point.Y!];

    public static void WriteNativePoint(ReadOnlySpan<byte> point, OctetWriter output)
    {
        Span<byte> octets = [NativePoint, .. point];
        output.Mpi(octets);
    }
}
