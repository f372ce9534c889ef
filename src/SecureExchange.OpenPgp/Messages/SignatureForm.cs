namespace SecureExchange.OpenPgp.Messages;

/// <summary>How signature and data belong together. The numbers are stable and only grow.</summary>
public enum SignatureForm
{
    /// <summary>Inside an encrypted message, around its plaintext (RFC 9580 §10.3).</summary>
    Encrypted = 1,

    /// <summary>In a message that is signed and not encrypted (RFC 9580 §10.3).</summary>
    Inline = 2,

    /// <summary>Behind a text that stays readable (RFC 9580 §7).</summary>
    Cleartext = 3,

    /// <summary>Apart from its data (RFC 9580 §10.4).</summary>
    Detached = 4,
}
