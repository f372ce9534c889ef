using System.Runtime.InteropServices;

namespace SecureExchange.Transparency.Tree;

/// <summary>A SHA-256 hash of a Merkle tree: of a leaf, a node, or the root (RFC 6962 §2.1).</summary>
public readonly record struct MerkleHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private MerkleHash(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">It isn't 32 bytes.</exception>
    public static MerkleHash Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"must be {Size} bytes", nameof(bytes));
        return MemoryMarshal.Read<MerkleHash>(bytes);
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Base64, as checkpoints and proofs have it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The bytes in place, without a copy: valid as long as the variable lives.</summary>
    internal static ReadOnlySpan<byte> Bytes(ref readonly MerkleHash hash) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in hash, 1));

    /// <summary>Room for a hash function to write into.</summary>
    internal static Span<byte> Output(ref MerkleHash hash) => MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref hash, 1));
}
