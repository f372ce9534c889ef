namespace SecureExchange.OpenPgp.Messages;

/// <summary>Which version of encrypted data a message gets (RFC 9580 §5.13).</summary>
public enum SealFormat
{
    /// <summary>Version 2 where every recipient's certificate announces it and there is no passphrase, else version 1.</summary>
    AsRecipientsRead = 0,

    /// <summary>AES-CFB with a modification detection code: what every OpenPGP program reads.</summary>
    Version1 = 1,

    /// <summary>AES-OCB or AES-GCM in authenticated chunks, whatever the certificates announce: for recipients who are known to
    /// read it.</summary>
    Version2 = 2,
}
