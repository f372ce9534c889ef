using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Signs data while they pass, with every signer's newest signing key.</summary>
internal sealed class MessageSigner : IDisposable
{
    /// <summary>So many recipients are named in signatures; beyond, the list would outweigh its use.</summary>
    private const int MaxNamedRecipients = 16;

    private readonly IReadOnlyList<Certificate> _recipients;
    private readonly DateTimeOffset _now;
    private readonly SignatureType _type;
    private readonly CanonicalText? _text;
    private readonly List<(SecretKeyMaterial Material, SigningHash Hash)> _signers = [];

    /// <exception cref="PgpException">A signer can't sign now; it says why.</exception>
    public MessageSigner(SealOptions options)
        : this(
            options.Signers, options is { HiddenRecipients.Count: 0, Passphrases.Count: 0 } ? options.Recipients : [], options.Now,
            options.Policy, SignatureType.Binary)
    {
    }

    /// <exception cref="PgpException">A signer can't sign now; it says why.</exception>
    public MessageSigner(SignOptions options, bool isText)
        : this(options.Signers, [], options.Now, options.Policy, isText ? SignatureType.Text : SignatureType.Binary)
    {
        if (options.Signers.Count == 0) throw new ArgumentException("a signature needs a signer", nameof(options));
    }

    private MessageSigner(
        IReadOnlyList<SecretKey> signers, IReadOnlyList<Certificate> recipients, DateTimeOffset now, PgpPolicy policy,
        SignatureType type)
    {
        (_recipients, _now, _type) = (recipients, now, type);
        if (type == SignatureType.Text) _text = new CanonicalText();
        foreach (var signer in signers)
        {
            var (key, material) = signer.SigningKey(now, policy);
            _signers.Add((material, new SigningHash(key)));
        }
    }

    /// <summary>The hashes that are signed.</summary>
    public IEnumerable<DigestAlgorithm> Digests => _signers.Select(signer => signer.Hash.Algorithm);

    /// <summary>Whether readers that know version 4 alone may read the signatures: they miss armor's checksum and cleartext's hash
    /// header, which MUST NOT stand with version 6 (RFC 9580 §6.1, §7).</summary>
    public bool WantsChecksum => _signers.All(signer => signer.Hash.Key.Version == PublicKeyPacket.Version4);

    /// <summary>Writes the one-pass signature packets.</summary>
    public void Announce(OctetWriter output)
    {
        for (var i = 0; i < _signers.Count; i++)
            OnePassSignaturePacket.Write(_type, _signers[i].Hash, isLast: i == _signers.Count - 1, output);
    }

    public void Append(ReadOnlySpan<byte> plaintext)
    {
        if (_text is null) Hash(plaintext);
        else _text.Pass(plaintext, Hash);
    }

    /// <summary>Writes the signature packets: the last announced comes first (RFC 9580 §10.3).</summary>
    public void Sign(OctetWriter output)
    {
        foreach (var (material, hash) in _signers.AsEnumerable().Reverse())
        {
            using var signature = new SignatureBuilder(_type, checked((uint)_now.ToUnixTimeSeconds()));
            if (_recipients.Count <= MaxNamedRecipients)
            {
                foreach (var recipient in _recipients)
                {
                    var fingerprint = recipient.Fingerprint;
                    signature.Add(
                        SubpacketType.IntendedRecipientFingerprint, [(byte)fingerprint.Version, .. fingerprint.ToBytes()]);
                }
            }

            signature.Finish(hash, material, output);
        }
    }

    public void Dispose()
    {
        foreach (var (_, hash) in _signers) hash.Dispose();
    }

    private void Hash(ReadOnlySpan<byte> plaintext)
    {
        foreach (var (_, hash) in _signers) hash.Append(plaintext);
    }
}
