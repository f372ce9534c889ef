namespace SecureExchange.OpenPgp;

/// <summary>How much hostile input may ask for. Each is named after its attack.</summary>
public sealed record PgpLimits
{
    /// <summary>Limits that no legitimate partner has met.</summary>
    public static PgpLimits Default { get; } = new();

    /// <summary>Header flood: octets of one line of ASCII armor, 8,192 at most.</summary>
    public int MaxArmorLine { get; init; } = 4096;

    /// <summary>Header flood: header lines of ASCII armor.</summary>
    public int MaxArmorHeaders { get; init; } = 32;

    /// <summary>Allocation by length field: octets of a packet that is held in memory (all but message data).</summary>
    public int MaxPacket { get; init; } = 1 << 20;

    /// <summary>Session key flood: recipients of one message.</summary>
    public int MaxRecipients { get; init; } = 256;

    /// <summary>Hidden recipient flood: private-key operations for one message.</summary>
    public int MaxSessionKeyAttempts { get; init; } = 16;

    /// <summary>Hash flood: signatures of one message, each of which costs a pass over the data.</summary>
    public int MaxSignatures { get; init; } = 8;

    /// <summary>Quine and nesting bombs: compressed packets within each other.</summary>
    public int MaxNesting { get; init; } = 2;

    /// <summary>Decompression bomb: octets out for each octet in, counted once <see cref="FreeDecompression"/> is
    /// used up.</summary>
    public int MaxCompressionRatio { get; init; } = 200;

    /// <summary>Decompression bomb: octets that any compressed packet may give, whatever its ratio.</summary>
    public long FreeDecompression { get; init; } = 1 << 20;

    /// <summary>Allocation by length field: octets of plaintext of one authenticated chunk, each of which is held in memory
    /// whole. 4 MiB is what every reader takes, and what GnuPG writes.</summary>
    public int MaxChunk { get; init; } = 4 << 20;

    /// <summary>Memory exhaustion: octets of a text that is signed in the clear (RFC 9580 §7). It is held in memory whole,
    /// since only the signatures behind it say how it is to be hashed.</summary>
    public int MaxCleartext { get; init; } = 16 << 20;

    /// <summary>Disk and quota exhaustion: octets of plaintext of one message.</summary>
    public long MaxPlaintext { get; init; } = 1L << 42;

    /// <summary>Certificate flooding: octets of one certificate or secret key.</summary>
    public int MaxCertificate { get; init; } = 4 << 20;

    /// <summary>Certificate flooding: octets of several certificates or secret keys that come in one.</summary>
    public int MaxKeyring { get; init; } = 64 << 20;

    /// <summary>Memory exhaustion: certificates or secret keys that come in one. Eight octets make a certificate, which takes a
    /// thousand in memory.</summary>
    public int MaxKeys { get; init; } = 16_384;

    /// <summary>Certificate flooding: user ids, user attributes and subkeys of one certificate.</summary>
    public int MaxComponents { get; init; } = 256;

    /// <summary>Certificate flooding: packets of one certificate.</summary>
    public int MaxCertificatePackets { get; init; } = 1 << 14;

    /// <summary>Certificate flooding: signatures by others that are kept when copies of a certificate are put together. They may
    /// take half of <see cref="MaxCertificate"/> too, and no more.</summary>
    public int MaxForeignSignatures { get; init; } = 1024;

    /// <summary>Verification flood: self-signatures of one certificate, each of which costs a public-key
    /// operation.</summary>
    public int MaxSelfSignatures { get; init; } = 512;

    /// <summary>Verification flood: octets of one user id.</summary>
    public int MaxUserId { get; init; } = 4096;

    /// <summary>Slow public keys: bits of an RSA modulus.</summary>
    public int MaxRsaBits { get; init; } = 8192;

    /// <summary>Passphrase stretching as a burner of time: octets hashed for one secret key or message (RFC 9580 §3.7.1.3 allows
    /// at most 65,011,712), times the subkeys that are protected with it.</summary>
    public long MaxS2kOctets { get; init; } = 16L * 65_011_712;

    /// <summary>Passphrase stretching as a burner of memory: octets that Argon2 may take at once. 2 GiB is what RFC 9106 §4 puts
    /// first and the samples of RFC 9580 take; services with less choose less. What takes more than 64 MiB waits for its turn, so that
    /// the process never takes it twice.</summary>
    public long MaxArgon2Memory { get; init; } = 2L << 30;

    /// <summary>Passphrase stretching as a burner of time: octets that Argon2 may fill for one secret key or message, its memory
    /// times its passes, times the subkeys that are protected with it. A gigabyte takes about a second.</summary>
    public long MaxArgon2Octets { get; init; } = 16L << 30;
}
