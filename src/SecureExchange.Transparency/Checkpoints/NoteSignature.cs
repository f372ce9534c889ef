namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A signature line of a note.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="KeyId">Which of that name's keys.</param>
/// <param name="Bytes">The signature without the key id.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes);
