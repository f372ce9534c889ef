using System.Security.Cryptography;

namespace SecureExchange.Gateway.Intake;

/// <summary>A piece of plaintext in memory, zeroed before the memory is anybody else's.</summary>
internal sealed class PlaintextBuffer(int size) : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true); // Pinned: the collector leaves no copies.

    internal Memory<byte> Memory => _bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "[plaintext]";
}
