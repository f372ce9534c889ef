using System.Security.Cryptography;
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
    private readonly List<(Packet Packet, SignaturePacket Signature)> _strays = [];
    private readonly Dictionary<ReadOnlyMemory<byte>, PlacedSignature?> _own = [];
    private readonly HashSet<(object Part, string Digest)> _taken = [];
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
        // A trust packet has no meaning outside the program that wrote it (§5.10). None of these is passed on.
        if (packet.Type == PacketType.Trust || packet.Type.IsIgnored()) return;
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
                StartComponent(packet);
                _userId = new BoundUserId(packet.Body) { IsAttribute = true }; // Pictures. Kept as they are, and believed in nothing.
                break;
            case PacketType.Signature when IsLocal(packet):
                return;
            case PacketType.Signature:
                TakeSignature(packet);
                break;
            case PacketType.SecretKey or PacketType.SecretSubkey:
                throw SecretMaterial(packet);
            default:
                throw Throw.Error(
                    PgpError.UnsupportedPacket,
                    $"packet type {(byte)packet.Type} inside a certificate", packet.Offset);
        }

        if (_packets.Count == limits.MaxCertificatePackets)
            Throw.Limit($"more than {limits.MaxCertificatePackets} packets in a certificate (MaxCertificatePackets)", packet.Offset);
        _packets.Add(packet);
    }

    public Certificate Finish() => _primary is null
        ? throw Throw.Error(PgpError.Truncated, "no certificate is here: no packets at all")
        : Complete(_primary);

    private Certificate Complete(BoundKey primary)
    {
        PlaceStrays();
        return new Certificate(_packets, primary, _userIds, _subkeys, _own);
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

    /// <summary>A certification that its maker meant for one copy alone: it's neither believed nor passed on (§5.2.3.19). What takes
    /// something back stays.</summary>
    private static bool IsLocal(Packet packet) => SignaturePacket.TryRead(packet.Body, packet.Offset) is { Hashed.IsExportable: false } signature
        && (signature.Type.IsCertification() || signature.Type == SignatureType.DirectKey);

    private void StartComponent(Packet packet)
    {
        if (++_components > limits.MaxComponents)
            Throw.Limit($"more than {limits.MaxComponents} user ids and subkeys (MaxComponents)", packet.Offset);
        (_userId, _subkey, _ignoring) = (null, null, false);
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
        // With a primary key of an unknown algorithm nothing can be verified, and nothing is refuted.
        if (_primary!.Packet.Material is UnknownPublicKey
            || TryRead(packet.Body, packet.Offset) is not { } signature || !signature.MayBeBy(_primary.Packet)) return;
        if (!HasPlace(signature.Type)) return;
        _own[packet.Body] = null;
        // The same once more, as careless merging leaves it: not worth a public-key operation.
        if (!_taken.Add(((object?)_userId ?? _subkey ?? _primary, Convert.ToHexString(SHA256.HashData(packet.Body.Span))))) return;
        if (++_selfSignatures > limits.MaxSelfSignatures)
            Throw.Limit($"more than {limits.MaxSelfSignatures} self-signatures (MaxSelfSignatures)", packet.Offset);
        _own[packet.Body] = TryPlace(signature, _userId, _subkey);
        if (_own[packet.Body] is null) _strays.Add((packet, signature));
    }

    /// <summary>Whether a part can have such a signature. Behind one that isn't read, only those are of use that speak of the whole,
    /// or take something back that stands elsewhere.</summary>
    private bool HasPlace(SignatureType type) => type switch
    {
        SignatureType.DirectKey or SignatureType.KeyRevocation
            or SignatureType.CertificationRevocation or SignatureType.SubkeyRevocation => true,
        SignatureType.SubkeyBinding => !_ignoring,
        _ => type.IsCertification() && !_ignoring,
    };

    /// <summary>Adds a signature to what it verifies over, where that is one of these parts or the primary key.</summary>
    /// <returns>Null where it isn't.</returns>
    private PlacedSignature? TryPlace(SignaturePacket signature, BoundUserId? userId, BoundKey? subkey) => signature.Type switch
    {
        SignatureType.DirectKey => AddVerified(_primary!.Bindings, signature),
        SignatureType.KeyRevocation => AddVerified(_primary!.Revocations, signature),
        SignatureType.SubkeyBinding => subkey is null ? null : AddVerified(subkey.Bindings, signature, subkey.Packet),
        SignatureType.SubkeyRevocation => subkey is null ? null : AddVerified(subkey.Revocations, signature, subkey.Packet),
        SignatureType.CertificationRevocation when userId is null && subkey is null => AddVerified(_primary!.DirectKeyRevocations, signature),
        SignatureType.CertificationRevocation => userId is null ? null : AddVerified(userId.Revocations, signature, userId: userId),
        _ => userId is null ? null : AddVerified(userId.Bindings, signature, userId: userId),
    };

    /// <summary>Signatures that stand behind another part than theirs, as programs that merge or sort certificates leave them
    /// (RFC 9580 §10.1: their order says nothing). Each attempt costs a public-key operation and counts as one.</summary>
    private void PlaceStrays()
    {
        // Revocations first, and none of them is passed over: a certificate that floods them out isn't to be believed.
        foreach (var (packet, stray) in _strays.OrderBy(stray => !IsRevocation(stray.Signature.Type)))
        {
            var tries = _userIds.Select(id => (UserId: (BoundUserId?)id, Subkey: (BoundKey?)null))
                .Concat(_subkeys.Select(key => (UserId: (BoundUserId?)null, Subkey: (BoundKey?)key)))
                .Append((null, null)); // The primary key.
            foreach (var (userId, subkey) in tries)
            {
                if (!Covers(stray.Type, userId, subkey)) continue;
                if (++_selfSignatures > limits.MaxSelfSignatures)
                {
                    if (!IsRevocation(stray.Type)) return; // What isn't placed changes nothing.
                    Throw.Limit($"more than {limits.MaxSelfSignatures} self-signatures (MaxSelfSignatures)", packet.Offset);
                }

                _own[packet.Body] = TryPlace(stray, userId, subkey);
                if (_own[packet.Body] is not null) break;
            }
        }
    }

    private static bool IsRevocation(SignatureType type) => type is SignatureType.CertificationRevocation or SignatureType.SubkeyRevocation;

    /// <summary>Whether such a signature may be over such a part.</summary>
    private static bool Covers(SignatureType type, BoundUserId? userId, BoundKey? subkey) =>
        type switch
        {
            SignatureType.SubkeyBinding or SignatureType.SubkeyRevocation => subkey is not null,
            SignatureType.DirectKey or SignatureType.KeyRevocation => false, // They were tried on the primary key.
            SignatureType.CertificationRevocation => subkey is null,
            _ => userId is not null,
        };

    private PlacedSignature? AddVerified(
        List<SelfSignature> to, SignaturePacket signature, PublicKeyPacket? subkey = null, BoundUserId? userId = null)
    {
        var primary = _primary!.Packet;
        if (!SignedData.Verify(signature, primary, primary, subkey, userId?.Octets, userId?.IsAttribute == true)) return null;
        var verified = new SelfSignature(signature, subkey is null ? null : BackSignature(signature, subkey));
        to.Add(verified);
        return subkey is not null ? new PlacedSignature(verified, PacketType.PublicSubkey, subkey.Body)
            : userId is not null ? new PlacedSignature(verified, userId.IsAttribute ? PacketType.UserAttribute : PacketType.UserId, userId.Octets)
            : new PlacedSignature(verified, PacketType.PublicKey, primary.Body);
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

    /// <returns>Null for a signature of another version, or a broken one: as good as none.</returns>
    private static SignaturePacket? TryRead(ReadOnlyMemory<byte> body, long offset) =>
        SignaturePacket.TryRead(body, offset) is { Hashed.CreatedAt: not null } signature && signature.Digest.IsSupported() ? signature : null;
}
