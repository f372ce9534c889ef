using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The algorithm's part of a secret key. Zeroed when disposed of.</summary>
internal abstract class SecretKeyMaterial : IDisposable
{
    private protected SecretKeyMaterial() { }

    /// <summary>Whether a session key packet for this key tells nothing when it fails: those with integrity of
    /// their own
    /// don't, RSA's would (Bleichenbacher).</summary>
    public virtual bool FailureIsHarmless => true;

    /// <summary>Signs a digest, writes the algorithm's fields of a signature packet.</summary>
    public virtual void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output) =>
        throw new NotSupportedException("keys of this algorithm don't sign");

    /// <summary>Opens the algorithm's fields of a session key packet.</summary>
    /// <returns>Null when there is no session key in them, whatever the reason.</returns>
    public virtual SessionKey? DecryptSessionKey(ref OctetCursor fields, Fingerprint recipient, SessionKeyForm form) => null;

    /// <summary>Writes the algorithm's fields of a secret key, unprotected.</summary>
    public abstract void Write(OctetWriter output);

    public abstract void Dispose();

    public override string ToString() => "[secret]";
}
