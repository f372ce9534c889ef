using SecureExchange.OpenPgp;

namespace SecureExchange.Gateway;

/// <summary>The stable codes of OpenPGP faults, in answers and in the log.</summary>
public static class PgpFault
{
    /// <summary>The code of an error.</summary>
    public static string Code(PgpError error) => error switch
    {
        PgpError.Malformed => "openpgp.malformed",
        PgpError.MalformedArmor => "openpgp.malformed-armor",
        PgpError.Truncated => "openpgp.truncated",
        PgpError.TrailingData => "openpgp.trailing-data",
        PgpError.UnexpectedKind => "openpgp.unexpected-kind",
        PgpError.LimitExceeded => "openpgp.limit-exceeded",
        PgpError.UnsupportedPacket => "openpgp.unsupported-packet",
        PgpError.UnsupportedVersion => "openpgp.unsupported-version",
        PgpError.UnsupportedAlgorithm => "openpgp.unsupported-algorithm",
        PgpError.UnsupportedProtection => "openpgp.unsupported-protection",
        PgpError.NoValidSelfSignature => "certificate.no-valid-self-signature",
        PgpError.CertificateExpired => "certificate.expired",
        PgpError.CertificateRevoked => "certificate.revoked",
        PgpError.CertificateNotYetValid => "certificate.not-yet-valid",
        PgpError.NoEncryptionSubkey => "certificate.no-encryption-subkey",
        PgpError.NoSigningKey => "certificate.no-signing-key",
        PgpError.AlgorithmRefused => "certificate.algorithm-refused",
        PgpError.SecretKeyMaterial => "certificate.secret-key-material",
        PgpError.WrongPassphrase => "openpgp.wrong-passphrase",
        PgpError.KeyMaterialMismatch => "openpgp.key-material-mismatch",
        PgpError.RecipientCannotRead => "certificate.recipient-cannot-read",
        PgpError.NotEncrypted => "openpgp.not-encrypted",
        PgpError.NotIntegrityProtected => "openpgp.not-integrity-protected",
        PgpError.NoMatchingKey => "openpgp.no-matching-key",
        PgpError.DecryptionFailed => "openpgp.decryption-failed",
        PgpError.NotText => "openpgp.not-text",
        PgpError.NotSigned => "openpgp.not-signed",
    };
}
