using System.Security.Cryptography;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>An OpenPGP secret key: a certificate with its secret key material (RFC 9580 §10.1.2). Unprotected in
/// memory,
/// zeroed when disposed of.</summary>
public sealed partial class SecretKey : IDisposable
{
    private readonly Dictionary<Fingerprint, SecretKeyMaterial?> _material;

    private SecretKey(Certificate certificate, Dictionary<Fingerprint, SecretKeyMaterial?> material)
    {
        Certificate = certificate;
        _material = material;
    }

    /// <summary>The public part.</summary>
    public Certificate Certificate { get; }

    /// <summary>Reads one secret key, and checks that each secret belongs to its public key.</summary>
    /// <param name="armoredOrBinary">ASCII armor (<c>PGP PRIVATE KEY BLOCK</c>) or packets; nothing else before or
    /// after.</param>
    /// <param name="passphrase">In UTF-8; empty for a key without protection. The caller zeroes it.</param>
    /// <param name="limits">How much it may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <exception cref="PgpException">It isn't one secret key, or doesn't open.</exception>
    public static SecretKey Read(
        ReadOnlyMemory<byte> armoredOrBinary, ReadOnlySpan<byte> passphrase = default, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        var octets = ArmorDecoder.Binary(armoredOrBinary, ArmorKind.PrivateKey, limits);
        var material = new Dictionary<Fingerprint, SecretKeyMaterial?>();
        try
        {
            var reader = new CertificateReader(limits);
            var budget = new StretchingBudget(limits);
            foreach (var packet in Packet.Split(octets, limits.MaxPacket))
            {
                if (packet.Type is not (PacketType.SecretKey or PacketType.SecretSubkey))
                {
                    reader.Take(packet.Copy());
                    continue;
                }

                if (material.Count > limits.MaxComponents)
                    Throw.Limit($"more than {limits.MaxComponents} subkeys (MaxComponents)", packet.Offset);
                var secret = SecretKeyPacket.Read(packet, passphrase, limits, budget);
                if (!material.TryAdd(secret.Public.Fingerprint, secret.Material))
                {
                    secret.Material?.Dispose();
                    Throw.Malformed("the same key stands twice in one secret key", packet.Offset);
                }

                reader.Take(PublicPart(packet, secret.Public));
            }

            var certificate = reader.Finish();
            if (!material.ContainsKey(certificate.Fingerprint))
                throw Throw.Error(
                    PgpError.UnexpectedKind,
                    "a certificate without secret key material stands where a secret key is expected");
            return new SecretKey(certificate, material);
        }
        catch
        {
            foreach (var secret in material.Values) secret?.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets.Span);
        }
    }

    /// <summary>Reads several secret keys that come one after the other.</summary>
    /// <param name="armoredOrBinary">Packets, or blocks of ASCII armor (<c>PGP PRIVATE KEY BLOCK</c>) with one or more keys each
    /// and nothing but white space between them.</param>
    /// <param name="passphrase">Of all of them, as in <see cref="Read"/>.</param>
    /// <param name="limits">How much they may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <returns>One or more; the caller disposes of each. Those of a version that this engine doesn't read are left out, unless
    /// there are no others.</returns>
    /// <exception cref="PgpException">One of them isn't a secret key, or doesn't open.</exception>
    public static IReadOnlyList<SecretKey> ReadAll(
        ReadOnlyMemory<byte> armoredOrBinary, ReadOnlySpan<byte> passphrase = default, PgpLimits? limits = null)
    {
        limits ??= PgpLimits.Default;
        var keys = new List<SecretKey>();
        var ring = KeyRing.Binary(armoredOrBinary, ArmorKind.PrivateKey, limits);
        PgpException? leftOut = null;
        try
        {
            foreach (var octets in KeyRing.Split(ring, limits))
            {
                try
                {
                    keys.Add(Read(octets, passphrase, limits));
                }
                catch (PgpException e) when (e.Error == PgpError.UnsupportedVersion)
                {
                    leftOut = e;
                }
            }

            return keys.Count > 0 || leftOut is null ? keys : throw leftOut;
        }
        catch
        {
            foreach (var key in keys) key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(ring.Span);
        }
    }

    /// <summary>Makes a new key.</summary>
    /// <param name="options">What it is to be.</param>
    /// <exception cref="ArgumentException">No such key can be made; it says why.</exception>
    public static SecretKey Generate(KeyOptions options) => KeyGenerator.Generate(options);

    /// <summary>Makes a version 4 key that every GnuPG since 2.1 reads: Ed25519 (algorithm 22) to certify and, with a subkey, to
    /// sign, Curve25519 (algorithm 18) to encrypt.</summary>
    /// <param name="userId">Whose: a name, by custom with a mail address in angle brackets.</param>
    /// <param name="createdAt">The present; whole seconds are kept.</param>
    /// <param name="validFor">How long; null for ever. Whole seconds, less than 136 years.</param>
    public static SecretKey Generate(string userId, DateTimeOffset createdAt, TimeSpan? validFor = null) =>
        Generate(new KeyOptions { UserIds = [userId], CreatedAt = createdAt, ValidFor = validFor });

    /// <summary>All packets, the secret ones <b>without protection</b>: the caller seals them, and zeroes the
    /// array.</summary>
    public byte[] ToBytes() => Write(default, null);

    /// <summary>All packets, the secret ones under a passphrase. What was under another one before is under this one then.</summary>
    /// <param name="passphrase">In UTF-8; not empty. Its strength is all that protects a copy that gets lost.</param>
    /// <param name="protection">How; null for what readers of this key's version have.</param>
    /// <exception cref="ArgumentException">The passphrase is empty.</exception>
    public byte[] ToBytes(ReadOnlySpan<byte> passphrase, SecretKeyProtection? protection = null)
    {
        if (passphrase.IsEmpty) throw new ArgumentException("an empty passphrase protects nothing", nameof(passphrase));
        var isVersion6 = Certificate.Fingerprint.Version == PublicKeyPacket.Version6;
        return Write(passphrase, protection ?? (isVersion6 ? SecretKeyProtection.Aead : SecretKeyProtection.Cfb));
    }

    /// <summary>ASCII armor of <see cref="ToBytes()"/>, <b>without protection</b>. A string can't be zeroed: for
    /// people at a
    /// terminal, not for services.</summary>
    public string ToArmor()
    {
        var octets = ToBytes();
        var armor = Armored(octets);
        CryptographicOperations.ZeroMemory(octets);
        return armor;
    }

    /// <summary>ASCII armor of <see cref="ToBytes(ReadOnlySpan{byte}, SecretKeyProtection?)"/>.</summary>
    /// <param name="passphrase">In UTF-8; not empty.</param>
    /// <param name="protection">How; null for what readers of this key's version have.</param>
    /// <exception cref="ArgumentException">The passphrase is empty.</exception>
    public string ToArmor(ReadOnlySpan<byte> passphrase, SecretKeyProtection? protection = null) =>
        Armored(ToBytes(passphrase, protection));

    /// <inheritdoc/>
    public override string ToString() => "[secret]";

    /// <summary>Zeroes the secret key material.</summary>
    public void Dispose()
    {
        foreach (var material in _material.Values) material?.Dispose();
    }

    /// <summary>Null for a key that isn't here, or whose secret part is kept elsewhere.</summary>
    internal SecretKeyMaterial? Material(Fingerprint key) => _material.GetValueOrDefault(key);

    /// <summary>The key to sign with now.</summary>
    /// <exception cref="PgpException">There is none; it says why.</exception>
    internal (PublicKeyPacket Key, SecretKeyMaterial Material) SigningKey(DateTimeOffset at, PgpPolicy policy)
    {
        var key = new CertificateView(Certificate, at, policy, policy.ClockSkew)
            .RequireSigningKey(candidate => Material(candidate.Fingerprint) is not null);
        return (key, Material(key.Fingerprint)!);
    }

    private string Armored(byte[] octets) => ArmorEncoder.Encode(
        ArmorKind.PrivateKey, octets, checksum: Certificate.Fingerprint.Version == PublicKeyPacket.Version4);

    private byte[] Write(ReadOnlySpan<byte> passphrase, SecretKeyProtection? protection)
    {
        using var output = new OctetWriter();
        using var body = new OctetWriter();
        var keys = Certificate.Keys.ToDictionary(key => key.Packet.Body, key => key.Packet);
        foreach (var packet in Certificate.AllPackets)
        {
            if (!keys.TryGetValue(packet.Body, out var key) || !_material.TryGetValue(key.Fingerprint, out var material))
            {
                output.Octets(packet.Whole.Span);
                continue;
            }

            body.Clear();
            var type = packet.Type == PacketType.PublicKey ? PacketType.SecretKey : PacketType.SecretSubkey;
            if (protection is { } how) SecretKeyPacket.WriteProtected(type, key, material, how, passphrase, body);
            else SecretKeyPacket.WriteUnprotected(key, material, body);
            packet.WriteLike(type, body.Written, output);
        }

        return output.ToArray();
    }

    internal static Packet PublicPart(Packet packet, PublicKeyPacket key)
    {
        using var whole = new OctetWriter();
        var type = packet.Type == PacketType.SecretKey ? PacketType.PublicKey : PacketType.PublicSubkey;
        packet.WriteLike(type, key.Body.Span, whole);
        ReadOnlyMemory<byte> octets = whole.ToArray();
        return new Packet(type, octets[^key.Body.Length..], octets, packet.Offset);
    }
}
