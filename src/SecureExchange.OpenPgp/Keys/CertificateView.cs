using System.Globalization;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A certificate as it is at one moment: of all that its owner ever said about each part, the newest valid
/// self-signature counts (RFC 9580 §5.2.3.10), unless a revocation stands against it.</summary>
/// <param name="certificate">The certificate.</param>
/// <param name="at">The moment.</param>
/// <param name="policy">Which signatures and keys are accepted.</param>
/// <param name="skew">How far the certificate's clock may be ahead of the moment's.</param>
internal sealed class CertificateView(Certificate certificate, DateTimeOffset at, PgpPolicy policy, TimeSpan skew = default)
{
    private readonly DateTimeOffset _horizon = at > DateTimeOffset.MaxValue - skew ? DateTimeOffset.MaxValue : at + skew;

    public Certificate Certificate => certificate;

    /// <summary>User ids that their owner claims and hasn't given up, the primary one first.</summary>
    public IEnumerable<BoundUserId> UserIds =>
        from userId in certificate.AllUserIds
        let binding = Newest(userId.Bindings, certificate.Primary.Packet)
        where binding is not null && !IsRevoked(userId.Revocations, binding.CreatedAt)
        orderby binding.Packet.Hashed.IsPrimaryUserId descending, binding.CreatedAt descending
        select userId;

    public KeyState Primary()
    {
        var key = certificate.Primary;
        if (key.Packet.Material is UnknownPublicKey unknown) // Before the signatures, which nobody here can verify.
            return KeyState.Invalid(PgpError.AlgorithmRefused, unknown.Refusal(policy)!);
        var statements = Statements();
        DateTimeOffset? boundAt = statements.Count == 0 ? null : statements.Max(s => s.CreatedAt);
        if (Standing(key, boundAt, PgpError.CertificateRevoked) is { } problem) return problem;
        var expiresAt = First(statements, said => said.KeyValidFor) is { } valid ? key.Packet.CreatedAt + valid : (DateTimeOffset?)null;
        return Judged(key, First(statements, said => said.KeyFlags) ?? KeyFlags.Certify, expiresAt);
    }

    /// <summary>What may be sent to its owner.</summary>
    public RecipientPreferences Preferences()
    {
        var statements = Statements();
        var suites = statements.Select(s => s.Packet.Hashed.PreferredAeadCiphersuites).FirstOrDefault(said => said is not null) ?? [];
        var ciphers = statements.Select(s => s.Packet.Hashed.PreferredCiphers).FirstOrDefault(said => said is not null) ?? [];
        return new RecipientPreferences(
            First(statements, said => said.Features) ?? Silent,
            [.. suites.Append(AeadCiphersuite.Mandatory).Distinct()],
            ciphers);
    }

    /// <summary>A subkey by itself. It is worth no more than its primary key.</summary>
    public KeyState Subkey(BoundKey key)
    {
        var binding = Newest(key.Bindings, key.Packet);
        if (Standing(key, binding?.CreatedAt, PgpError.CertificateRevoked) is { } problem) return problem;
        var said = binding!.Packet.Hashed;
        var flags = said.KeyFlags ?? KeyFlags.None;
        if (binding.Back is null) flags &= ~KeyFlags.Sign;
        return Judged(key, flags, said.KeyValidFor is { } valid ? key.Packet.CreatedAt + valid : null);
    }

    /// <summary>The primary key's own problem, or the subkey's.</summary>
    public KeyState State(BoundKey key)
    {
        var primary = Primary();
        return !primary.IsValid || key == certificate.Primary ? primary : Subkey(key);
    }

    /// <summary>The key to encrypt to: of those that may for this purpose, the newest.</summary>
    /// <exception cref="PgpException">There is none; it says why.</exception>
    public PublicKeyPacket RequireEncryptionKey(SealPurpose purpose)
    {
        var (use, what) = purpose switch
        {
            SealPurpose.Communications => (KeyFlags.EncryptCommunications, "encrypt communications"),
            SealPurpose.Storage => (KeyFlags.EncryptStorage, "encrypt what is stored"),
            _ => (KeyFlags.Encrypt, "encrypt"),
        };
        return Require(
            use, material => material.CanEncrypt || material is UnknownPublicKey, PgpError.NoEncryptionSubkey,
            $"no subkey that may {what}; ask for a certificate with one");
    }

    /// <summary>The key to sign with: of those that may and that the owner of the secret part has, the
    /// newest.</summary>
    /// <exception cref="PgpException">There is none; it says why.</exception>
    public PublicKeyPacket RequireSigningKey(Predicate<PublicKeyPacket> isAtHand) => Require(
        KeyFlags.Sign, material => material.CanSign, PgpError.NoSigningKey, "no key at hand that may sign", isAtHand);

    /// <summary>The primary key has to be valid, and to certify.</summary>
    /// <exception cref="PgpException">Not: it says why.</exception>
    public void RequireCertifyingKey()
    {
        var primary = Primary();
        if (!primary.IsValid) throw Problem(certificate.Primary, primary);
        if ((primary.Flags & KeyFlags.Certify) == 0)
            throw Throw.Error(PgpError.NoSigningKey, $"{certificate.Fingerprint}: the primary key may not certify");
    }

    /// <summary>What an owner reads who doesn't say: in version 6 both versions of encrypted data (§13.7).</summary>
    private Features Silent => certificate.Primary.Packet.Version == PublicKeyPacket.Version6
        ? Features.IntegrityProtectedDataV1 | Features.IntegrityProtectedDataV2
        : Features.None;

