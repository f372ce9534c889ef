using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Puts the packets of a certificate or secret key together (RFC 9580 §10.1), and verifies every signature
/// that the
/// primary key made on it. Signatures by others, or that don't verify, change nothing.</summary>
internal sealed class CertificateReader(PgpLimits limits)
{
    private readonly List<Packet> _packets = [];
    private readonly List<BoundUserId> _userIds = [];
    private readonly List<BoundKey> _subkeys = [];
    private readonly List<SignaturePacket> _strays = [];
    private BoundKey? _primary;
    private BoundUserId? _userId;
    private BoundKey? _subkey;
    private bool _ignoring;
    private int _components;
    private int _selfSignatures;

    public Certificate Read(ReadOnlyMemory<byte> octets)
    {
        foreach (var packet in Packet.Split(octets, limits.MaxPacket)) Take(packet);
        return Finish();
    }

    /// <summary>Takes the next packet of a certificate.</summary>
    public void Take(Packet packet)
    {
        if (_primary is null && packet.Type != PacketType.PublicKey) RejectStart(packet);
        switch (packet.Type)
        {
            case PacketType.PublicKey when _primary is null:
                _primary = new BoundKey(PublicKeyPacket.Read(packet, limits));
                break;
            case PacketType.PublicKey:
                throw Throw.Error(
                    PgpError.TrailingData, "a second certificate follows the first; send one at a time", packet.Offset);
            case PacketType.PublicSubkey:
                StartSubkey(packet);
                break;
            case PacketType.UserId:
                StartUserId(packet);
                break;
            case PacketType.UserAttribute:
                StartComponent(packet, ignoring: true); // Pictures. Kept as they are, and believed in nothing.
                break;
            case PacketType.Signature:
                TakeSignature(packet);
                break;
            case PacketType.SecretKey or PacketType.SecretSubkey:
                throw SecretMaterial(packet);
            case PacketType.Trust or PacketType.Marker or PacketType.Padding:
                return; // Of no meaning outside the program that wrote it (§5.10), or none at all: not passed on.
            default:
                if (packet.Type.IsCritical())
                    throw Throw.Error(
                        PgpError.UnsupportedPacket,
                        $"packet type {(byte)packet.Type} inside a certificate", packet.Offset);
                return;
        }

        _packets.Add(packet);
    }

    public Certificate Finish() => _primary is null
        ? throw Throw.Error(PgpError.Truncated, "no certificate is here: no packets at all")
        : Complete(_primary);

    private Certificate Complete(BoundKey primary)
    {
        PlaceStrays();
        return new Certificate(_packets, primary, _userIds, _subkeys);
    }

    private static void RejectStart(Packet packet)
    {
        throw packet.Type switch
        {
            PacketType.SecretKey or PacketType.SecretSubkey => SecretMaterial(packet),
            PacketType.PublicKeyEncryptedSessionKey or PacketType.SymmetricKeyEncryptedSessionKey or PacketType.Signature
                or PacketType.IntegrityProtectedData or PacketType.LiteralData or PacketType.OnePassSignature
                or PacketType.CompressedData or PacketType.SymmetricallyEncryptedData => Throw.Error(
                    PgpError.UnexpectedKind,
                    "a message or signature stands where a certificate is expected", packet.Offset),
            _ => Throw.Error(
                PgpError.Malformed, "not a certificate: it doesn't start with a public key", packet.Offset),
        };
    }

    private static PgpException SecretMaterial(Packet packet) => Throw.Error(
        PgpError.SecretKeyMaterial,
        ArmorDecoder.SecretKeyInstead,
        packet.Offset);

    private void StartComponent(Packet packet, bool ignoring = false)
    {
        if (++_components > limits.MaxComponents)
            Throw.Limit($"more than {limits.MaxComponents} user ids and subkeys (MaxComponents)", packet.Offset);
        (_userId, _subkey, _ignoring) = (null, null, ignoring);
    }

    private void StartUserId(Packet packet)
    {
        if (packet.Body.Length > limits.MaxUserId)
            Throw.Limit(
                $"a user id of {packet.Body.Length} octets exceeds {limits.MaxUserId} (MaxUserId)", packet.Offset);
        StartComponent(packet);
        _userId = _userIds.Find(known => known.Octets.Span.SequenceEqual(packet.Body.Span)); // Copies may have been merged.
        if (_userId is null) _userIds.Add(_userId = new BoundUserId(packet.Body));
    }

    private void StartSubkey(Packet packet)
    {
        StartComponent(packet);
        try
        {
            var subkey = PublicKeyPacket.Read(packet, limits);
            _ignoring = subkey.Version != _primary!.Packet.Version; // A certificate is of one version (§10.1).
            if (_ignoring) return;
            _subkey = _subkeys.Find(known => known.Packet.Fingerprint == subkey.Fingerprint);
            if (_subkey is null) _subkeys.Add(_subkey = new BoundKey(subkey));
        }
        catch (PgpException e) when (e.Error is PgpError.UnsupportedVersion)
        {
            _ignoring = true; // A subkey for newer programs is no reason to refuse the others.
        }
    }

