using System.Text;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Changes to a secret key. The key itself stays as it is: <see cref="Finish"/> makes a new one, whose certificate says
/// what was changed with new self-signatures behind the old.</summary>
/// <remarks>Self-signatures are dated with the given moment, or a second after the one that they replace where that is as
/// new.</remarks>
public sealed class KeyEdit : IDisposable
{
    private const byte UserIdNoLongerValid = 32;

    private readonly SecretKey _key;
    private readonly DateTimeOffset _now;
    private readonly PgpPolicy _policy;
    private readonly PgpLimits _limits;
    private readonly PartSigner _signer;
    private readonly CertificateParts _parts;
    private readonly Dictionary<Fingerprint, NewKey> _added = [];

    internal KeyEdit(SecretKey key, DateTimeOffset now, PgpPolicy policy, PgpLimits limits)
    {
        (_key, _now, _policy, _limits) = (key, now, policy, limits);
        _signer = PartSigner.Of(key);
        _parts = new CertificateParts(key.Certificate);
    }

    /// <summary>Old self-signatures with SHA-1 are what is to be replaced: they tell what their owner meant.</summary>
    private PgpPolicy Lenient => _policy with { Sha1SelfSignaturesUntil = DateTimeOffset.MaxValue };

    /// <summary>Says anew when the certificate ends, and with it all subkeys that don't end before it.</summary>
    /// <param name="expiresAt">After the present; null for never. Whole seconds, less than 136 years after the key was made.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not such a moment.</exception>
    public KeyEdit SetExpiry(DateTimeOffset? expiresAt)
    {
        var view = View();
        var before = view.State(view.Certificate.Primary).ExpiresAt;
        Restate(view, validFor: _ => ValidFor(_signer.Key, expiresAt));
        foreach (var subkey in view.Certificate.Subkeys)
        {
            var state = view.Subkey(subkey);
            var endsEarlier = state.ExpiresAt is { } end && (before is null || end < before);
            if (state.Problem is null or PgpError.CertificateExpired or PgpError.AlgorithmRefused && !endsEarlier)
                Rebind(view, subkey, ValidFor(subkey.Packet, expiresAt));
        }

        return this;
    }

    /// <summary>Says anew when one subkey ends.</summary>
    /// <param name="subkey">Which.</param>
    /// <param name="expiresAt">After the present; null for never.</param>
    /// <exception cref="ArgumentException">The certificate has no such subkey that is valid or has only expired.</exception>
    public KeyEdit SetSubkeyExpiry(Fingerprint subkey, DateTimeOffset? expiresAt)
    {
        var view = View();
        var bound = Subkey(view, subkey);
        if (view.Subkey(bound).Problem is not (null or PgpError.CertificateExpired))
            throw new ArgumentException("the subkey isn't valid", nameof(subkey));
        Rebind(view, bound, ValidFor(bound.Packet, expiresAt));
        return this;
    }

    /// <summary>Adds a new subkey. As the newest of its use it's the one that is used from now on.</summary>
    /// <param name="use">What for.</param>
    /// <param name="validFor">How long; null for as long as the certificate. Whole seconds.</param>
    /// <param name="suite">Its algorithms.</param>
    public KeyEdit AddSubkey(SubkeyUse use, TimeSpan? validFor = null, KeySuite suite = KeySuite.Curve25519)
    {
        var view = View();
        var newest = view.Certificate.Keys.Max(key => key.Packet.CreatedAt);
        var at = After(newest);
        var subkey = NewKey.Generate(suite, _signer.Key.Version, at, encrypts: use == SubkeyUse.Encrypt);
        _added.Add(subkey.Packet.Fingerprint, subkey);
        using var binding = new SignatureBuilder(SignatureType.SubkeyBinding, at);
        binding.Add(SubpacketType.KeyFlags, [(byte)(use == SubkeyUse.Encrypt ? KeyFlags.Encrypt : KeyFlags.Sign)]);
        binding.AddKeyLifetime(Seconds(validFor));
        if (use == SubkeyUse.Sign) _signer.AddBackSignature(binding, at, subkey.Packet, subkey.Material);
        _parts.Take(PacketType.PublicSubkey, subkey.Packet.Body.Span).AddOwn(_signer.Sign(binding, _signer.Key, subkey.Packet));
        return this;
    }

