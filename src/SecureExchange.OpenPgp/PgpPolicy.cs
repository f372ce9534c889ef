using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp;

/// <summary>What is accepted, by algorithm, key size and date.</summary>
public sealed record PgpPolicy
{
    /// <summary>What this version of the engine recommends.</summary>
    public static PgpPolicy Default { get; } = new();

    /// <summary>SHA-1 self-signatures made before this moment are accepted; those on data never are. Since 2020
    /// chosen-prefix collisions cost what a server rental does ("SHA-1 is a Shambles").</summary>
    public DateTimeOffset Sha1SelfSignaturesUntil { get; init; } = new(2023, 2, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The shortest RSA modulus, in bits, to encrypt to or to believe a signature of.</summary>
    public int MinRsaBits { get; init; } = 2048;

    /// <summary>What messages are encrypted with, the best first. Of those that all recipients read, the one that they like best
    /// is taken; everybody reads AES-128.</summary>
    public IReadOnlyList<CipherAlgorithm> Ciphers { get; init; } =
        [CipherAlgorithm.Aes256, CipherAlgorithm.Aes192, CipherAlgorithm.Aes128];

    /// <summary>The modes of version 2 encrypted data, the best first. Everybody who reads it reads OCB.</summary>
    public IReadOnlyList<AeadAlgorithm> AeadModes { get; init; } = [AeadAlgorithm.Ocb, AeadAlgorithm.Gcm];

    /// <summary>How far another machine's clock may be ahead of ours.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A self-signature's hash: a strong one, or SHA-1 while that was in use. Its owner alone chose what it
    /// covers, so that a collision is of no use to anybody else; a second preimage isn't in sight.</summary>
    internal bool AcceptsSelfSignature(SignaturePacket signature) =>
        signature.Digest.IsStrong()
        || (signature.Version == PublicKeyPacket.Version4 && signature.Digest == DigestAlgorithm.Sha1
            && signature.CreatedAt < Sha1SelfSignaturesUntil);
}
