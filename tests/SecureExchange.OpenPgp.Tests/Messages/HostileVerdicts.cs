using static SecureExchange.OpenPgp.Messages.SignatureStatus;
using static SecureExchange.OpenPgp.PgpError;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>What each hostile message is designed to end in: an error, or for one that opens what its signature is worth. Those
/// that aren't here are accepted.</summary>
internal static class HostileVerdicts
{
    public static IReadOnlyDictionary<string, Enum> All { get; } = new Dictionary<string, Enum>
    {
        // Altered, and only a reader with the key can tell.
        ["seipdv1-mdc-cut"] = DecryptionFailed,
        ["seipdv1-mdc-bitflip"] = DecryptionFailed,
        ["seipdv1-mdc-wrong"] = DecryptionFailed,
        ["seipdv1-ciphertext-bitflip"] = DecryptionFailed,
        ["seipdv1-truncated-half"] = DecryptionFailed,
        ["seipdv1-data-after-mdc"] = DecryptionFailed,
        ["seipdv2-chunk-swap"] = DecryptionFailed,
        ["seipdv2-chunk-dup"] = DecryptionFailed,
        ["seipdv2-chunk-drop"] = DecryptionFailed,
        ["seipdv2-last-chunk-dropped"] = DecryptionFailed,
        ["seipdv2-final-tag-missing"] = DecryptionFailed,
        ["seipdv2-truncated-at-chunk-boundary"] = DecryptionFailed,
        ["seipdv2-salt-flip"] = DecryptionFailed,
        ["seipdv2-cipher-changed"] = DecryptionFailed,
        ["type20-ocb-chunk-bitflip"] = DecryptionFailed,

        // A session key that isn't one says no more.
        ["x25519-low-order-point"] = DecryptionFailed,
        ["pkesk-mpi-overrun"] = DecryptionFailed,
        ["pkesk-wrapped-key-flip"] = DecryptionFailed,
        ["rsa-pkesk-flip"] = DecryptionFailed,

        // Nor does what is wrong with the packets inside.
        ["two-literals"] = DecryptionFailed,
        ["two-literals-first-compressed"] = DecryptionFailed,
        ["no-literal"] = DecryptionFailed,
        ["empty-compressed"] = DecryptionFailed,
        ["encrypted-in-encrypted"] = DecryptionFailed,
        ["nested-deflate-64"] = DecryptionFailed,
        ["unknown-critical-packet"] = DecryptionFailed,
        ["literal-length-overrun"] = DecryptionFailed,
        ["literal-filename-overrun"] = DecryptionFailed,
        ["indeterminate-length-inside"] = DecryptionFailed,
        ["bomb-zip-1gib-twice"] = DecryptionFailed,
        ["bomb-zlib-64mib-once"] = DecryptionFailed,
        ["ops-without-signature"] = DecryptionFailed,
        ["ops-flood-300"] = DecryptionFailed,

        // What everybody can see.
        ["seipdv1-eof"] = Truncated,
        ["partial-no-final"] = Truncated,
        ["armor-no-end"] = Truncated,
        ["seipdv1-version-9"] = UnsupportedVersion,
        ["seipdv2-chunk-octet-64"] = LimitExceeded,
        ["type20-ocb-chunk-octet-62"] = LimitExceeded,
        ["s2k-argon2-2tib"] = LimitExceeded,
        ["pkesk-flood-2000"] = LimitExceeded,
        ["armor-header-256kib"] = LimitExceeded,
        ["armor-5000-headers"] = LimitExceeded,
        ["seipdv2-aead-unknown"] = UnsupportedAlgorithm,
        ["mix-pkesk6-seipdv1"] = NoMatchingKey,
        ["s2k-simple-md5"] = NoMatchingKey,
        ["s2k-unknown-type"] = NoMatchingKey,
        ["cleartext-literal-before"] = NotEncrypted,
        ["plaintext-only-literal"] = NotEncrypted,
        ["CVE-2025-47934-shape"] = NotEncrypted,
        ["signed-by-data-in-transit-only"] = NotEncrypted,
        ["detached-ok"] = NotEncrypted, // Good, and no message.
        ["key-as-message"] = UnexpectedKind,
        ["skesk-truncated"] = Malformed,
        ["partial-on-pkesk"] = Malformed,
        ["packet-tag-0"] = UnsupportedPacket,
        ["random-4k"] = LimitExceeded,
        ["armor-junk-in-base64"] = MalformedArmor,
        ["armor-text-before"] = MalformedArmor,
        ["armor-two-blocks"] = TrailingData,

        // Opened, and not signed as it ought to be.
        ["signed-by-stranger"] = UnknownSigner,
        ["signature-bitflip"] = Bad,
        ["signed-while-valid-now-expired"] = KeyExpiredSince,
    };
}
