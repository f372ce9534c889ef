using System.Security.Cryptography;
using System.Text;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Messages for whoever knows a passphrase.</summary>
public sealed class PassphraseTests(GpgKeys keys, OpenPgpJs js) : IClassFixture<OpenPgpJs>
{
    private const string Right = "correct horse";
    private static readonly byte[] s_plaintext = Sealing.Plaintext(10_000);

    // A version 4 packet has no checksum: one wrong passphrase in 256 gives a session key, and is found out at the end.
    private static readonly PgpError?[] s_wrong = [PgpError.WrongPassphrase, PgpError.DecryptionFailed];

    public static TheoryData<string> Samples =>
    [
        "rpgp/unit-tests/aead/eax.msg",
        "rpgp/unit-tests/aead/ocb.msg",
        "rpgp/unit-tests/aead/gcm.msg",
        "bouncycastle/extracted/PGPAeadTest--V5_EAX_PACKET_SEQUENCE.asc",
        "bouncycastle/extracted/PGPAeadTest--V5_OCB_PACKET_SEQUENCE.asc",
    ];

    /// <summary>RFC 9580 A.9 to A.11, and LibrePGP's before them.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public async Task The_samples_of_the_standards_are_read(string sample)
    {
        var message = Vectors.Read($"openpgp/{sample}");

        var (opened, _) = await Sealing.OpenAsync(new MemoryStream(message), With("password"));

        Assert.Equal("Hello, world!", Encoding.UTF8.GetString(opened));
        Assert.Equal(PgpError.WrongPassphrase, (await Sealing.FailureAsync(message, With("passw0rd")))?.Error);
    }

    /// <summary>RFC 9580 A.12.4. It takes 2 GiB for a moment.</summary>
    [Fact]
    public async Task The_sample_with_Argon2_is_read()
    {
        var message = Vectors.Read("openpgp/rpgp/unit-tests/argon2/aes256.msg");

        Assert.Equal("Hello, world!"u8.ToArray(), (await Sealing.OpenAsync(new MemoryStream(message), With("password"))).Plaintext);
    }

