using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>An OpenPGP certificate: the public part of a key, with what its owner says about it (RFC 9580
/// §10.1.1).</summary>
/// <remarks>Immutable. Its self-signatures were verified when it was read; what they are worth at a moment is judged
/// by each
/// question.</remarks>
public sealed class Certificate
{
    private readonly IReadOnlyList<Packet> _packets;

    internal Certificate(
        IReadOnlyList<Packet> packets, BoundKey primary, IReadOnlyList<BoundUserId> userIds, IReadOnlyList<BoundKey> subkeys,
        IReadOnlyDictionary<ReadOnlyMemory<byte>, PlacedSignature?> ownSignatures)
    {
        _packets = packets;
        OwnSignatures = ownSignatures;
        Primary = primary;
        AllUserIds = userIds;
        Subkeys = subkeys;
        UserIds = [.. new CertificateView(this, Latest, PgpPolicy.Default).UserIds.Select(id => id.Text)];
    }

    /// <summary>The primary key's fingerprint: what identifies the certificate.</summary>
    public Fingerprint Fingerprint => Primary.Packet.Fingerprint;

    /// <summary>The user ids that its owner claims and hasn't revoked, as of the newest thing that it says, the
    /// primary one
    /// first. Text from outside: it may hold control characters.</summary>
    public IReadOnlyList<string> UserIds { get; }

    /// <summary>When the primary key was made, as it says.</summary>
    public DateTimeOffset CreatedAt => Primary.Packet.CreatedAt;

    internal BoundKey Primary { get; }

    internal IReadOnlyList<BoundUserId> AllUserIds { get; }

    internal IReadOnlyList<BoundKey> Subkeys { get; }

    internal IEnumerable<BoundKey> Keys => Subkeys.Prepend(Primary);

    /// <summary>Keys that others may have encrypted to at some time: expired and revoked ones too, but none that is for
    /// signing only, so that no message makes a signing key decrypt.</summary>
    internal IEnumerable<BoundKey> DecryptionKeys => Keys.Where(key => key.Packet.Material.CanEncrypt
        && (key == Primary ? key.Bindings.Concat(AllUserIds.SelectMany(id => id.Bindings)) : key.Bindings)
            .Any(binding => ((binding.Packet.Hashed.KeyFlags ?? KeyFlags.Encrypt) & KeyFlags.Encrypt) != 0));

    internal IReadOnlyList<Packet> AllPackets => _packets;

    /// <summary>The signatures that claim to be its owner's, by where the packet's body stands; null for those that don't
    /// verify.</summary>
    internal IReadOnlyDictionary<ReadOnlyMemory<byte>, PlacedSignature?> OwnSignatures { get; }

    /// <summary>When the owner said the newest thing about the primary key and its user ids.</summary>
    private DateTimeOffset Latest => AllUserIds.SelectMany(id => id.Bindings.Concat(id.Revocations)).Concat(Primary.Bindings)
        .Select(s => s.CreatedAt).Append(CreatedAt).Max();

    /// <summary>Reads one certificate.</summary>
    /// <param name="armoredOrBinary">ASCII armor (<c>PGP PUBLIC KEY BLOCK</c>) or packets; nothing else before or
    /// after.</param>
    /// <param name="limits">How much it may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <exception cref="PgpException">It isn't one certificate; <see cref="PgpError.SecretKeyMaterial"/> for a
    /// secret key.</exception>
    public static Certificate Read(ReadOnlyMemory<byte> armoredOrBinary, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        return new CertificateReader(limits).Read(ArmorDecoder.Binary(armoredOrBinary, ArmorKind.PublicKey, limits));
    }

    /// <summary>Reads several certificates that come one after the other.</summary>
    /// <param name="armoredOrBinary">Packets, or blocks of ASCII armor (<c>PGP PUBLIC KEY BLOCK</c>) with one or more certificates
    /// each and nothing but white space between them.</param>
    /// <param name="limits">How much they may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <param name="skipsUnknownVersions">Whether those of a version that this engine doesn't read are left out (RFC 9580 §10.1), unless
    /// there are no others: right for whoever looks for a signer, wrong for whoever encrypts to all of them.</param>
    /// <returns>One or more.</returns>
    /// <exception cref="PgpException">One of them isn't a certificate; <see cref="PgpError.UnsupportedVersion"/> for one that isn't left
    /// out.</exception>
    public static IReadOnlyList<Certificate> ReadAll(
        ReadOnlyMemory<byte> armoredOrBinary, PgpLimits? limits = null, bool skipsUnknownVersions = true)
    {
        limits ??= PgpLimits.Default;
        var certificates = new List<Certificate>();
        PgpException? leftOut = null;
        foreach (var octets in KeyRing.Split(KeyRing.Binary(armoredOrBinary, ArmorKind.PublicKey, limits), limits))
        {
            try
            {
                certificates.Add(Read(octets, limits));
            }
            catch (PgpException e) when (skipsUnknownVersions && e.Error == PgpError.UnsupportedVersion)
            {
                leftOut = e;
            }
        }

        return certificates.Count > 0 || leftOut is null ? certificates : throw leftOut;
    }

    /// <summary>When the certificate stops being valid, as its newest valid self-signature says; null for
    /// never.</summary>
    /// <param name="at">Which self-signatures exist: those made by then.</param>
    /// <param name="policy">Which count; null for <see cref="PgpPolicy.Default"/>.</param>
    public DateTimeOffset? ExpiresAt(DateTimeOffset at, PgpPolicy? policy = null)
    {
        policy ??= PgpPolicy.Default;
        return new CertificateView(this, at, policy, policy.ClockSkew).Primary().ExpiresAt;
    }

    /// <summary>Whether somebody may encrypt to it.</summary>
    /// <param name="at">When.</param>
    /// <param name="policy">By which rules; null for <see cref="PgpPolicy.Default"/>.</param>
    /// <param name="purpose">What for.</param>
    /// <exception cref="PgpException">Not: it says why.</exception>
    public void RequireUsableForEncryption(DateTimeOffset at, PgpPolicy? policy = null, SealPurpose purpose = SealPurpose.Any) =>
        EncryptionKey(at, policy ?? PgpPolicy.Default, purpose);

    /// <summary>Puts two copies of this certificate together, each of which may have what the other lacks: new self-signatures,
    /// revocations, subkeys, certifications by others. What is in both is there once.</summary>
    /// <param name="other">The other copy, which may come from anywhere: of parts, only what the owner bound is taken.</param>
    /// <param name="limits">How much may come out; null for <see cref="PgpLimits.Default"/>.</param>
    /// <exception cref="ArgumentException">It's another certificate's.</exception>
    /// <exception cref="PgpException">Too much would come out.</exception>
    public Certificate Merge(Certificate other, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        var parts = new CertificateParts(this);
        CertificateMerge.Into(parts, this, other, limits);
        return parts.ToCertificate(limits);
    }

    /// <summary>This certificate, revoked: for all times, or with a reason that is a soft one from when the revocation was
    /// made.</summary>
    /// <param name="revocation">Its revocation.</param>
    /// <exception cref="PgpException">It isn't this key's, or doesn't revoke it: it's a soft one, and the owner has said something newer
    /// since, or it lacks what counts.</exception>
    public Certificate With(RevocationCertificate revocation)
    {
        if (!SignedData.Verify(revocation.Signature, Primary.Packet, Primary.Packet))
            throw Throw.Error(PgpError.NoValidSelfSignature, $"{Fingerprint}: the revocation isn't this key's, or is damaged");
        var parts = new CertificateParts(this);
        parts.Primary.AddOwn(revocation.Packet);
        var revoked = parts.ToCertificate(PgpLimits.Default);
        var made = revocation.Signature.CreatedAt;
        var policy = PgpPolicy.Default with { Sha1SelfSignaturesUntil = DateTimeOffset.MaxValue };
        var view = new CertificateView(revoked, made > revoked.Latest ? made : revoked.Latest, policy);
        return view.Primary().Problem is PgpError.CertificateRevoked
            ? revoked
            : throw Throw.Error(
                PgpError.NoValidSelfSignature,
                $"{Fingerprint}: the revocation has no effect, since its owner has made newer self-signatures or it isn't complete; "
                    + "make a new one");
    }

    /// <summary>Which authorities certify that a user id belongs to this certificate, as of a moment. Without it nobody but the
    /// owner says so.</summary>
    /// <param name="userId">The user id, as in <see cref="UserIds"/>.</param>
    /// <param name="authorities">Certificates whose word counts.</param>
    /// <param name="at">The moment.</param>
    /// <param name="policy">By which rules; null for <see cref="PgpPolicy.Default"/>. Certifications with SHA-1 never count.</param>
    /// <returns>None, too, where this certificate isn't valid, or its owner hasn't bound the user id.</returns>
    public IReadOnlyList<Fingerprint> CertifiersOf(
        string userId, IEnumerable<Certificate> authorities, DateTimeOffset at, PgpPolicy? policy = null)
    {
        policy ??= PgpPolicy.Default;
        var view = new CertificateView(this, at, policy, policy.ClockSkew);
        if (!view.Primary().IsValid || view.UserIds.FirstOrDefault(id => id.Text == userId) is not { } bound) return [];
        var certifications = new UserIdCertifications(this, bound.Octets);
        return [.. authorities.Where(authority => certifications.IsBy(authority, at, policy)).Select(a => a.Fingerprint)];
    }

    /// <summary>The packets as they were read, without those that mean nothing to others (trust, markers,
    /// padding).</summary>
    public byte[] ToBytes()
    {
        using var output = new OctetWriter();
        foreach (var packet in _packets) output.Octets(packet.Whole.Span);
        return output.ToArray();
    }

    /// <summary>ASCII armor of <see cref="ToBytes"/>.</summary>
    public string ToArmor() =>
        ArmorEncoder.Encode(ArmorKind.PublicKey, ToBytes(), checksum: Fingerprint.Version == PublicKeyPacket.Version4);

    /// <summary>The fingerprint.</summary>
    public override string ToString() => Fingerprint.ToString();

    internal RecipientPreferences Preferences(DateTimeOffset at, PgpPolicy policy) =>
        new CertificateView(this, at, policy, policy.ClockSkew).Preferences();

    internal PublicKeyPacket EncryptionKey(DateTimeOffset at, PgpPolicy policy, SealPurpose purpose = SealPurpose.Any) =>
        new CertificateView(this, at, policy, policy.ClockSkew).RequireEncryptionKey(purpose);
}
