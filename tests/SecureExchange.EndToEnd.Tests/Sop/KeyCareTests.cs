namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>What is done with keys and certificates after they were made; <c>sqop</c> 0.27 knows none of it, but works with what came of
/// it, and GnuPG judges it. (That a whole certificate is revoked <c>sqop encrypt</c> doesn't see, whoever revoked it.)</summary>
public sealed class KeyCareTests(SopFolder folder)
{
    [Theory]
    [InlineData("bob.sec")]
    [InlineData("alice.sec")]
    public async Task A_revoked_certificate_is_seen_to_be_by_others(string key)
    {
        var revoked = await folder.KeepAsync("sx", $"revoke-key < {key}");
        Assert.Equal(17, (await folder.TypeAsync("sx", $"encrypt {revoked} < data")).ExitCode);
        Assert.True(await IsRevokedForGpgAsync(revoked));
        Assert.False(await IsRevokedForGpgAsync(key.Replace(".sec", ".cert", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_one_copy_knows_the_merged_one_knows()
    {
        var revoked = await folder.KeepAsync("sx", "revoke-key < carol.sec");
        var merged = await folder.KeepAsync("sx", $"merge-certs {revoked} alice.cert < carol.cert");
        Assert.True(await IsRevokedForGpgAsync(merged));
        Assert.Equal(
            (await folder.TypeAsync("sx", "dearmor < carol.cert")).Output,
            (await folder.TypeAsync("sx", "merge-certs --no-armor carol.cert bob.cert < carol.cert")).Succeeded().Output);
    }

    [Fact]
    public async Task Who_is_certified_is_valid_for_those_who_trust_the_authority()
    {
        string[] validate = ["validate-userid", "Bob <bob@example.org>", "carol.cert"];
        Assert.Equal(107, (await folder.RunAsync(folder.Read("bob.cert"), validate)).ExitCode);

        var certified = (await folder.RunAsync(
            folder.Read("bob.cert"), "certify-userid", "--userid=Bob <bob@example.org>", "carol.sec")).Succeeded().Output;

        var valid = (await folder.RunAsync(certified, validate)).Succeeded();
        Assert.Empty(valid.Output);
        (await folder.RunAsync(certified, "validate-userid", "--addr-spec-only", "bob@EXAMPLE.org", "alice.cert", "carol.cert")).Succeeded();
        Assert.Equal(107, (await folder.RunAsync(certified, "validate-userid", "--addr-spec-only", "bob@EXAMPLE.org", "alice.cert")).ExitCode);
        Assert.Equal(107, (await folder.RunAsync(certified, [validate[0], "--validate-at=2020-01-01T00:00:00Z", .. validate[1..]])).ExitCode);

        // GnuPG checks the certification too.
        var fingerprint = (await folder.Gpg.RunAsync(certified, "--with-colons", "--import-options", "show-only", "--import")).Succeeded().Text
            .Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        (await folder.Gpg.RunAsync(certified, "--import")).Succeeded();
        var checkedByGpg = (await folder.Gpg.RunAsync(null, "--with-colons", "--check-signatures", fingerprint)).Succeeded().Text;
        Assert.Contains(checkedByGpg.Split('\n'), line => line.StartsWith("sig:!:", StringComparison.Ordinal) && line.Contains("Carol", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_expired_key_is_fit_for_use_again_once_it_is_updated()
    {
        var updated = await folder.KeepAsync("sx", "update-key < expired.sec");
        var certificate = await folder.KeepAsync("sqop", $"extract-cert < {updated}");
        var message = await folder.KeepAsync("sqop", $"encrypt {certificate} < data");
        Assert.Equal(folder.Read("data"), (await folder.TypeAsync("sx", $"decrypt {updated} < {message}")).Succeeded().Output);
    }

    [Fact]
    public async Task A_key_stays_locked_while_it_takes_in_what_others_say()
    {
        var certificate = await folder.KeepAsync("sx", "extract-cert < locked.sec");
        var certified = await folder.KeepAsync("sx", $"certify-userid --userid=Locked alice.sec < {certificate}");
        Assert.Equal(67, (await folder.TypeAsync("sx", "update-key < locked.sec")).ExitCode);
        var updated = await folder.KeepAsync("sx", $"update-key --with-key-password=password --merge-certs={certified} < locked.sec");
        Assert.Equal(67, (await folder.TypeAsync("sx", $"sign {updated} < data")).ExitCode);
        (await folder.TypeAsync("sqop", $"sign --with-key-password=password {updated} < data")).Succeeded();
        var extracted = await folder.KeepAsync("sx", $"extract-cert < {updated}");
        (await folder.TypeAsync("sx", $"validate-userid Locked alice.cert < {extracted}")).Succeeded();
    }

    [Fact]
    public async Task A_key_for_signing_alone_stays_that_unless_it_is_updated_without_saying_so()
    {
        var key = await folder.KeepAsync("sx", "generate-key --signing-only Releases");
        (await folder.TypeAsync("sqop", $"sign {key} < data")).Succeeded();
        Assert.Equal(17, await EncryptAsync(key));
        Assert.Equal(17, await EncryptAsync(await folder.KeepAsync("sx", $"update-key --signing-only < {key}")));
        Assert.Equal(17, await EncryptAsync(await folder.KeepAsync("sx", $"update-key --no-added-capabilities < {key}")));
        Assert.Equal(0, await EncryptAsync(await folder.KeepAsync("sx", $"update-key < {key}")));

        async Task<int> EncryptAsync(string to)
        {
            var certificate = await folder.KeepAsync("sqop", $"extract-cert < {to}");
            return (await folder.TypeAsync("sqop", $"encrypt {certificate} < data")).ExitCode;
        }
    }

    private async Task<bool> IsRevokedForGpgAsync(string certificate)
    {
        var shown = await folder.Gpg.RunAsync(folder.Read(certificate), "--with-colons", "--import-options", "show-only", "--import");
        return shown.Succeeded().Text.Split('\n').Single(line => line.StartsWith("pub:", StringComparison.Ordinal)).Split(':')[1] == "r";
    }
}
