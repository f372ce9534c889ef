namespace SecureExchange.OpenPgp.Messages;

/// <summary>Text as it is signed: with CR LF at the end of each line, whichever way it is sent (RFC 9580 §5.2.1.2). Text comes
/// in pieces.</summary>
internal sealed class CanonicalText
{
    private byte _previous;

    /// <summary>Takes what <see cref="Pass"/> gives.</summary>
    public delegate void Sink(ReadOnlySpan<byte> octets);

    /// <summary>Passes the next piece on. A CR without LF is a character like others.</summary>
    public void Pass(ReadOnlySpan<byte> text, Sink sink)
    {
        while (text.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var hasReturn = (end > 0 ? text[end - 1] : _previous) == '\r';
            sink(text[..end]);
            sink(hasReturn ? "\n"u8 : "\r\n"u8);
            _previous = (byte)'\n';
            text = text[(end + 1)..];
        }

        if (text.IsEmpty) return;
        sink(text);
        _previous = text[^1];
    }
}
