using System.Numerics;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>What one message is encrypted with.</summary>
/// <param name="Cipher">The session key's algorithm.</param>
/// <param name="Aead">The mode of version 2 data; null for version 1.</param>
internal sealed record SealPlan(CipherAlgorithm Cipher, AeadAlgorithm? Aead)
{
    private const int MinChunk = 1 << 6;
    private const int MaxChunk = 1 << 22; // RFC 9580 §5.13.2: larger ones MUST NOT be written.

    /// <summary>Which session key packets go with it.</summary>
    public SessionKeyForm Form => Aead is null ? SessionKeyForm.Unbound : new SessionKeyForm(6, Cipher);

    /// <summary>Chooses what the policy accepts and every recipient reads; of several that which the recipients like best in sum,
    /// and then the policy.</summary>
    /// <exception cref="PgpException">There is nothing that fits.</exception>
    public static SealPlan Choose(SealOptions options)
    {
        var recipients = options.Recipients.Concat(options.HiddenRecipients)
            .Select(recipient => recipient.Preferences(options.Now, options.Policy)).ToList();
        var isForced = options.Format == SealFormat.Version2;
        var isAnnounced = options.Passphrases.Count == 0 && recipients.TrueForAll(recipient => recipient.AcceptsVersion2);
        if (isForced || (isAnnounced && options.Format == SealFormat.AsRecipientsRead))
        {
            var suites = from cipher in options.Policy.Ciphers
                         from mode in options.Policy.AeadModes
                         select new AeadCiphersuite(cipher, mode);
            var liked = recipients.Where(recipient => recipient.AcceptsVersion2).Select(recipient => recipient.AeadCiphersuites);
            if (Best(suites.Where(suite => suite.IsSupported), liked) is { } best) return new SealPlan(best.Cipher, best.Mode);
            if (isForced) throw NothingInCommon("authenticated ciphersuite");
        }

        if (options.Padding)
            throw Throw.Error(
                PgpError.RecipientCannotRead,
                "padding stands in version 2 encrypted data only, which not every recipient announces; seal without padding");

        // Who says nothing reads AES-128, and who says something reads it too (RFC 9580 §5.2.3.14).
        var ciphers = recipients.Select(recipient => recipient.Ciphers.Append(CipherAlgorithm.Aes128).Distinct().ToList());
        return Best(options.Policy.Ciphers.Where(cipher => cipher.KeySize() > 0), ciphers) is { } chosen
            ? new SealPlan(chosen, null)
            : throw NothingInCommon("cipher");
    }

    /// <summary>What encrypts with it.</summary>
    public EncryptedDataWriter Start(MessageOutput output, SessionKey sessionKey, int chunkSize) => Aead is { } aead
        ? new IntegrityProtectedDataV2Writer(output, ChunkLayout.New(Cipher, aead, chunkSize), sessionKey)
        : new IntegrityProtectedDataV1Writer(output, sessionKey);

    /// <exception cref="ArgumentException">It isn't a size that chunks may have.</exception>
    public static void RequireChunkSize(int chunkSize)
    {
        if (chunkSize is < MinChunk or > MaxChunk || !BitOperations.IsPow2(chunkSize))
            throw new ArgumentException($"a chunk has a power of two from {MinChunk} to {MaxChunk} octets", nameof(chunkSize));
    }

    private static T? Best<T>(IEnumerable<T> accepted, IEnumerable<IReadOnlyList<T>> liked) where T : struct
    {
        var lists = liked.Select(list => list.ToList()).ToList();
        return accepted.Where(choice => lists.TrueForAll(list => list.Contains(choice)))
            .OrderBy(choice => lists.Sum(list => list.IndexOf(choice)))
            .Select(choice => (T?)choice).FirstOrDefault();
    }

    private static PgpException NothingInCommon(string what) => Throw.Error(
        PgpError.RecipientCannotRead, $"the policy accepts no {what} that every recipient reads (PgpPolicy.Ciphers, AeadModes)");
}
