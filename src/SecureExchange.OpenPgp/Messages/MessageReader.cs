using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Reads what everybody can see of an encrypted message: armor, session keys, the start and the end of the
/// encrypted data. Errors from here are precise.</summary>
internal sealed class MessageReader : IDisposable
{
    private readonly OpenOptions _options;
    private readonly OctetReader _raw;
    private OctetReader _packets;
    private IReadOnlyList<SessionKey> _sessionKeys = [];

    public MessageReader(Stream input, OpenOptions options)
    {
        _options = options;
        _raw = new OctetReader(new StreamSource(input));
        _packets = _raw;
    }

    /// <summary>Reads up to the encrypted data.</summary>
    /// <returns>What decrypts it.</returns>
    public async ValueTask<EncryptedData> StartAsync(CancellationToken ct)
    {
        var first = await _raw.PeekAsync(1, ct);
        if (first.IsEmpty) throw Throw.Error(PgpError.Truncated, "there is no data at all");
        if ((first.Span[0] & 0x80) == 0) _packets = new OctetReader(new ArmorSource(_raw, _options.Limits));

        var sessionKeys = new SessionKeyFinder(_options);
        var maxPacket = Math.Min(SessionKeyFinder.MaxPacket, _options.Limits.MaxPacket);
        while (await PacketStream.NextHeaderAsync(_packets, ct) is { } header)
        {
            var offset = _packets.Position;
            var body = new PacketBody(_packets, header);
            switch (header.Type)
            {
                case PacketType.PublicKeyEncryptedSessionKey:
                    sessionKeys.Add(await body.ReadAllAsync(maxPacket, ct), offset);
                    break;
                case PacketType.SymmetricKeyEncryptedSessionKey:
                    sessionKeys.AddPassphrase(await body.ReadAllAsync(maxPacket, ct), offset);
                    break;
                case PacketType.IntegrityProtectedData or PacketType.LibrePgpAeadData:
                    return await StartDataAsync(header.Type, body, sessionKeys, offset, ct);
                default:
                    if (Refusal(header.Type, offset) is { } refusal) throw refusal;
                    await body.IgnoreAsync(ct);
                    break;
            }
        }

        throw Throw.Error(PgpError.Truncated, "the message ends before its encrypted data", _packets.Position);
    }

    /// <summary>Checks that nothing follows the encrypted data, but for packets that mean nothing.</summary>
    public async ValueTask FinishAsync(CancellationToken ct)
    {
        while (!(await _packets.PeekAsync(1, ct)).IsEmpty)
        {
            var offset = _packets.Position;
            if (await NextIgnoredAsync(ct) is not { } body)
                throw Throw.Error(
                    PgpError.TrailingData, "data follows the encrypted message; send one message and nothing else", offset);
            await body.IgnoreAsync(ct);
        }
    }

    public void Dispose()
    {
        foreach (var sessionKey in _sessionKeys) sessionKey.Dispose();
        _packets.Dispose();
        _raw.Dispose();
    }

    /// <returns>Null where no such packet starts.</returns>
    private async ValueTask<PacketBody?> NextIgnoredAsync(CancellationToken ct)
    {
        try
        {
            return await PacketStream.NextHeaderAsync(_packets, ct) is { } header && header.Type.IsIgnored()
                ? new PacketBody(_packets, header)
                : null;
        }
        catch (PgpException e) when (e.Error is PgpError.Malformed or PgpError.Truncated)
        {
            return null;
        }
    }

    private async ValueTask<EncryptedData> StartDataAsync(
        PacketType type, PacketBody body, SessionKeyFinder sessionKeys, long offset, CancellationToken ct)
    {
        var version = new byte[1];
        if (await body.FillAsync(version, ct) == 0) Throw.Malformed("an empty encrypted data packet", offset);
        if ((type, version[0]) == (PacketType.IntegrityProtectedData, 1))
        {
            _sessionKeys = sessionKeys.Find(SessionKeyForm.Unbound);
            return await StartVersion1Async(body, ct);
        }

        if (await ChunkLayout.ReadAsync(type, version[0], body, _options.Limits, offset, ct) is { } layout)
        {
            _sessionKeys = sessionKeys.Find(layout.SessionKeyForm);
            return new ChunkedData(body, layout, _sessionKeys);
        }

        throw Throw.Error(
            PgpError.UnsupportedVersion,
            $"encrypted data of version {version[0]} isn't supported; have the message encrypted as GnuPG does", offset);
    }

    /// <summary>Chooses among several session keys by what the random prefix repeats. Nobody sees which was chosen: a message
    /// that none of them opens fails after its end, like any other. With a single one nothing is compared (RFC 9580
    /// §13.4).</summary>
    private async ValueTask<EncryptedData> StartVersion1Async(PacketBody body, CancellationToken ct)
    {
        var start = new byte[_sessionKeys.Count > 1 ? IntegrityProtectedDataV1.RandomPrefixSize : 0];
        start = start[..await body.FillAsync(start, ct)];
        var sessionKey = _sessionKeys.FirstOrDefault(key => IntegrityProtectedDataV1.RepeatsPrefix(key, start)) ?? _sessionKeys[0];
        return new IntegrityProtectedDataV1(body, sessionKey, start);
    }

    /// <returns>Null for a packet that is to be ignored.</returns>
    private static PgpException? Refusal(PacketType type, long offset) => type switch
    {
        PacketType.SymmetricallyEncryptedData => Throw.Error(
            PgpError.NotIntegrityProtected,
            "the message is encrypted without integrity protection (packet type 9), which is refused", offset),
        PacketType.LiteralData or PacketType.CompressedData or PacketType.OnePassSignature or PacketType.Signature => Throw.Error(
            PgpError.NotEncrypted, "the message isn't encrypted, or starts with something that isn't", offset),
        PacketType.PublicKey or PacketType.SecretKey => Throw.Error(
            PgpError.UnexpectedKind, "a certificate or key stands where a message is expected", offset),
        _ when !type.IsIgnored() => Throw.Error(
            PgpError.UnsupportedPacket, $"packet type {(byte)type} in a message", offset),
        _ => null,
    };
}
