using System.Text;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Secret keys under a passphrase.</summary>
public sealed class LockedSecretKeyTests(GpgKeys keys)
{
    public static TheoryData<SecretKeyProtection> Protections => [SecretKeyProtection.Cfb, SecretKeyProtection.Aead];

    [Theory]
    [MemberData(nameof(Protections))]
    public void What_is_locked_opens_with_its_passphrase_only(SecretKeyProtection protection)
    {
        var locked = keys.Ours.ToBytes("correct horse"u8, protection);

        using var opened = SecretKey.Read(locked, "correct horse"u8);
        Assert.Equal(keys.Ours.ToBytes(), opened.ToBytes());
        Assert.Equal(PgpError.WrongPassphrase, Refused(() => SecretKey.Read(locked, "correct horsf"u8)));
        Assert.Equal(PgpError.WrongPassphrase, Refused(() => SecretKey.Read(locked)));
    }

    [Theory]
    [InlineData("rsa2048")]
    [InlineData("nistp521")]
    public void Keys_of_every_algorithm_are_locked(string kind)
    {
        var armored = Encoding.ASCII.GetBytes(keys.Key(kind).ToArmor("passphrase"u8));
        using var opened = SecretKey.Read(armored, "passphrase"u8);
        Assert.Equal(keys.Key(kind).ToBytes(), opened.ToBytes());
    }

    [Fact]
    public void Version_6_keys_are_locked_with_AEAD_by_default()
    {
        using var key = SecretKey.Generate(new KeyOptions { CreatedAt = Clock.Now.AddDays(-1), Profile = KeyProfile.Version6 });
        foreach (var locked in (byte[][])[key.ToBytes("p"u8), key.ToBytes("p"u8, SecretKeyProtection.Cfb)])
        {
            using var opened = SecretKey.Read(locked, "p"u8);
            Assert.Equal(key.ToBytes(), opened.ToBytes());
        }

        Assert.Equal(key.ToBytes("p"u8, SecretKeyProtection.Aead).Length, key.ToBytes("p"u8).Length);
    }

    [Fact]
    public async Task Gpg_opens_what_is_locked_here()
    {
        await using var gpg = new Gpg();
        (await gpg.RunAsync(keys.Ours.ToBytes("correct horse"u8), "--passphrase", "correct horse", "--import")).Succeeded();
        var message = await Sealing.SealAsync([1, 2, 3], keys.Ours.Certificate);

        var decrypted = (await gpg.RunAsync(message, "--passphrase", "correct horse", "--decrypt")).Succeeded();

        Assert.Equal([1, 2, 3], decrypted.Output);
        (await gpg.RunAsync(null, "--passphrase", "correct horse", "--export-secret-keys", "@example.org")).Succeeded();
    }

    [Fact]
    public async Task Sequoia_opens_what_is_locked_here()
    {
        using var folder = new TempFolder();
        var (key, passphrase) = (folder.File("key.pgp"), folder.File("passphrase"));
        await File.WriteAllBytesAsync(key, keys.Ours.ToBytes("correct horse"u8));
        await File.WriteAllTextAsync(passphrase, "correct horse");
        var message = await Sealing.SealAsync([1, 2, 3], keys.Ours.Certificate);

        var decrypted = (await Peer.RunAsync("sqop", ["decrypt", $"--with-key-password={passphrase}", key], message)).Succeeded();

        Assert.Equal([1, 2, 3], decrypted.Output);
    }

    /// <summary>RFC 9580 appendix A.5: Argon2 with 2 GiB, and OCB. Its primary key suffices, at that price.</summary>
    [Fact]
    public void The_locked_key_of_RFC_9580_A_5_opens()
    {
        var armored = Vectors.Read("openpgp/bouncycastle/extracted/ExternalSecretKeyPacketTest--V6_LOCKED_TSK.asc");
        var packet = Packet.Split(OpenPgp.Armor.ArmorDecoder.Binary(armored, OpenPgp.Armor.ArmorKind.PrivateKey, PgpLimits.Default), 1 << 20).First();

        var secret = SecretKeyPacket.Read(
            packet, "correct horse battery staple"u8, PgpLimits.Default, new StretchingBudget(PgpLimits.Default));

        using var written = new OctetWriter();
        secret.Material!.Write(written);
        Assert.Equal(
            "1972817B12BE707E8D5F586CE61361201D344EB266A2C82FDE6835762B65B0B7", Convert.ToHexString(written.Written));
    }

