using System.Text;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class CleartextTests(GpgKeys keys)
{
    public static TheoryData<string> Texts =>
    [
        "", "\n", "\n\n", "hello", "hello\n", "hello\n\n", "windows\r\nlines\r\n", "- dashes\n-----BEGIN PGP SIGNATURE-----\n--\n-\n",
        "From me\n from you\n", "white space \t \nand\t\n", "caf\u00e9 \u20ac\n", new string('x', 15_000) + "\n",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Gpg_sqop_and_we_read_each_other(string text)
    {
        using var folder = new TempFolder();
        var fingerprint = keys.Ours.Certificate.Fingerprint.ToString();
        await File.WriteAllTextAsync(folder.File("key"), keys.Ours.ToArmor());
        await File.WriteAllTextAsync(folder.File("certificate"), keys.Ours.Certificate.ToArmor());
        var data = Encoding.UTF8.GetBytes(text);
        var options = Signing.With(keys.Ours.Certificate);

        // What everybody gives back: without white space at the lines' ends, with a line end at the end.
        var shown = Encoding.UTF8.GetBytes(Shown(text));

        var ours = await Signing.CleartextAsync(data, Signing.By(keys.Ours), piece: 7);
        var (own, ownVerdict) = await Signing.OpenAsync(ours, options, piece: 5);
        Assert.True(ownVerdict.IsSigned);
        Assert.Equal(shown, own);
        var gpg = await keys.Gpg.RunAsync(ours, "--status-fd", "2", "--decrypt");
        Assert.Matches($"VALIDSIG .*{fingerprint}", gpg.Errors);
        (await Peer.RunAsync("sqop", ["inline-verify", folder.File("certificate")], ours)).Succeeded();

        var gpgs = (await keys.Gpg.RunAsync(data, "--local-user", fingerprint, "--clearsign")).Succeeded().Output;
        var sqops = (await Peer.RunAsync("sqop", ["inline-sign", "--as=clearsigned", folder.File("key")], data)).Succeeded().Output;
        foreach (var theirs in new[] { gpgs, sqops })
        {
            var (opened, verdict) = await Signing.OpenAsync(theirs, options);
            var result = Assert.Single(verdict.Signatures);
            Assert.Equal(SignatureStatus.Good, result.Status);
            Assert.Equal((SignatureForm.Cleartext, true), (result.Extent!.Form, result.Extent.IsText));
            if (text.Length > 0) Assert.Equal(shown, opened);
        }
    }

    [Fact]
    public async Task Several_signers_sign_the_same_text()
    {
        var message = await Signing.CleartextAsync("text\n"u8.ToArray(), Signing.By(keys.Ours, keys.Key("nistp521")));

        var (_, verdict) = await Signing.OpenAsync(message, Signing.With(keys.Ours.Certificate, keys.Key("nistp521").Certificate));
        var gpg = (await keys.Gpg.DecryptAsync(message)).Succeeded();

        Assert.Equal([SignatureStatus.Good, SignatureStatus.Good], verdict.Signatures.Select(s => s.Status));
        Assert.Equal(2, gpg.Errors.Split("VALIDSIG").Length - 1);
        Assert.StartsWith("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256, SHA512\n\n", Encoding.ASCII.GetString(message), StringComparison.Ordinal);
    }

    /// <summary>What another reader may show as signed and that isn't.</summary>
    [Theory]
    [InlineData("^", "text before\n", PgpError.MalformedArmor)]
    [InlineData("$", "text after\n", PgpError.TrailingData)]
    [InlineData("Hash: SHA256\n", "Hash: SHA256\nComment: signed too\n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n", "Hash: SHA256, pay 100\n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n", "Hash: PAY-100\n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n", "Hash: SHA256 \n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n", "Hash: SHA256\n \t\npay 100\n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n", "Hash: SHA256\n\f\npay 100\n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n", "Hash:\n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n", "Version: 1\n", PgpError.MalformedArmor)]
    [InlineData("Hash: SHA256\n\n", "Hash: SHA256\n", PgpError.MalformedArmor)]
    [InlineData("MESSAGE-----\n", "MESSAGE-----\vpay 100\n", PgpError.MalformedArmor)]
    [InlineData("line two", "-line two", PgpError.MalformedArmor)]
    [InlineData("line two", "-----BEGIN PGP SIGNED MESSAGE-----", PgpError.MalformedArmor)]
    [InlineData("line two\n", "-----BEGIN PGP SIGNATURE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP SIGNATURE-----\n", "-----BEGIN PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----END PGP SIGNATURE-----\n", "", PgpError.Truncated)]
    [InlineData("line two\n-----BEGIN PGP SIGNATURE-----", "line two", PgpError.MalformedArmor)]
    public async Task Text_that_is_not_covered_is_refused(string what, string with, PgpError expected)
    {
        var message = Encoding.ASCII.GetString(await Signing.CleartextAsync("line one\nline two\n"u8.ToArray(), Signing.By(keys.Ours)));
        var altered = what switch { "^" => with + message, "$" => message + with, _ => message.Replace(what, with, StringComparison.Ordinal) };

        Assert.NotEqual(message, altered);
        Assert.Null(await Signing.FailureAsync(Encoding.ASCII.GetBytes(message), Signing.With(keys.Ours.Certificate)));
        Assert.Equal(expected, (await Signing.FailureAsync(Encoding.ASCII.GetBytes(altered), Signing.With(keys.Ours.Certificate)))?.Error);
    }

    [Theory]
    [InlineData("Hash: SHA256\n", "")]
    [InlineData("Hash: SHA256\n", "Hash: SHA1\nHash: SHA512,MD5\n")]
    [InlineData("\n", "\r\n")]
    [InlineData("line two\n", "line two \t \r\n")]
    [InlineData("line two\n", "- line two\n")]
    [InlineData("^", "\n\n")]
    [InlineData("$", "\n \n")]
    public async Task What_means_nothing_changes_nothing(string what, string with)
    {
        var message = Encoding.ASCII.GetString(await Signing.CleartextAsync("line one\nline two\n"u8.ToArray(), Signing.By(keys.Ours)));
        var altered = what switch { "^" => with + message, "$" => message + with, _ => message.Replace(what, with, StringComparison.Ordinal) };

        Assert.NotEqual(message, altered);
        Assert.True((await Signing.OpenAsync(Encoding.ASCII.GetBytes(altered), Signing.With(keys.Ours.Certificate))).Verdict.IsSigned);
    }

    [Theory]
    [InlineData("line one", "line 0ne")]
    [InlineData("line one\n", "line one\n\n")]
    [InlineData("line two\n", "line two\n\n")]
    [InlineData("line two", " line two")]
    public async Task Any_other_change_makes_it_bad(string what, string with)
    {
        var message = Encoding.ASCII.GetString(await Signing.CleartextAsync("line one\nline two\n"u8.ToArray(), Signing.By(keys.Ours)));
        var altered = Encoding.ASCII.GetBytes(message.Replace(what, with, StringComparison.Ordinal));

        var (_, verdict) = await Signing.OpenAsync(altered, Signing.With(keys.Ours.Certificate));

        Assert.Equal(SignatureStatus.Bad, Assert.Single(verdict.Signatures).Status);
    }

    [Fact]
    public async Task A_signature_over_octets_does_not_serve_a_cleartext()
    {
        var armored = await Signing.DetachedAsync("text"u8.ToArray(), Signing.By(keys.Ours) with { Armor = true });
        byte[] message = [.. "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n"u8, .. armored];

        var (_, verdict) = await Signing.OpenAsync(message, Signing.With(keys.Ours.Certificate));

        Assert.Equal(SignatureStatus.Unsupported, Assert.Single(verdict.Signatures).Status);
    }

    [Fact]
    public async Task A_long_text_meets_its_limit()
    {
        var limits = new PgpLimits { MaxCleartext = 1000 };
        var message = await Signing.CleartextAsync(new byte[1001], Signing.By(keys.Ours));
        Assert.Equal(PgpError.LimitExceeded, (await Signing.FailureAsync(message, Signing.With() with { Limits = limits }))?.Error);
        var failure = await Assert.ThrowsAsync<PgpException>(() => Signing.CleartextAsync(new byte[1001], Signing.By(keys.Ours) with { Limits = limits }));
        Assert.Equal(PgpError.LimitExceeded, failure.Error);
    }

    private static string Shown(string text)
    {
        if (text.Length == 0) return "";
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        return string.Concat(lines.Select(line => line.TrimEnd(' ', '\t', '\r') + (line.EndsWith('\r') ? "\r\n" : "\n")));
    }
}
