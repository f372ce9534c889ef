namespace SecureExchange.Interop.Tests.Forms;

/// <summary>How plaintext is encrypted.</summary>
internal enum Protection
{
    /// <summary>CFB with a modification detection code (RFC 9580 §5.13.1).</summary>
    Version1,

    /// <summary>OCB chunks (RFC 9580 §5.13.2).</summary>
    Version2Ocb,

    /// <summary>EAX chunks (RFC 9580 §5.13.2).</summary>
    Version2Eax,

    /// <summary>GCM chunks (RFC 9580 §5.13.2).</summary>
    Version2Gcm,

    /// <summary>Whatever the writer takes the recipient to read.</summary>
    Any,

    /// <summary>Packet type 20 with OCB, as GnuPG 2.3 writes it (LibrePGP §5.16).</summary>
    LibrePgp,
}
