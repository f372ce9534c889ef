using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Signs a message while its plaintext passes, with every signer's newest signing key.</summary>
internal sealed class MessageSigner : IDisposable
{
    /// <summary>So many recipients are named in signatures; beyond, the list would outweigh its use.</summary>
    private const int MaxNamedRecipients = 16;

    private readonly SealOptions _options;
    private readonly List<(SecretKeyMaterial Material, SigningHash Hash)> _signers = [];

    /// <exception cref="PgpException">A signer can't sign now; it says why.</exception>
    public MessageSigner(SealOptions options)
    {
        _options = options;
        foreach (var signer in options.Signers)
        {
            var (key, material) = signer.SigningKey(options.Now, options.Policy);
            _signers.Add((material, new SigningHash(key)));
        }
    }

    /// <summary>Writes the one-pass signature packets.</summary>
    public void Announce(OctetWriter output)
    {
        for (var i = 0; i < _signers.Count; i++)
            OnePassSignaturePacket.Write(SignatureType.Binary, _signers[i].Hash, isLast: i == _signers.Count - 1, output);
    }

    public void Append(ReadOnlySpan<byte> plaintext)
    {
        foreach (var (_, hash) in _signers) hash.Append(plaintext);
    }

    /// <summary>Writes the signature packets: the last announced comes first (RFC 9580 §10.3).</summary>
    public void Sign(OctetWriter output)
    {
        foreach (var (material, hash) in _signers.AsEnumerable().Reverse())
        {
            using var signature = new SignatureBuilder(SignatureType.Binary, checked((uint)_options.Now.ToUnixTimeSeconds()));
            if (_options.Recipients.Count <= MaxNamedRecipients && _options.HiddenRecipients.Count == 0)
            {
                foreach (var recipient in _options.Recipients)
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
}