    [Theory]
    [MemberData(nameof(Protections))]
    public void One_altered_octet_of_a_locked_key_is_refused(SecretKeyProtection protection)
    {
        var key = keys.Ours.Certificate.Primary.Packet;
        using var body = new OctetWriter();
        body.Octets(key.Body.Span);
        var cheap = new OctetCursor(protection == SecretKeyProtection.Aead ? [4, .. new byte[16], 1, 1, 3] : [3, 8, .. new byte[8], 0], "test", 0);
        SecretKeyLock.New(protection, StringToKey.Read(ref cheap))
            .Write(key, PacketType.SecretKey, keys.Ours.Material(key.Fingerprint)!, "p"u8, body);
        var octets = body.ToArray();
        var packet = new Packet(PacketType.SecretKey, octets, octets, 0);
        Assert.Equal(key.Fingerprint, Read(packet).Public.Fingerprint);
        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            // CFB's check leaves out the public part: what can be altered there makes another key, which no self-signature binds.
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
            var isAnother = false;
            var refused = Refused(() => isAnother = Read(packet).Public.Fingerprint != key.Fingerprint);
            if (refused is null && (protection == SecretKeyProtection.Aead || !isAnother)) Assert.Fail($"bit {bit} was altered unseen");
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_subkeys_secret_is_no_primary_keys_under_AEAD()
    {
        using var key = SecretKey.Generate("Moved <m@example.org>", Clock.Now.AddDays(-1));
        var public4 = key.Certificate.Primary.Packet;
        using var body = new OctetWriter();
        SecretKeyPacket.WriteProtected(
            PacketType.SecretSubkey, public4, key.Material(public4.Fingerprint), SecretKeyProtection.Aead, "p"u8, body);
        var moved = new Packet(PacketType.SecretKey, body.ToArray(), body.ToArray(), 0);

        Assert.Equal(PgpError.WrongPassphrase, Refused(() => Read(moved)));
    }

    /// <summary>The attack on 254: who can write the public part makes the key betray its secret one (Klima and Rosa). Nothing
    /// in the check tells of it.</summary>
    [Theory]
    [InlineData("rsa2048")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    public void Another_public_part_before_a_locked_secret_is_refused(string kind)
    {
        var ours = keys.Key(kind);
        var octets = ours.ToBytes("p"u8, SecretKeyProtection.Cfb);
        var packet = Packet.Split(octets, octets.Length).First();
        var key = ours.Certificate.Primary.Packet;
        var altered = packet.Body.ToArray();
        altered[key.Body.Length - 1] ^= 4; // The last octet of the exponent, or of the point.
        var mixed = new Packet(PacketType.SecretKey, altered, altered, 0);

        var refused = Refused(() => Read(mixed));

        Assert.True(refused is PgpError.KeyMaterialMismatch or PgpError.Malformed, $"{refused}");
    }

    [Theory]
    [InlineData(255)]
    [InlineData(9)]
    public void Protection_that_an_attacker_can_alter_is_refused(byte usage)
    {
        var octets = keys.Ours.ToBytes("p"u8);
        var packet = Packet.Split(octets, octets.Length).First();
        octets[(int)packet.Offset + keys.Ours.Certificate.Primary.Packet.Body.Length] = usage;
        Assert.Equal(PgpError.UnsupportedProtection, Refused(() => SecretKey.Read(octets, "p"u8)));
    }

    [Fact]
    public void Argon2_without_AEAD_is_refused()
    {
        var key = keys.Ours.Certificate.Primary.Packet;
        using var body = new OctetWriter();
        body.Octets(key.Body.Span);
        body.Octets([254, (byte)CipherAlgorithm.Aes256]);
        StringToKey.NewArgon2().Write(body);
        body.Octets(new byte[16 + 32 + 20]);
        var packet = new Packet(PacketType.SecretKey, body.ToArray(), body.ToArray(), 0);
        Assert.Equal(PgpError.Malformed, Refused(() => Read(packet)));
    }

    [Fact]
    public void An_empty_passphrase_protects_nothing() => Assert.Throws<ArgumentException>(() => keys.Ours.ToBytes([]));

    private static SecretKeyPacket Read(Packet packet) => SecretKeyPacket.Read(
        packet, "p"u8, PgpLimits.Default, new StretchingBudget(new PgpLimits { MaxArgon2Memory = 64 << 20 }));

    private static PgpError? Refused(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (PgpException e)
        {
            return e.Error;
        }
    }
}
