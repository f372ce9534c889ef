namespace SecureExchange.OpenPgp.Messages;

/// <summary>Encrypted OpenPGP messages (RFC 9580 §10.3): seals and opens them, streaming.</summary>
public static class PgpMessage
{
    /// <summary>Starts a message to one or more recipients. Nothing is written before the first octet of plaintext
    /// comes.</summary>
    /// <param name="output">Where the message goes. Stays open, and isn't flushed.</param>
    /// <param name="options">To whom, by whom, when.</param>
    /// <exception cref="PgpException">A recipient can't be encrypted to, or a signer can't sign now; it says
    /// why.</exception>
    public static SealedWriter Seal(Stream output, SealOptions options) => SealedWriter.Start(output, options);

    /// <summary>Opens one message, armored or binary: reads up to the first octet of its plaintext.</summary>
    /// <param name="input">Where it comes from, from its first octet; nothing may follow it. Stays open.</param>
    /// <param name="options">With which keys, whose signatures, when.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PgpException">It isn't an encrypted message, isn't for these keys, or couldn't be
    /// decrypted.</exception>
    public static Task<OpenedMessage> OpenAsync(Stream input, OpenOptions options, CancellationToken ct) =>
        OpenedMessage.OpenAsync(input, options, ct);

    /// <summary>Whether data starts as an encrypted OpenPGP message does: with the header line of an armored
    /// message, or
    /// with the packet header of a session key. No UTF-8 text starts with such octets.</summary>
    /// <param name="head">The first 27 octets or more; fewer only if there are no more.</param>
    public static bool LooksLikePgp(ReadOnlySpan<byte> head) =>
        head.StartsWith("-----BEGIN PGP MESSAGE-----"u8)
        || head is [0x84 or 0x85 or 0x86 or 0x87 or 0x8C or 0x8D or 0x8E or 0x8F or 0xC1, ..]
        || head is [0xC3, < 0x80, ..]; // In UTF-8 a letter goes on with an octet from 0x80 on.

}
