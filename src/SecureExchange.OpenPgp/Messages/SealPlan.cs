using System.Numerics;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>What one message is encrypted with.</summary>
/// <param name="Cipher">The session key's algorithm.</param>
/// <param name="Aead">The mode of version 2 data; null for version 1.</param>
internal sealed record SealPlan(CipherAlgorithm Cipher, AeadAlgorithm? Aead)
{
    private const int MinChunk = 1 << 6;
    private const int MaxChunk = 1 << 22; // RFC 9580 §5.13.2: larger ones MUST NOT be written.

    /// <summary>Which session key packets go with it.</summary>
    public SessionKeyForm Form => Aead is null ? SessionKeyForm.Unbound : new SessionKeyForm(6, Cipher);

    public static SealPlan Choose(SealOptions options) => options.Format == SealFormat.Version2
        ? new SealPlan(CipherAlgorithm.Aes256, AeadAlgorithm.Ocb)
        : new SealPlan(CipherAlgorithm.Aes256, null);

    /// <summary>What encrypts with it.</summary>
    public EncryptedDataWriter Start(MessageOutput output, SessionKey sessionKey, int chunkSize) => Aead is { } aead
        ? new IntegrityProtectedDataV2Writer(output, ChunkLayout.New(Cipher, aead, chunkSize), sessionKey)
        : new IntegrityProtectedDataV1Writer(output, sessionKey);

    /// <exception cref="ArgumentException">It isn't a size that chunks may have.</exception>
    public static void RequireChunkSize(int chunkSize)
    {
        if (chunkSize is < MinChunk or > MaxChunk || !BitOperations.IsPow2(chunkSize))
            throw new ArgumentException($"a chunk has a power of two from {MinChunk} to {MaxChunk} octets", nameof(chunkSize));
    }
}