    private void TakeSignature(Packet packet)
    {
        if (TryRead(packet.Body, packet.Offset) is not { } signature || !IsByPrimary(signature)) return;

        // Behind a part that isn't read, only what speaks of the whole can be of use.
        if (_ignoring && signature.Type is not (SignatureType.DirectKey or SignatureType.KeyRevocation)) return;
        if (++_selfSignatures > limits.MaxSelfSignatures)
            Throw.Limit($"more than {limits.MaxSelfSignatures} self-signatures (MaxSelfSignatures)", packet.Offset);
        if (!TryPlace(signature, _userId, _subkey) && _strays.Count < limits.MaxComponents) _strays.Add(signature);
    }

    /// <summary>Adds a signature to what it verifies over, where that is one of these parts or the primary key.</summary>
    private bool TryPlace(SignaturePacket signature, BoundUserId? userId, BoundKey? subkey) => signature.Type switch
    {
        SignatureType.DirectKey => AddVerified(_primary!.Bindings, signature),
        SignatureType.KeyRevocation => AddVerified(_primary!.Revocations, signature),
        SignatureType.GenericCertification or SignatureType.PersonaCertification
            or SignatureType.CasualCertification or SignatureType.PositiveCertification =>
            userId is not null && AddVerified(userId.Bindings, signature, userId: userId.Octets),
        SignatureType.CertificationRevocation =>
            userId is not null && AddVerified(userId.Revocations, signature, userId: userId.Octets),
        SignatureType.SubkeyBinding => subkey is not null && AddVerified(subkey.Bindings, signature, subkey.Packet),
        SignatureType.SubkeyRevocation => subkey is not null && AddVerified(subkey.Revocations, signature, subkey.Packet),
        _ => false,
    };

    /// <summary>Signatures that stand behind another part than theirs, as programs that merge or sort certificates leave them
    /// (RFC 9580 §10.1: their order says nothing). Each attempt costs a public-key operation and counts as one.</summary>
    private void PlaceStrays()
    {
        foreach (var stray in _strays)
        {
            var tries = _userIds.Select(id => (UserId: (BoundUserId?)id, Subkey: (BoundKey?)null))
                .Concat(_subkeys.Select(key => (UserId: (BoundUserId?)null, Subkey: (BoundKey?)key)));
            foreach (var (userId, subkey) in tries)
            {
                if (!Covers(stray.Type, userId, subkey)) continue;
                if (++_selfSignatures > limits.MaxSelfSignatures) return; // What isn't placed changes nothing.
                if (TryPlace(stray, userId, subkey)) break;
            }
        }
    }

    /// <summary>Whether such a signature may be over such a part.</summary>
    private static bool Covers(SignatureType type, BoundUserId? userId, BoundKey? subkey) =>
        type is SignatureType.SubkeyBinding or SignatureType.SubkeyRevocation
            ? subkey is not null
            : userId is not null && type is not (SignatureType.DirectKey or SignatureType.KeyRevocation);

    private bool AddVerified(
        List<SelfSignature> to, SignaturePacket signature, PublicKeyPacket? subkey = null, ReadOnlyMemory<byte>? userId = null)
    {
        if (!SignedData.Verify(signature, _primary!.Packet, _primary.Packet, subkey, userId)) return false;
        to.Add(new SelfSignature(signature, subkey is null ? null : BackSignature(signature, subkey)));
        return true;
    }

    /// <summary>The first one that verifies; its place in the unhashed area is as good as any, since it proves
    /// itself.</summary>
    private SignaturePacket? BackSignature(SignaturePacket binding, PublicKeyPacket subkey)
    {
        foreach (var embedded in binding.EmbeddedSignatures)
        {
            if (++_selfSignatures > limits.MaxSelfSignatures)
                Throw.Limit($"more than {limits.MaxSelfSignatures} self-signatures (MaxSelfSignatures)");
            if (TryRead(embedded, 0) is { Type: SignatureType.PrimaryKeyBinding } back
                && SignedData.Verify(back, subkey, _primary!.Packet, subkey))
                return back;
        }

        return null;
    }

    private bool IsByPrimary(SignaturePacket signature)
    {
        var primary = _primary!.Packet;
        if (signature.IssuerFingerprint is { } fingerprint) return fingerprint == primary.Fingerprint;
        return signature.IssuerKeyId == 0 || signature.IssuerKeyId == primary.KeyId;
    }

    /// <returns>Null for a signature of another version, or a broken one: as good as none.</returns>
    private static SignaturePacket? TryRead(ReadOnlyMemory<byte> body, long offset)
    {
        try
        {
            var signature = SignaturePacket.Read(body, offset);
            return signature.Hashed.CreatedAt is not null && signature.Digest.IsSupported() ? signature : null;
        }
        catch (PgpException)
        {
            return null;
        }
    }
}
