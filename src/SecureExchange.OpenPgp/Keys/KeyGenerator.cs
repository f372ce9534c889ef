using System.Text;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Makes new keys: builds the packets, then reads them as if they came from outside.</summary>
internal sealed class KeyGenerator : IDisposable
{
    private readonly int _version;
    private readonly uint _created;
    private readonly uint? _lifetime;
    private readonly NewKey _primary;
    private readonly NewKey _signing;
    private readonly NewKey? _encryption;
    private readonly OctetWriter _output = new();

    private KeyGenerator(KeyOptions options)
    {
        _version = (int)options.Profile;
        _created = Seconds(options.CreatedAt.ToUnixTimeSeconds(), "made before 1970 or after 2106");
        _lifetime = options.ValidFor is { } duration ? Seconds((long)duration.TotalSeconds, "valid for less than nothing, or 136 years") : null;
        if (_lifetime == 0) throw new ArgumentOutOfRangeException(nameof(options), "valid for a second at least");
        _primary = NewKey.Generate(options.Suite, _version, _created, encrypts: false);
        _signing = NewKey.Generate(options.Suite, _version, _created, encrypts: false);
        if (!options.IsSigningOnly) _encryption = NewKey.Generate(options.Suite, _version, _created, encrypts: true);
    }

    public static SecretKey Generate(KeyOptions options)
    {
        if (!Enum.IsDefined(options.Profile)) throw new ArgumentOutOfRangeException(nameof(options), "no such profile");
        foreach (var userId in options.UserIds) ArgumentException.ThrowIfNullOrWhiteSpace(userId, nameof(options));
        using var generator = new KeyGenerator(options);
        generator.Write(options.UserIds);
        return SecretKey.Read(generator._output.WrittenMemory);
    }

    public void Dispose()
    {
        _primary.Dispose();
        _signing.Dispose();
        _encryption?.Dispose();
        _output.Dispose();
    }

    private static uint Seconds(long seconds, string otherwise) => seconds is >= 0 and <= uint.MaxValue
        ? (uint)seconds
        : throw new ArgumentOutOfRangeException(nameof(seconds), otherwise);

    private void Write(IReadOnlyList<string> userIds)
    {
        _primary.Write(PacketType.SecretKey, _output);
        if (_version == PublicKeyPacket.Version6 || userIds.Count == 0)
        {
            // What holds for the whole certificate, user ids or not (RFC 9580 §5.2.3.10).
            using var direct = new SignatureBuilder(SignatureType.DirectKey, _created);
            AddPreferences(direct);
            Sign(direct);
        }

        for (var i = 0; i < userIds.Count; i++)
        {
            var userId = Encoding.UTF8.GetBytes(userIds[i]);
            _output.Packet(PacketType.UserId, userId);
            using var certification = new SignatureBuilder(SignatureType.PositiveCertification, _created);
            if (_version == PublicKeyPacket.Version4) AddPreferences(certification);
            if (i == 0) certification.Add(SubpacketType.PrimaryUserId, [1]);
            Sign(certification, userId: userId);
        }

        WriteSubkey(_signing, KeyFlags.Sign);
        if (_encryption is not null) WriteSubkey(_encryption, KeyFlags.Encrypt);
    }

    private void AddPreferences(SignatureBuilder signature)
    {
        signature.Add(SubpacketType.KeyFlags, [(byte)KeyFlags.Certify]);
        signature.AddKeyLifetime(_lifetime);
        signature.Add(SubpacketType.PreferredSymmetricCiphers, [(byte)CipherAlgorithm.Aes256, (byte)CipherAlgorithm.Aes128]);
        signature.Add(
            SubpacketType.PreferredHashAlgorithms,
            [(byte)DigestAlgorithm.Sha256, (byte)DigestAlgorithm.Sha512, (byte)DigestAlgorithm.Sha384]);
        signature.Add(
            SubpacketType.PreferredCompressionAlgorithms,
            [(byte)CompressionAlgorithm.Uncompressed, (byte)CompressionAlgorithm.Zlib, (byte)CompressionAlgorithm.Zip]);

        // In version 4 nothing that GnuPG 2.2 doesn't read, so that senders choose what everybody does.
        var features = Features.IntegrityProtectedDataV1;
        if (_version == PublicKeyPacket.Version6)
        {
            features |= Features.IntegrityProtectedDataV2;
            signature.Add(
                SubpacketType.PreferredAeadCiphersuites,
                [(byte)CipherAlgorithm.Aes256, (byte)AeadAlgorithm.Ocb, (byte)CipherAlgorithm.Aes256, (byte)AeadAlgorithm.Gcm]);
        }

        signature.Add(SubpacketType.Features, [(byte)features]);
    }

    private void WriteSubkey(NewKey subkey, KeyFlags flags)
    {
        subkey.Write(PacketType.SecretSubkey, _output);
        using var binding = new SignatureBuilder(SignatureType.SubkeyBinding, _created);
        binding.Add(SubpacketType.KeyFlags, [(byte)flags]);
        binding.AddKeyLifetime(_lifetime);
        if (flags.HasFlag(KeyFlags.Sign)) AddBackSignature(subkey, binding);
        Sign(binding, subkey.Packet);
    }

    /// <summary>That the subkey wants to belong to this primary key (RFC 9580 §5.2.1.9).</summary>
    private void AddBackSignature(NewKey subkey, SignatureBuilder binding)
    {
        using var back = new SignatureBuilder(SignatureType.PrimaryKeyBinding, _created);
        using var data = SignedData.Write(_primary.Packet, subkey.Packet, null);
        using var hash = new SigningHash(subkey.Packet);
        hash.Append(data.Written);
        using var body = new OctetWriter();
        back.FinishBody(hash, subkey.Material, body);
        binding.Add(SubpacketType.EmbeddedSignature, body.Written);
    }

    private void Sign(SignatureBuilder signature, PublicKeyPacket? subkey = null, ReadOnlyMemory<byte>? userId = null)
    {
        using var data = SignedData.Write(_primary.Packet, subkey, userId);
        using var hash = new SigningHash(_primary.Packet);
        hash.Append(data.Written);
        signature.Finish(hash, _primary.Material, _output);
    }
}
