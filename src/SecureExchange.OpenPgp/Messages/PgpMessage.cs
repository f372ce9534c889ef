namespace SecureExchange.OpenPgp.Messages;

/// <summary>Encrypted OpenPGP messages (RFC 9580 §10.3): seals and opens them, streaming.</summary>
public static class PgpMessage
{
    public static SealedWriter Seal(Stream output, SealOptions options) => SealedWriter.Start(output, options);

    public static Task<OpenedMessage> OpenAsync(Stream input, OpenOptions options, CancellationToken ct) =>
        OpenedMessage.OpenAsync(input, options, ct);

    /// <summary>Whether data starts as an encrypted OpenPGP message does: with the header line of an armored message, or
    /// with the packet header of a session key. No UTF-8 text starts with either of those octets.</summary>
    /// <param name="head">The first 27 octets or more; fewer only if there are no more.</param>
    public static bool LooksLikePgp(ReadOnlySpan<byte> head) =>
        head.StartsWith("-----BEGIN PGP MESSAGE-----"u8) || (head.Length > 0 && head[0] is 0x84 or 0x85 or 0x86 or 0x87 or 0xC1);
}