    private PublicKeyPacket Require(
        KeyFlags use, Predicate<PublicKeyMaterial> fits, PgpError error, string none, Predicate<PublicKeyPacket>? isAtHand = null)
    {
        var primary = Primary();
        if (!primary.IsValid) throw Problem(certificate.Primary, primary);
        var states = certificate.Subkeys
            .Where(subkey => fits(subkey.Packet.Material) && isAtHand?.Invoke(subkey.Packet) != false)
            .OrderByDescending(subkey => subkey.Packet.CreatedAt)
            .Select(subkey => (Key: subkey, State: Subkey(subkey)))
            .ToList();
        foreach (var (key, state) in states)
        {
            if (state.IsValid && (state.Flags & use) != 0) return key.Packet;
        }

        var own = certificate.Primary.Packet;
        if ((primary.Flags & use) != 0 && fits(own.Material) && isAtHand?.Invoke(own) != false) return own;

        foreach (var (key, state) in states)
        {
            if (state.Problem is PgpError.AlgorithmRefused) throw Problem(key, state);
            if (state.Problem is not null)
                throw Throw.Error(
                    error, $"{certificate.Fingerprint}: {none} (subkey {key.Packet.Fingerprint}: {state.Why})");
        }

        throw Throw.Error(error, $"{certificate.Fingerprint}: {none}");
    }

    private PgpException Problem(BoundKey key, KeyState state)
    {
        var subkey = key == certificate.Primary ? "" : $"subkey {key.Packet.Fingerprint}: ";
        return Throw.Error(state.Problem!.Value, $"{certificate.Fingerprint}: {subkey}{state.Why}");
    }

    private KeyState? Standing(BoundKey key, DateTimeOffset? boundAt, PgpError revoked)
    {
        if (key.Packet.CreatedAt > _horizon)
            return KeyState.Invalid(
                PgpError.CertificateNotYetValid,
                $"made in the future, at {Moment(key.Packet.CreatedAt)}; check the clocks");
        if (IsRevoked(key.Revocations, boundAt))
            return KeyState.Invalid(revoked, "revoked; ask for its owner's new certificate");
        if (boundAt is null)
            return KeyState.Invalid(PgpError.NoValidSelfSignature, $"{Unbound(key)}; ask for a current copy of the certificate");
        return null;
    }

    private string Unbound(BoundKey key)
    {
        var signatures = key == certificate.Primary ? key.Bindings.Concat(certificate.AllUserIds.SelectMany(id => id.Bindings)) : key.Bindings;
        return signatures.Any(s => !policy.AcceptsSelfSignature(s.Packet) || (s.Back is { } back && !policy.AcceptsSelfSignature(back)))
            ? $"its self-signatures are made with SHA-1, which is refused since {Moment(policy.Sha1SelfSignaturesUntil)} "
                + $"(policy: {nameof(PgpPolicy.Sha1SelfSignaturesUntil)})"
            : "no valid self-signature binds it";
    }

    private KeyState Judged(BoundKey key, KeyFlags flags, DateTimeOffset? expiresAt)
    {
        if (expiresAt <= at)
        {
            var why = $"expired at {Moment(expiresAt.Value)}; ask for an extended or new certificate";
            return KeyState.Invalid(PgpError.CertificateExpired, why) with { ExpiresAt = expiresAt };
        }

        return key.Packet.Material.Refusal(policy) is { } refusal
            ? KeyState.Invalid(PgpError.AlgorithmRefused, refusal) with { ExpiresAt = expiresAt }
            : new KeyState(null, "", flags, expiresAt);
    }

    /// <summary>The self-signatures that speak for the whole certificate, the one that counts first: in version 4 the primary
    /// user id's, and for what it doesn't say the direct-key signature; in version 6 that one alone (§5.2.3.10).</summary>
    private List<SelfSignature> Statements()
    {
        var key = certificate.Primary;
        var userId = key.Packet.Version == PublicKeyPacket.Version4
            ? UserIds.Select(id => Newest(id.Bindings, key.Packet)).FirstOrDefault()
            : null;
        return [.. new[] { userId, DirectKey() }.OfType<SelfSignature>()];
    }

    private static T? First<T>(List<SelfSignature> statements, Func<Subpackets, T?> what) where T : struct =>
        statements.Select(statement => what(statement.Packet.Hashed)).FirstOrDefault(said => said is not null);

    /// <summary>The direct-key signature that counts; null where none does, or its owner has taken it back.</summary>
    public SelfSignature? DirectKey()
    {
        var key = certificate.Primary;
        return Newest(key.Bindings, key.Packet) is { } newest && !IsRevoked(key.DirectKeyRevocations, newest.CreatedAt) ? newest : null;
    }

    /// <summary>Of a part's self-signatures the one that counts; revocations aside.</summary>
    public SelfSignature? Newest(List<SelfSignature> signatures, PublicKeyPacket key)
    {
        var notBefore = Later(key.CreatedAt, certificate.Primary.Packet.CreatedAt)!.Value;
        return signatures.Where(s => s.CountsAt(at, _horizon, notBefore, policy)).MaxBy(s => (s.CreatedAt, s.Back is not null)); // Copies of one may lack the back signature.
    }

    private bool IsRevoked(List<SelfSignature> revocations, DateTimeOffset? boundAt) =>
        revocations.Any(revocation => revocation.Revokes(boundAt, _horizon));

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => b is null || a > b ? a : b;

    private static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
