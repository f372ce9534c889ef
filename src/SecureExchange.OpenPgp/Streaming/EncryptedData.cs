using SecureExchange.OpenPgp.Crypto;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Decrypts the body of an encrypted data packet, of whichever kind.</summary>
internal abstract class EncryptedData : OctetSource, IDisposable
{
    private protected EncryptedData(SessionKey sessionKey) => SessionKey = sessionKey;

    /// <summary>Octets of no meaning that stand before the packets inside.</summary>
    public virtual int PrefixSize => 0;

    /// <summary>What it is decrypted with, right or wrong; the caller's.</summary>
    public SessionKey SessionKey { get; private protected set; }

    /// <summary>At the end: whether this is what somebody with the session key encrypted, from first octet to
    /// last.</summary>
    public bool IsIntact { get; private protected set; }

    /// <summary>What went wrong below, in what everybody can see; null if nothing did.</summary>
    public PgpException? OuterFailure { get; private protected set; }

    public abstract void Dispose();
}