    /// <summary>Adds a new subkey, and revokes those of its use that it takes the place of. What they signed stays good, and what
    /// was encrypted to them can still be decrypted.</summary>
    /// <inheritdoc cref="AddSubkey"/>
    public KeyEdit RotateSubkey(SubkeyUse use, TimeSpan? validFor = null, KeySuite suite = KeySuite.Curve25519)
    {
        var view = View();
        var flags = use == SubkeyUse.Encrypt ? KeyFlags.Encrypt : KeyFlags.Sign;
        var replaced = view.Certificate.Subkeys.Where(key => view.Subkey(key) is { IsValid: true } state && (state.Flags & flags) != 0).ToList();
        foreach (var subkey in replaced) RevokeSubkey(subkey.Packet.Fingerprint, RevocationReason.Superseded, "");
        return AddSubkey(use, validFor, suite);
    }

    /// <summary>Revokes a subkey.</summary>
    /// <param name="subkey">Which.</param>
    /// <param name="reason">Why.</param>
    /// <param name="text">The same for people; may be empty. Everybody can read it.</param>
    /// <exception cref="ArgumentException">The certificate has no such subkey.</exception>
    public KeyEdit RevokeSubkey(Fingerprint subkey, RevocationReason reason, string text)
    {
        var bound = Subkey(View(), subkey);
        using var signature = new SignatureBuilder(SignatureType.SubkeyRevocation, After(bound.Bindings));
        PartSigner.AddReason(signature, (byte)reason, text);
        Part(bound).AddOwn(_signer.Sign(signature, _signer.Key, bound.Packet));
        return this;
    }

    /// <summary>Revokes the subkeys that the policy has come to refuse (short RSA), as superseded: what was before stays as it
    /// was.</summary>
    public KeyEdit RevokeRefused()
    {
        // One of an algorithm that isn't known here isn't known to be weak.
        foreach (var subkey in View().Certificate.Subkeys.Where(s => s.Packet.Material is not UnknownPublicKey && s.Revocations.Count == 0))
        {
            if (subkey.Packet.Material.Refusal(_policy) is { } why)
                RevokeSubkey(subkey.Packet.Fingerprint, RevocationReason.Superseded, why);
        }

        return this;
    }

    /// <summary>Adds a user id, with the preferences of the primary one.</summary>
    /// <param name="userId">A name, by custom with a mail address in angle brackets.</param>
    /// <param name="isPrimary">Whether it is to be the one that stands for the certificate.</param>
    /// <exception cref="ArgumentException">It's empty, or there already.</exception>
    /// <exception cref="PgpException">The key is revoked.</exception>
    public KeyEdit AddUserId(string userId, bool isPrimary = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(userId);
        var view = View();
        RequireNotRevoked(view);
        ReadOnlyMemory<byte> octets = Encoding.UTF8.GetBytes(userId);
        if (_parts.Find(PacketType.UserId, octets) is not null) throw new ArgumentException("this user id is there already", nameof(userId));
        var template = view.UserIds.Select(id => view.Newest(id.Bindings, _signer.Key)).FirstOrDefault();
        var at = template is null || !isPrimary ? Now : After(template.CreatedAt); // Of two primary ones the newer counts.
        using var signature = new SignatureBuilder(SignatureType.PositiveCertification, at);
        if (template is not null) SubpacketCopy.Copy(template.Packet, signature, SubpacketType.PrimaryUserId);
        if (isPrimary) signature.Add(SubpacketType.PrimaryUserId, [1]);
        _parts.TakeUserId(octets).AddOwn(_signer.Sign(signature, _signer.Key, userId: octets));
        return this;
    }

    /// <summary>Revokes a user id: it's no longer its owner's.</summary>
    /// <param name="userId">Which.</param>
    /// <param name="text">Why, for people; may be empty. Everybody can read it.</param>
    /// <exception cref="ArgumentException">The certificate has no such user id.</exception>
    public KeyEdit RevokeUserId(string userId, string text = "")
    {
        var view = View();
        var bound = view.UserIds.FirstOrDefault(id => id.Text == userId)
            ?? throw new ArgumentException("no such user id is valid", nameof(userId));
        using var signature = new SignatureBuilder(SignatureType.CertificationRevocation, After(bound.Bindings));
        PartSigner.AddReason(signature, UserIdNoLongerValid, text);
        _parts.Find(PacketType.UserId, bound.Octets)!.AddOwn(_signer.Sign(signature, _signer.Key, userId: bound.Octets));
        return this;
    }

