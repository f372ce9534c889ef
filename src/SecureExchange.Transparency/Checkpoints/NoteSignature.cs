using System.Buffers.Binary;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A signature line of a note.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="KeyId">Which of that name's keys.</param>
/// <param name="Bytes">The signature without the key id.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The line as it stands in a note, its newline included.</summary>
    internal string ToLine()
    {
        var bytes = new byte[sizeof(uint) + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Bytes.Span.CopyTo(bytes.AsSpan(sizeof(uint)));
        return $"{SignedNote.SignaturePrefix}{Name} {Convert.ToBase64String(bytes)}\n";
    }
}
