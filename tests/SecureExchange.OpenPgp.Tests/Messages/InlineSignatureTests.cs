using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class InlineSignatureTests(GpgKeys keys)
{
    private static readonly int[] s_sizes =
        [0, 1, 185, 186, 191, 192, 511, 512, 8377, 8378, Parts.Size - 7, Parts.Size - 6, Parts.Size - 5, (2 * Parts.Size) - 6, 500_000];

    [Theory]
    [InlineData("ed25519", false)]
    [InlineData("rsa2048", true)]
    public async Task Gpg_reads_what_we_sign(string kind, bool armor)
    {
        foreach (var size in s_sizes)
        {
            var data = Sealing.Plaintext(size);
            var message = await Signing.InlineAsync(data, Signing.By(keys.Key(kind)) with { Armor = armor }, piece: 50_001);

            var result = (await keys.Gpg.DecryptAsync(message)).Succeeded();

            Assert.Equal(data, result.Output);
            Assert.Contains($"VALIDSIG {keys.Fingerprint(kind)}", result.Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ed25519", "none")]
    [InlineData("ed25519", "zip")]
    [InlineData("rsa2048", "zlib")]
    public async Task We_read_what_gpg_signs(string kind, string compression)
    {
        foreach (var size in s_sizes)
        {
            var data = Sealing.Plaintext(size);
            string[] armor = size % 2 == 0 ? ["--armor"] : [];
            var message = (await keys.Gpg.RunAsync(
                data, [.. armor, "--compress-algo", compression, "--local-user", keys.Fingerprint(kind), "--sign"])).Succeeded().Output;

            var (opened, verdict) = await Signing.OpenAsync(message, Signing.With(keys.Key(kind).Certificate));

            Assert.Equal(data, opened);
            var result = Assert.Single(verdict.Signatures);
            Assert.Equal(SignatureStatus.Good, result.Status);
            Assert.Equal(new SignedExtent(SignatureForm.Inline, false, size), result.Extent);
        }
    }

    [Fact]
    public async Task A_signature_that_was_announced_for_another_key_is_not_good()
    {
        var message = await Signing.InlineAsync(Sealing.Plaintext(100), Signing.By(keys.Key("ed25519")));
        const int KeyId = 2 + 4; // Header; version, type, two algorithms.
        foreach (var at in Enumerable.Range(KeyId, 8))
        {
            var altered = message.ToArray();
            altered[at] ^= 0x55;
            var (_, verdict) = await Signing.OpenAsync(altered, Signing.With(keys.Key("ed25519").Certificate));
            Assert.NotEqual(SignatureStatus.Good, Assert.Single(verdict.Signatures).Status);
        }

        message.AsSpan(KeyId, 8).Clear(); // For nobody in particular.
        Assert.True((await Signing.OpenAsync(message, Signing.With(keys.Key("ed25519").Certificate))).Verdict.IsSigned);
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("text")]
    public async Task Sqop_and_we_read_each_other(string mode)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("key"), keys.Ours.ToArmor());
        await File.WriteAllTextAsync(folder.File("certificate"), keys.Ours.Certificate.ToArmor());
        foreach (var text in new[] { "", "one line", "two\nlines\n", "windows\r\nlines\r\n\r\n" })
        {
            var data = System.Text.Encoding.ASCII.GetBytes(text);
            var theirs = (await Peer.RunAsync("sqop", ["inline-sign", $"--as={mode}", folder.File("key")], data)).Succeeded().Output;
            var (opened, verdict) = await Signing.OpenAsync(theirs, Signing.With(keys.Ours.Certificate), piece: 3);
            Assert.Equal(data, opened);
            Assert.Equal(mode == "text", Assert.Single(verdict.Signatures).Extent!.IsText);
            Assert.True(verdict.IsSigned);

            var ours = await Signing.InlineAsync(data, Signing.By(keys.Ours) with { IsText = mode == "text", Armor = true });
            Assert.Equal(data, (await Peer.RunAsync("sqop", ["inline-verify", folder.File("certificate")], ours)).Succeeded().Output);
        }
    }

    [Fact]
    public async Task Gpgs_text_mode_is_read_with_the_line_ends_that_it_sends()
    {
        var message = (await keys.Gpg.RunAsync(
            "one\ntwo\n"u8.ToArray(), "--textmode", "--local-user", keys.Fingerprint("ed25519"), "--sign")).Succeeded().Output;

        var (data, verdict) = await Signing.OpenAsync(message, Signing.With(keys.Key("ed25519").Certificate));

        Assert.Equal("one\r\ntwo\r\n"u8, data);
        Assert.Equal(new SignedExtent(SignatureForm.Inline, true, 10), Assert.Single(verdict.Signatures).Extent);
        Assert.True(verdict.IsSigned);
    }

    [Fact]
    public async Task Several_signers_sign_the_same_data()
    {
        var message = await Signing.InlineAsync(Sealing.Plaintext(1000), Signing.By(keys.Ours, keys.Key("rsa2048"), keys.Key("nistp256")));

        var (_, verdict) = await Signing.OpenAsync(message, Signing.With(keys.Ours.Certificate, keys.Key("nistp256").Certificate));
        var gpg = await keys.Gpg.DecryptAsync(message);

        Assert.Equal(
            [SignatureStatus.Good, SignatureStatus.UnknownSigner, SignatureStatus.Good], verdict.Signatures.Select(s => s.Status));
        Assert.Equal(3, gpg.Errors.Split("VALIDSIG").Length - 1);
    }

    [Fact]
    public async Task Signatures_before_their_data_count_too()
    {
        var data = Sealing.Plaintext(100);
        using var packets = new OctetWriter();
        packets.Octets(await Signing.DetachedAsync(data, Signing.By(keys.Ours)));
        packets.Packet(PacketType.Padding, [1, 2, 3]);
        packets.Octets(Chunked.Literal(data));

        var (opened, verdict) = await Signing.OpenAsync(packets.ToArray(), Signing.With(keys.Ours.Certificate));

        Assert.Equal(data, opened);
        Assert.True(verdict.IsSigned);
    }

    [Fact]
    public async Task A_message_without_a_good_signature_is_not_signed()
    {
        var options = Signing.With(keys.Ours.Certificate);
        Assert.False((await Signing.OpenAsync(Chunked.Literal([1, 2, 3]), options)).Verdict.IsSigned);
        Assert.False((await Signing.OpenAsync(await Signing.InlineAsync([1], Signing.By(keys.Key("rsa2048"))), options)).Verdict.IsSigned);
    }

    [Fact]
    public async Task Data_beside_what_is_signed_is_refused()
    {
        var signed = await Signing.InlineAsync([1, 2, 3], Signing.By(keys.Ours));
        var literal = Chunked.Literal([4, 5, 6]);
        Assert.Equal(PgpError.Malformed, await FailureAsync([.. literal, .. signed]));
        Assert.Equal(PgpError.Malformed, await FailureAsync([.. signed, .. literal]));
        Assert.Equal(PgpError.Malformed, await FailureAsync([.. signed, .. signed]));
        Assert.Equal(PgpError.Malformed, await FailureAsync(await Signing.DetachedAsync([1], Signing.By(keys.Ours))));
        Assert.Equal(PgpError.Truncated, await FailureAsync(signed[..^1]));
        Assert.Equal(PgpError.Truncated, await FailureAsync([]));
        Assert.Equal(PgpError.UnexpectedKind, await FailureAsync(keys.Ours.Certificate.ToBytes()));
        Assert.Equal(PgpError.UnexpectedKind, await FailureAsync(await Sealing.SealAsync([1], keys.Ours.Certificate, keys.Ours)));

        async Task<PgpError?> FailureAsync(byte[] message) =>
            (await Signing.FailureAsync(message, Signing.With(keys.Ours.Certificate)))?.Error;
    }

    [Fact]
    public async Task The_verdict_comes_after_the_data_and_not_before()
    {
        var message = await Signing.InlineAsync([1, 2, 3], Signing.By(keys.Ours));
        await using var opened = await PgpSignature.OpenAsync(
            new MemoryStream(message), Signing.With(keys.Ours.Certificate), CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => opened.VerifyAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("inline")]
    [InlineData("inline text")]
    [InlineData("cleartext")]
    [InlineData("gpg compressed")]
    public async Task Signatures_come_off_and_still_fit(string form)
    {
        var data = "some text\nof lines\n"u8.ToArray();
        var message = form switch
        {
            "inline" => await Signing.InlineAsync(data, Signing.By(keys.Ours)),
            "inline text" => await Signing.InlineAsync(data, Signing.By(keys.Ours) with { IsText = true, Armor = true }),
            "cleartext" => await Signing.CleartextAsync(data, Signing.By(keys.Ours)),
            _ => (await keys.Gpg.RunAsync(data, "--local-user", keys.Ours.Certificate.Fingerprint.ToString(), "--sign")).Succeeded().Output,
        };

        foreach (var armor in new[] { false, true })
        {
            var (detached, signatures) = await Signing.DetachAsync(message, armor);

            Assert.Equal(form == "cleartext" ? data[..^1] : data, detached);
            Assert.True((await Signing.VerifyAsync(detached, signatures, Signing.With(keys.Ours.Certificate))).IsSigned);
        }
    }

    [Fact]
    public async Task A_message_without_signatures_has_none_to_take_off()
    {
        var failure = await Assert.ThrowsAsync<PgpException>(() => Signing.DetachAsync(Chunked.Literal([1])));
        Assert.Equal(PgpError.NotSigned, failure.Error);
    }
}