    /// <summary>Revokes the whole key.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="text">The same for people; may be empty. Everybody can read it.</param>
    public KeyEdit Revoke(RevocationReason reason, string text)
    {
        var certificate = View().Certificate;
        var statements = certificate.Primary.Bindings.Concat(certificate.AllUserIds.SelectMany(id => id.Bindings));
        _parts.Primary.AddOwn(_signer.Revoke(reason, text, After(statements)));
        return this;
    }

    /// <summary>Takes in what another copy of the certificate has more.</summary>
    /// <inheritdoc cref="Certificate.Merge"/>
    public KeyEdit Merge(Certificate other)
    {
        CertificateMerge.Into(_parts, View().Certificate, other, _limits);
        return this;
    }

    /// <summary>Brings the key up to what this engine would make today: self-signatures with SHA-1 made anew with SHA-2, features
    /// said where nothing was, the certificate extended by its first lifetime where it has expired, and new subkeys where none
    /// is valid to sign or to encrypt.</summary>
    /// <param name="suite">The algorithms of new subkeys.</param>
    /// <param name="mayAdd">For what new subkeys may be; null for both uses.</param>
    public KeyEdit Update(KeySuite suite = KeySuite.Curve25519, IReadOnlyList<SubkeyUse>? mayAdd = null)
    {
        var view = View();
        var primary = view.Certificate.Primary;
        var state = view.State(primary);
        var isExpired = state.Problem is PgpError.CertificateExpired;
        var lifetime = state.ExpiresAt - primary.Packet.CreatedAt;
        if (isExpired) SetExpiry(_now + lifetime);
        else Restate(view, validFor: old => old.Packet.Hashed.KeyValidFor, onlyOutdated: true);

        view = View();
        foreach (var subkey in view.Certificate.Subkeys)
        {
            if (view.Subkey(subkey).IsValid && view.Newest(subkey.Bindings, subkey.Packet) is { } old && IsWeak(old))
                Rebind(view, subkey, old.Packet.Hashed.KeyValidFor);
        }

        var strict = new CertificateView(View().Certificate, _now, _policy, _policy.ClockSkew);
        foreach (var (use, flag) in new[] { (SubkeyUse.Sign, KeyFlags.Sign), (SubkeyUse.Encrypt, KeyFlags.Encrypt) })
        {
            if (mayAdd?.Contains(use) == false) continue;
            if (!strict.Certificate.Keys.Any(key => strict.State(key) is { IsValid: true } valid && (valid.Flags & flag) != 0))
                AddSubkey(use, lifetime, suite);
        }

        return this;
    }

    /// <summary>The changed key. Its secret material is its own: the caller disposes of both.</summary>
    public SecretKey Finish()
    {
        var keys = View().Certificate.Keys.ToDictionary(key => key.Packet.Body, key => key.Packet);
        using var output = new OctetWriter();
        using var body = new OctetWriter();
        foreach (var part in _parts.InOrder)
        {
            if (keys.TryGetValue(part.Head.Body, out var key) && TryFind(key.Fingerprint, out var material))
            {
                body.Clear();
                SecretKeyPacket.WriteUnprotected(key, material, body);
                part.Head.WriteLike(
                    part.Head.Type == PacketType.PublicKey ? PacketType.SecretKey : PacketType.SecretSubkey, body.Written, output);
            }
            else
            {
                output.Octets(part.Head.Whole.Span);
            }

            foreach (var signature in part.Signatures) output.Octets(signature.Packet.Whole.Span);
        }

        return SecretKey.Read(output.WrittenMemory, limits: _limits);
    }

