using System.Text;

namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>Passwords, of messages and of keys, and session keys.</summary>
public sealed class PasswordTests(SopFolder folder)
{
    [Theory]
    [InlineData("sx", "sqop", "")]
    [InlineData("sqop", "sx", "")]
    [InlineData("sx", "sx", "--profile=rfc9580")]
    public async Task A_password_opens_what_was_encrypted_with_it(string sealing, string opening, string option)
    {
        folder.Write("with-line-end", "correct horse \u00e4\u20ac \r\n"u8); // As an editor leaves it.
        folder.Write("wrong", "battery staple"u8);
        var written = sealing == "sx" ? "with-line-end" : "password";
        var message = await folder.KeepAsync(sealing, $"encrypt {option} --with-password {written} < data");

        Assert.Equal(folder.Read("data"), (await folder.TypeAsync(opening, $"decrypt --with-password password < {message}")).Succeeded().Output);
        Assert.Equal(
            folder.Read("data"),
            (await folder.TypeAsync("sx", $"decrypt --with-password wrong --with-password with-line-end < {message}")).Succeeded().Output);
        var refused = await folder.TypeAsync("sx", $"decrypt --with-password wrong < {message}");
        Assert.Equal(29, refused.ExitCode);
        Assert.Empty(refused.Output);
    }

    [Fact]
    public async Task GnuPG_and_a_password_go_both_ways()
    {
        folder.Write("gpg-password", "hunter2\n"u8);
        var theirs = (await folder.Gpg.RunAsync(folder.Read("data"), "--passphrase", "hunter2", "--symmetric")).Succeeded().Output;
        Assert.Equal(folder.Read("data"), (await folder.RunAsync(theirs, "decrypt", "--with-password", "gpg-password")).Succeeded().Output);
        var ours = (await folder.TypeAsync("sx", "encrypt --with-password gpg-password < data")).Succeeded().Output;
        Assert.Equal(folder.Read("data"), (await folder.Gpg.RunAsync(ours, "--passphrase", "hunter2", "--decrypt")).Succeeded().Output);
    }

    [Fact]
    public async Task A_password_in_the_environment_needs_not_be_text()
    {
        folder.Write("latin-1", [(byte)'h', 0xFC, (byte)'h', 0xFF]);
        var message = folder.NewName();
        folder.Write(message, (await folder.Gpg.RunAsync(
            folder.Read("data"), "--passphrase-file", folder.PathOf("latin-1"), "--symmetric")).Succeeded().Output);
        var line = $@"SOP_LATIN=$'h\xfch\xff' {SopFolder.Sx} decrypt --with-password @ENV:SOP_LATIN < {message}";
        Assert.Equal(folder.Read("data"), (await folder.ShellAsync(line)).Succeeded().Output);
    }

    [Theory]
    [InlineData("sx", "sqop")]
    [InlineData("sqop", "sx")]
    public async Task A_session_key_that_one_writes_opens_the_message_for_the_other(string writing, string opening)
    {
        var sessionKey = folder.NewName();
        (await folder.TypeAsync(writing, $"decrypt --session-key-out {sessionKey} alice.sec < to-alice")).Succeeded();
        Assert.Matches("^9:[0-9A-F]{64}\n?$", folder.Text(sessionKey));
        Assert.Equal(folder.Read("data"), (await folder.TypeAsync(opening, $"decrypt --with-session-key {sessionKey} < to-alice")).Succeeded().Output);
    }

    [Fact]
    public async Task The_session_key_of_what_is_encrypted_is_the_one_that_decrypts_it()
    {
        var (written, read) = (folder.NewName(), folder.NewName());
        var message = await folder.KeepAsync("sx", $"encrypt --session-key-out {written} bob.cert < data");
        (await folder.TypeAsync("sqop", $"decrypt --session-key-out {read} bob.sec < {message}")).Succeeded();
        Assert.Equal(folder.Text(read).Trim(), folder.Text(written).Trim());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.PathOf(written)));
    }

    [Theory]
    [InlineData("sx", "sqop")]
    [InlineData("sqop", "sx")]
    public async Task A_key_that_was_made_under_a_password_works_with_it(string making, string using_)
    {
        folder.Write("key-password", Encoding.UTF8.GetBytes("tr0ub4dor"));
        var key = await folder.KeepAsync(making, "generate-key --with-key-password=key-password Dave");
        var certificate = await folder.KeepAsync("sx", $"extract-cert < {key}");
        var message = await folder.KeepAsync(using_, $"encrypt --sign-with={key} --with-key-password=key-password {certificate} < data");
        var verifications = folder.NewName();
        var line = $"decrypt --verify-with={certificate} --verifications-out={verifications} --with-key-password=key-password {key} < {message}";
        Assert.Equal(folder.Read("data"), (await folder.TypeAsync(using_, line)).Succeeded().Output);
        Assert.NotEmpty(folder.Text(verifications));

        Assert.Equal(67, (await folder.TypeAsync("sx", $"decrypt {key} < {message}")).ExitCode);
        Assert.Equal(67, (await folder.TypeAsync("sx", $"sign {key} < data")).ExitCode);
    }

    [Fact]
    public async Task A_keys_password_is_changed_and_taken_off()
    {
        folder.Write("old", "old one\n"u8);
        folder.Write("new", "new one\n"u8);
        var locked = await folder.KeepAsync("sx", "change-key-password --new-key-password=old < alice.sec");
        var changed = await folder.KeepAsync("sx", $"change-key-password --old-key-password=old --new-key-password=new < {locked}");
        (await folder.TypeAsync("sqop", $"decrypt --with-key-password=new {changed} < to-alice")).Succeeded();
        Assert.NotEqual(0, (await folder.TypeAsync("sqop", $"decrypt --with-key-password=old {changed} < to-alice")).ExitCode);
        Assert.Equal(67, (await folder.TypeAsync("sx", $"change-key-password --old-key-password=old < {changed}")).ExitCode);
        var open = await folder.KeepAsync("sx", $"change-key-password --old-key-password=new < {changed}");
        Assert.Equal(folder.Read("alice.sec"), folder.Read(open));
    }

    [Fact]
    public async Task A_version_6_key_opens_what_is_sealed_in_authenticated_chunks()
    {
        var key = await folder.KeepAsync("sx", "generate-key --profile=rfc9580");
        var certificate = await folder.KeepAsync("sx", $"extract-cert < {key}");
        var verifications = folder.NewName();
        var message = await folder.KeepAsync("sx", $"encrypt --profile=security --sign-with={key} {certificate} < data");
        var opened = await folder.TypeAsync("sx", $"decrypt --verify-with={certificate} --verifications-out={verifications} {key} < {message}");
        Assert.Equal(folder.Read("data"), opened.Succeeded().Output);
        Assert.Matches("^[^ ]+ [0-9A-F]{64} [0-9A-F]{64} mode:binary\n$", folder.Text(verifications));
    }
}
