using System.Text;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class DetachedSignatureTests(GpgKeys keys)
{
    private static readonly int[] s_sizes = [0, 1, 511, 70_000, 300_001];

    [Theory]
    [InlineData("rsa2048", false)]
    [InlineData("rsa2048", true)]
    [InlineData("ed25519", false)]
    [InlineData("ed25519", true)]
    [InlineData("nistp384", false)]
    public async Task Gpg_believes_our_signatures(string kind, bool isText)
    {
        using var folder = new TempFolder();
        foreach (var size in s_sizes)
        {
            var data = Text(size);
            await File.WriteAllBytesAsync(folder.File("data"), data);
            await File.WriteAllBytesAsync(
                folder.File("signature"),
                await Signing.DetachedAsync(data, Signing.By(keys.Key(kind)) with { IsText = isText, Armor = size % 2 == 0 }));

            var result = await keys.Gpg.RunAsync(null, "--status-fd", "2", "--verify", folder.File("signature"), folder.File("data"));

            Assert.Contains($"VALIDSIG {keys.Fingerprint(kind)}", result.Succeeded().Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("rsa2048", false)]
    [InlineData("ed25519", false)]
    [InlineData("ed25519", true)]
    [InlineData("nistp521", true)]
    public async Task We_believe_gpgs_signatures(string kind, bool isText)
    {
        foreach (var size in s_sizes)
        {
            var data = Text(size);
            string[] options = [.. isText ? ["--textmode"] : Array.Empty<string>(), .. size % 2 == 0 ? ["--armor"] : Array.Empty<string>()];
            var signature = (await keys.Gpg.RunAsync(data, [.. options, "--local-user", keys.Fingerprint(kind), "--detach-sign"]))
                .Succeeded().Output;

            var verdict = await Signing.VerifyAsync(data, signature, Signing.With(keys.Key(kind).Certificate));

            var result = Assert.Single(verdict.Signatures);
            Assert.Equal(SignatureStatus.Good, result.Status);
            Assert.Equal(new SignedExtent(SignatureForm.Detached, isText, size), result.Extent);
            Assert.True(verdict.IsSigned);
        }
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("text")]
    public async Task Sqop_and_we_believe_each_other(string mode)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("key"), keys.Ours.ToArmor());
        await File.WriteAllTextAsync(folder.File("certificate"), keys.Ours.Certificate.ToArmor());
        foreach (var size in s_sizes)
        {
            var data = Text(size);
            var theirs = (await Peer.RunAsync("sqop", ["sign", $"--as={mode}", folder.File("key")], data)).Succeeded().Output;
            Assert.True((await Signing.VerifyAsync(data, theirs, Signing.With(keys.Ours.Certificate))).IsSigned);

            var ours = await Signing.DetachedAsync(data, Signing.By(keys.Ours) with { IsText = mode == "text" });
            await File.WriteAllBytesAsync(folder.File("signature"), ours);
            (await Peer.RunAsync("sqop", ["verify", folder.File("signature"), folder.File("certificate")], data)).Succeeded();
        }
    }

    [Fact]
    public async Task Other_line_ends_leave_a_text_signed_and_octets_not()
    {
        var lf = "one\ntwo \n\nthree\rstill three"u8.ToArray();
        var crLf = "one\r\ntwo \r\n\r\nthree\rstill three"u8.ToArray();
        var options = Signing.With(keys.Ours.Certificate);
        foreach (var data in new[] { lf, crLf })
        {
            var text = await Signing.DetachedAsync(data, Signing.By(keys.Ours) with { IsText = true });
            Assert.True((await Signing.VerifyAsync(lf, text, options)).IsSigned);
            Assert.True((await Signing.VerifyAsync(crLf, text, options)).IsSigned);
            Assert.False((await Signing.VerifyAsync([.. lf, (byte)'\n'], text, options)).IsSigned);

            var octets = await Signing.DetachedAsync(data, Signing.By(keys.Ours));
            Assert.Equal(data == lf, (await Signing.VerifyAsync(lf, octets, options)).IsSigned);
            Assert.Equal(data == crLf, (await Signing.VerifyAsync(crLf, octets, options)).IsSigned);
        }
    }

    [Fact]
    public async Task Signatures_that_cannot_be_read_are_reported_and_stop_no_other()
    {
        var data = Text(1000);
        var good = await Signing.DetachedAsync(data, Signing.By(keys.Ours));
        var rsa = await Signing.DetachedAsync(data, Signing.By(keys.Key("rsa2048")));
        byte[] version3 = [3, 5, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 1, 8, 0, 0, 0, 1, 1];
        using var packets = new OctetWriter();
        packets.Packet(PacketType.Marker, "PGP"u8);
        packets.Packet(PacketType.Signature, version3);
        packets.Packet(PacketType.Signature, [77]);
        packets.Packet(PacketType.Signature, [4, 0]);
        packets.Octets(rsa);
        packets.Octets(good);

        var verdict = await Signing.VerifyAsync(data, packets.ToArray(), Signing.With(keys.Ours.Certificate));

        Assert.Equal(
            [
                (SignatureStatus.Unsupported, 0x0102030405060708ul), (SignatureStatus.Unsupported, 0ul), (SignatureStatus.Unsupported, 0ul),
                (SignatureStatus.UnknownSigner, keys.Key("rsa2048").Certificate.Fingerprint.KeyId),
                (SignatureStatus.Good, keys.Ours.Certificate.Subkeys[0].Packet.KeyId),
            ],
            verdict.Signatures.Select(s => (s.Status, s.KeyId)));
    }

    [Fact]
    public async Task Several_signers_sign_and_say_by_which_hash()
    {
        var data = Text(5000);
        var mixed = await PgpSignature.SignDetachedAsync(
            new MemoryStream(data), Signing.By(keys.Ours, keys.Key("nistp521")), CancellationToken.None);
        var verdict = await Signing.VerifyAsync(
            data, mixed.Octets.ToArray(), Signing.With(keys.Ours.Certificate, keys.Key("nistp521").Certificate));

        Assert.Equal([SignatureStatus.Good, SignatureStatus.Good], verdict.Signatures.Select(s => s.Status));
        Assert.Null(mixed.MicAlgorithm);
        var one = await PgpSignature.SignDetachedAsync(new MemoryStream(data), Signing.By(keys.Key("nistp521")), CancellationToken.None);
        Assert.Equal("pgp-sha512", one.MicAlgorithm);
    }

    [Fact]
    public async Task A_changed_octet_anywhere_makes_it_bad()
    {
        var data = Text(300);
        var signature = await Signing.DetachedAsync(data, Signing.By(keys.Ours));
        foreach (var at in new[] { 0, 150, 299 })
        {
            data[at] ^= 1;
            var verdict = await Signing.VerifyAsync(data, signature, Signing.With(keys.Ours.Certificate));
            Assert.Equal(SignatureStatus.Bad, Assert.Single(verdict.Signatures).Status);
            data[at] ^= 1;
        }
    }

    [Fact]
    public async Task What_is_no_list_of_signatures_is_refused()
    {
        var data = Text(10);
        var good = await Signing.DetachedAsync(data, Signing.By(keys.Ours));
        Assert.Equal(PgpError.Truncated, await FailureAsync([]));
        Assert.Equal(PgpError.Truncated, await FailureAsync(good[..^1]));
        Assert.Equal(PgpError.UnexpectedKind, await FailureAsync([.. good, .. keys.Ours.Certificate.ToBytes()]));
        Assert.Equal(PgpError.UnexpectedKind, await FailureAsync(await Signing.InlineAsync(data, Signing.By(keys.Ours))));
        Assert.Equal(PgpError.UnexpectedKind, await FailureAsync(Encoding.ASCII.GetBytes(keys.Ours.Certificate.ToArmor())));
        Assert.Equal(PgpError.LimitExceeded, await FailureAsync([.. Enumerable.Repeat(good, 9).SelectMany(s => s)]));

        async Task<PgpError> FailureAsync(byte[] signatures) =>
            (await Assert.ThrowsAsync<PgpException>(() => Signing.VerifyAsync(data, signatures, Signing.With(keys.Ours.Certificate)))).Error;
    }

    [Fact]
    public async Task What_is_not_UTF_8_is_not_signed_as_text()
    {
        byte[] cut = [.. "caf\u00e9 \u20ac \U0001F512"u8];
        var options = Signing.By(keys.Ours) with { IsText = true };
        await Signing.DetachedAsync(cut, options);
        for (var end = cut.Length - 3; end < cut.Length; end++)
        {
            var failure = await Assert.ThrowsAsync<PgpException>(() => Signing.DetachedAsync(cut[..end], options));
            Assert.Equal(PgpError.NotText, failure.Error);
        }

        // Characters across the pieces in which the data come.
        for (var piece = 1; piece < 5; piece++) await Signing.InlineAsync(cut, options, piece);
        await Assert.ThrowsAsync<PgpException>(() => Signing.InlineAsync([.. cut, 0xFF], options, 1));
        await Assert.ThrowsAsync<PgpException>(() => Signing.InlineAsync([0x80, .. cut], options, 3));
    }

    private static byte[] Text(int size) => [.. Sealing.Plaintext(size).Select((octet, i) => i % 61 == 60 ? (byte)'\n' : (byte)(32 + (octet % 90)))];
}