    [Theory]
    [InlineData("--cipher-algo", "AES")]
    [InlineData("--cipher-algo", "AES192")]
    [InlineData("--s2k-digest-algo", "SHA512")]
    [InlineData("--s2k-mode", "1")]
    [InlineData("--s2k-count", "1024")]
    public async Task We_read_what_gpg_encrypts_with_a_passphrase(string option, string value)
    {
        var message = (await keys.Gpg.RunAsync(s_plaintext, "--passphrase", Right, option, value, "--symmetric")).Succeeded().Output;

        Assert.True(PgpMessage.LooksLikePgp(message));
        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), With(Right))).Plaintext);
        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), With("wrong", Right, "as wrong"))).Plaintext);
        Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(message, With("wrong")))?.Error);
        Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(message, With("wrong", "as wrong")))?.Error);
        Assert.Equal(PgpError.NoMatchingKey, (await Sealing.FailureAsync(message, With()))?.Error);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa2048")]
    public async Task Of_passphrase_and_key_either_opens_what_gpg_encrypts_to_both(string kind)
    {
        var message = (await keys.Gpg.RunAsync(
            s_plaintext, "--passphrase", Right, "--symmetric", "--encrypt", "--recipient", keys.Fingerprint(kind))).Succeeded().Output;

        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), With(Right))).Plaintext);
        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(message, keys.Key(kind))).Plaintext);
        Assert.Equal(
            s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), With("wrong") with { Keys = [keys.Key(kind)] })).Plaintext);
        var other = With(Right) with { Keys = [keys.Key("nistp256")] };
        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), other)).Plaintext);
        Assert.Contains((await Sealing.FailureAsync(message, With("some other one")))?.Error, s_wrong);
    }

    [Fact]
    public async Task A_passphrase_isnt_kept_waiting_by_another_hidden_recipients_RSA()
    {
        var message = (await keys.Gpg.RunAsync(
            s_plaintext, "--passphrase", Right, "--symmetric", "--encrypt", "--hidden-recipient", keys.Fingerprint("rsa2048"))).Succeeded().Output;

        foreach (var kind in new[] { "rsa2048", "rsa3072", "rsa4096" })
        {
            var options = With(Right) with { Keys = [keys.Key(kind)] };
            Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), options)).Plaintext);
        }
    }

    [Fact]
    public async Task Gpg_and_Sequoia_read_ours()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("passphrase"), Right);
        await File.WriteAllTextAsync(folder.File("other"), "another one");
        var alone = await Sealing.SealAsync(s_plaintext, Options(Right));
        var mixed = await Sealing.SealAsync(s_plaintext, Options(Right, "another one") with { Recipients = [keys.Key("rsa2048").Certificate] });

        foreach (var message in new[] { alone, mixed })
        {
            Assert.True(PgpMessage.LooksLikePgp(message));
            Assert.Equal(s_plaintext, (await Peer.RunAsync("sqop", ["decrypt", "--with-password", folder.File("passphrase")], message)).Succeeded().Output);
            await using var stranger = new Gpg();
            Assert.Equal(s_plaintext, (await stranger.RunAsync(message, "--passphrase", Right, "--decrypt")).Succeeded().Output);
        }

        Assert.Equal(s_plaintext, (await Peer.RunAsync("sqop", ["decrypt", "--with-password", folder.File("other")], mixed)).Succeeded().Output);
        Assert.Equal(s_plaintext, (await keys.Gpg.DecryptAsync(mixed)).Succeeded().Output);
    }

    [Fact]
    public async Task We_read_what_Sequoia_encrypts_with_passphrases()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("one"), "one");
        await File.WriteAllTextAsync(folder.File("two"), "two");
        await File.WriteAllBytesAsync(folder.File("cert"), keys.Ours.Certificate.ToBytes());
        var message = (await Peer.RunAsync(
            "sqop",
            ["encrypt", "--with-password", folder.File("one"), "--with-password", folder.File("two"), folder.File("cert")],
            s_plaintext)).Succeeded().Output;

        foreach (var passphrase in new[] { "one", "two" })
            Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), With(passphrase))).Plaintext);
        Assert.Contains((await Sealing.FailureAsync(message, With("five")))?.Error, s_wrong);
    }

    [Theory]
    [InlineData(SealFormat.Version1)]
    [InlineData(SealFormat.Version2)]
    public async Task OpenPGP_js_reads_ours_and_we_its(SealFormat format)
    {
        var ours = await Sealing.SealAsync(s_plaintext, Options(Right, "another one") with { Format = format });
        foreach (var passphrase in new[] { Right, "another one" })
        {
            Assert.Equal(s_plaintext, (await js.DecryptAsync(ours, new() { Passwords = [passphrase] })).Data);
            Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(ours), With("wrong", passphrase))).Plaintext);
        }

        object config = format == SealFormat.Version1
            ? new { aeadProtect = false }
            : new { aeadProtect = true, preferredAEADAlgorithm = (int)AeadAlgorithm.Gcm, s2kType = 4, s2kArgon2Params = new { passes = 1, parallelism = 2, memoryExponent = 12 } };
        var theirs = await js.EncryptAsync(s_plaintext, new() { Passwords = [Right], Config = config });
        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(theirs), With(Right))).Plaintext);
        Assert.Contains((await Sealing.FailureAsync(theirs, With("not it")))?.Error, format == SealFormat.Version1 ? s_wrong : s_wrong[..1]);
    }

    /// <summary>draft-koch-librepgp §5.3.1: without an encrypted session key every passphrase gives one, and only the data tell which is
    /// right.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public async Task Of_several_passphrases_that_are_session_keys_themselves_the_right_one_opens_chunks(int size)
    {
        byte[] specifier = [0, 8]; // The passphrase's SHA-256.
        using var sessionKey = new SessionKey(CipherAlgorithm.Aes256, SHA256.HashData(Encoding.UTF8.GetBytes(Right)));
        using var packet = new OctetWriter();
        packet.Packet(PacketType.SymmetricKeyEncryptedSessionKey, [4, (byte)CipherAlgorithm.Aes256, .. specifier]);
        var plaintext = Sealing.Plaintext(size);
        byte[] message = [.. packet.ToArray(), .. Chunked.Packet(PacketType.LibrePgpAeadData, sessionKey, AeadAlgorithm.Ocb, 4, Chunked.Literal(plaintext))];

        foreach (var passphrases in new[] { new[] { Right }, ["wrong", Right, "as wrong"], ["wrong", "as wrong", Right] })
            Assert.Equal(plaintext, (await Sealing.OpenAsync(new MemoryStream(message), With(passphrases))).Plaintext);
        Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(message, With("wrong", "as wrong")))?.Error);
        message[^1] ^= 1;
        Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(message, With("wrong", Right)))?.Error);
    }

    [Fact]
    public async Task Stretching_costs_no_more_than_the_limits_allow()
    {
        var argon2 = await Sealing.SealAsync(s_plaintext, Options(Right) with { Format = SealFormat.Version2 });
        var iterated = await Sealing.SealAsync(s_plaintext, Options(Right));
        var small = new PgpLimits { MaxArgon2Memory = 1 << 20, MaxS2kOctets = 1 << 20 };

        Assert.Equal(PgpError.LimitExceeded, (await Sealing.FailureAsync(argon2, With(Right) with { Limits = small }))?.Error);
        Assert.Equal(PgpError.LimitExceeded, (await Sealing.FailureAsync(iterated, With(Right) with { Limits = small }))?.Error);
        Assert.Equal(
            PgpError.LimitExceeded,
            (await Sealing.FailureAsync(iterated, With("one", "two", "three") with { Limits = new PgpLimits { MaxS2kOctets = 2 * 65_011_712 } }))?.Error);
    }

    [Fact]
    public async Task Whoever_is_first_of_many_opens_the_message()
    {
        string[] all = [Right, .. Enumerable.Range(1, 15).Select(i => $"passphrase {i}")];
        var message = await Sealing.SealAsync(s_plaintext, Options(all));
        var three = new PgpLimits { MaxS2kOctets = 3 * 65_011_712 };

        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(message), With(Right) with { Limits = three })).Plaintext);
        Assert.Equal(
            PgpError.LimitExceeded,
            (await Assert.ThrowsAsync<PgpException>(() => Sealing.SealAsync(s_plaintext, Options([.. all, "one more"])))).Error);
    }

    [Fact]
    public async Task More_passphrases_than_the_limit_allows_recipients_are_refused()
    {
        using var flood = new OctetWriter();
        for (var i = 0; i < 5; i++) flood.Packet(PacketType.SymmetricKeyEncryptedSessionKey, [4, 9, 0, 8]);

        var failure = await Sealing.FailureAsync(flood.ToArray(), With("x") with { Limits = new PgpLimits { MaxRecipients = 4 } });

        Assert.Equal(PgpError.LimitExceeded, failure?.Error);
    }

    [Fact]
    public async Task An_old_ciphers_passphrase_message_says_what_to_do()
    {
        var message = (await keys.Gpg.RunAsync(s_plaintext, "--passphrase", Right, "--cipher-algo", "CAST5", "--symmetric")).Succeeded().Output;

        var failure = await Sealing.FailureAsync(message, With(Right));

        Assert.Equal(PgpError.NoMatchingKey, failure?.Error);
        Assert.Contains("AES", failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SealFormat.Version1)]
    [InlineData(SealFormat.Version2)]
    public async Task A_session_key_opens_the_message_that_it_came_from(SealFormat format)
    {
        var output = new MemoryStream();
        await using var writer = PgpMessage.Seal(output, Options(Right) with { Format = format });
        using var sessionKey = writer.ExportSessionKey();
        await writer.WriteAsync(s_plaintext, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);

        await using (var message = await PgpMessage.OpenAsync(new MemoryStream(output.ToArray()), With(Right), CancellationToken.None))
        {
            Assert.Throws<InvalidOperationException>(message.ExportSessionKey);
            var buffer = new byte[s_plaintext.Length];
            while (await message.Plaintext.ReadAsync(buffer, CancellationToken.None) > 0) { }
            await message.VerifyAsync(CancellationToken.None);
            using var again = message.ExportSessionKey();
            Assert.True(again.Key.SequenceEqual(sessionKey.Key));
        }

        using var wrong = SessionKey.Random();
        using var given = new SessionKey(sessionKey.Algorithm, sessionKey.Key);
        var options = new OpenOptions { SessionKeys = [wrong, given], Now = Clock.Now };
        Assert.Equal(s_plaintext, (await Sealing.OpenAsync(new MemoryStream(output.ToArray()), options)).Plaintext);
        Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(output.ToArray(), options with { SessionKeys = [wrong] }))?.Error);
        Assert.Equal("[secret]", given.ToString());
        Assert.Throws<ArgumentException>(() => new SessionKey(CipherAlgorithm.Aes256, new byte[16]));
    }

    [Fact]
    public void A_message_for_nobody_is_the_callers_fault()
    {
        Assert.Throws<ArgumentException>(() => PgpMessage.Seal(Stream.Null, Options()));
        Assert.Throws<ArgumentException>(() => PgpMessage.Seal(Stream.Null, Options("")));
    }

    private static OpenOptions With(params string[] passphrases) => new() { Passphrases = Octets(passphrases), Now = Clock.Now };

    private static SealOptions Options(params string[] passphrases) => new() { Passphrases = Octets(passphrases), Now = Clock.Now };

    private static IReadOnlyList<ReadOnlyMemory<byte>> Octets(string[] passphrases) =>
        [.. passphrases.Select(passphrase => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(passphrase))];
}
