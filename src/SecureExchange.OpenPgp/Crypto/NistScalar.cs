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

    /// <summary>Whether this scalar gives that point. .NET's import with both doesn't compare them.</summary>
    public bool BelongsTo(in ECParameters publicKey)
    {
        try
        {
            using var derived = ECDsa.Create(new ECParameters { Curve = publicKey.Curve, D = Octets });
            var point = derived.ExportParameters(includePrivateParameters: false).Q;
            return point.X.AsSpan().SequenceEqual(publicKey.Q.X) && point.Y.AsSpan().SequenceEqual(publicKey.Q.Y);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(Octets);

    public override string ToString() => "[secret]";
}
