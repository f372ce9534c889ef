using System.Text;

namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>Passwords of keys.</summary>
public sealed class PasswordTests(SopFolder folder)
{
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