    /// <summary>Zeroes the secret material of new subkeys.</summary>
    public void Dispose()
    {
        foreach (var key in _added.Values) key.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => "[secret]";

    private uint Now => checked((uint)_now.ToUnixTimeSeconds());

    private static bool IsWeak(SelfSignature signature) =>
        !Crypto.Digest.IsStrong(signature.Packet.Digest) || (signature.Back is { } back && !Crypto.Digest.IsStrong(back.Digest));

    private static uint? Seconds(TimeSpan? validFor)
    {
        var seconds = validFor is { } duration ? checked((uint)duration.TotalSeconds) : (uint?)null;
        return seconds == 0 ? throw new ArgumentOutOfRangeException(nameof(validFor), "a second at least") : seconds;
    }

    private static BoundKey Subkey(CertificateView view, Fingerprint subkey) =>
        view.Certificate.Subkeys.FirstOrDefault(key => key.Packet.Fingerprint == subkey)
        ?? throw new ArgumentException("the certificate has no such subkey", nameof(subkey));

    /// <summary>As the certificate is with the changes so far.</summary>
    private CertificateView View() => new(_parts.ToCertificate(_limits), _now, Lenient, _policy.ClockSkew);

    private CertificatePart Part(BoundKey subkey) => _parts.Find(PacketType.PublicSubkey, subkey.Packet.Body)!;

    private bool TryFind(Fingerprint key, out Crypto.SecretKeyMaterial? material)
    {
        if (!_added.TryGetValue(key, out var added)) return _key.TryFind(key, out material);
        material = added.Material;
        return true;
    }

    /// <summary>The present; a second after another moment that is as new, so that what is newer stays so.</summary>
    private uint After(DateTimeOffset moment) => moment >= _now && moment <= _now + _policy.ClockSkew
        ? checked((uint)moment.ToUnixTimeSeconds() + 1)
        : Now;

    private uint After(IEnumerable<SelfSignature> signatures) => signatures.Select(s => After(s.CreatedAt)).Append(Now).Max();

    private TimeSpan? ValidFor(PublicKeyPacket key, DateTimeOffset? expiresAt)
    {
        if (expiresAt is not { } end) return null;
        if (end <= _now || end - key.CreatedAt > TimeSpan.FromSeconds(uint.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(expiresAt), "after the present, and less than 136 years after the key was made");
        return end - key.CreatedAt;
    }

    /// <summary>What is said anew behind a soft revocation would take that back.</summary>
    private void RequireNotRevoked(CertificateView view)
    {
        if (view.Primary().Problem is PgpError.CertificateRevoked)
            throw Throw.Error(PgpError.CertificateRevoked, $"{_signer.Key.Fingerprint}: revoked; make a new key");
    }

    /// <summary>Makes the self-signatures anew that speak for the whole certificate: those of its user ids, and its direct-key
    /// signature.</summary>
    private void Restate(CertificateView view, Func<SelfSignature, TimeSpan?> validFor, bool onlyOutdated = false)
    {
        RequireNotRevoked(view);
        foreach (var userId in view.UserIds.ToList())
        {
            var old = view.Newest(userId.Bindings, _signer.Key)!;
            var isV6 = _signer.Key.Version == PublicKeyPacket.Version6;
            if (onlyOutdated && !IsWeak(old) && (isV6 || old.Packet.Hashed.Features is not null)) continue;
            using var signature = Successor(old, SignatureType.PositiveCertification, isV6 ? null : validFor(old));
            _parts.Find(PacketType.UserId, userId.Octets)!.AddOwn(_signer.Sign(signature, _signer.Key, userId: userId.Octets));
        }

        if (view.DirectKey() is not { } direct || (onlyOutdated && !IsWeak(direct))) return;
        using var restated = Successor(direct, SignatureType.DirectKey, validFor(direct));
        _parts.Primary.AddOwn(_signer.Sign(restated, _signer.Key));
    }

    /// <summary>What an old self-signature said, said again.</summary>
    private SignatureBuilder Successor(SelfSignature old, SignatureType type, TimeSpan? validFor)
    {
        var signature = new SignatureBuilder(type, After(old.CreatedAt));
        SubpacketCopy.Copy(old.Packet, signature, SubpacketType.KeyExpirationTime);
        signature.AddKeyLifetime(Seconds(validFor));
        if (old.Packet.Hashed.Features is null && _signer.Key.Version == PublicKeyPacket.Version4 && type != SignatureType.SubkeyBinding)
            signature.Add(SubpacketType.Features, [(byte)Features.IntegrityProtectedDataV1]);
        return signature;
    }

    private void Rebind(CertificateView view, BoundKey subkey, TimeSpan? validFor)
    {
        var old = view.Newest(subkey.Bindings, subkey.Packet)!;
        using var binding = Successor(old, SignatureType.SubkeyBinding, validFor);
        if (old.Back is { } back)
        {
            // It says nothing of expiry, so that the old one serves where the subkey's secret part is kept elsewhere.
            if (TryFind(subkey.Packet.Fingerprint, out var material) && material is not null)
                _signer.AddBackSignature(binding, After(old.CreatedAt), subkey.Packet, material);
            else
                binding.Add(SubpacketType.EmbeddedSignature, old.Packet.EmbeddedSignatures.First(body => body.Span.Overlaps(back.HashedPart.Span)).Span);
        }

        Part(subkey).AddOwn(_signer.Sign(binding, _signer.Key, subkey.Packet));
    }
}
