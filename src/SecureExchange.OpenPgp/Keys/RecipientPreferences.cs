using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>What a certificate's owner says that its programs read and like best, as far as this engine has it.</summary>
/// <param name="Features">Which encrypted data (RFC 9580 §5.2.3.32); of version 6 both where its owner is silent, else none.</param>
/// <param name="AeadCiphersuites">For version 2 encrypted data, the best liked first, the mandatory one included (§5.2.3.15).</param>
/// <param name="Ciphers">For version 1, the best liked first (§5.2.3.14).</param>
internal sealed record RecipientPreferences(
    Features Features, IReadOnlyList<AeadCiphersuite> AeadCiphersuites, IReadOnlyList<CipherAlgorithm> Ciphers)
{
    /// <summary>Whether version 2 encrypted data may be sent. Only who says so reads it, and who has a version 6 key and doesn't say.</summary>
    public bool AcceptsVersion2 => Features.HasFlag(Features.IntegrityProtectedDataV2);
}
