using System.Security.Cryptography;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>A secret scalar on a NIST curve, with as many octets as the curve's coordinates.</summary>
internal sealed class NistScalar : IDisposable
{
    public NistScalar(ReadOnlySpan<byte> octets, int size)
    {
        Octets = GC.AllocateArray<byte>(size, pinned: true);
        octets.CopyTo(Octets.AsSpan(size - octets.Length));
    }

    public byte[] Octets { get; }

    public void Dispose() => CryptographicOperations.ZeroMemory(Octets);

    public override string ToString() => "[secret]";
}
