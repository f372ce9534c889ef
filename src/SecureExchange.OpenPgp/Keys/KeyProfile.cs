namespace SecureExchange.OpenPgp.Keys;

/// <summary>Which readers a new key is for. The numbers are those of the key's version.</summary>
public enum KeyProfile
{
    /// <summary>Version 4, which every GnuPG since 2.1 reads: it announces nothing that GnuPG 2.2 doesn't read.</summary>
    Version4 = 4,

    /// <summary>Version 6, RFC 9580: salted signatures, SHA-256 fingerprints, and announced authenticated encryption (OCB, then
    /// GCM, with AES-256). GnuPG doesn't read it; Sequoia, OpenPGP.js, RNP and others do.</summary>
    Version6 = 6,
}
