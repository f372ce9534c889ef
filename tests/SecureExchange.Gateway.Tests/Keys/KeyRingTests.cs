using Dapper;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Gateway.Tests.Keys;

public class KeyRingTests
{
    [Fact]
    public async Task New_key_files_are_for_their_owner_only()
    {
        using var folder = new KeyFolder();
        using (await folder.OpenAsync())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("root.key")));
    }

    [Fact]
    public async Task The_same_folder_gives_the_same_keys()
    {
        using var folder = new KeyFolder();
        using var first = await folder.OpenAsync();
        var agreement = await folder.AgreeAsync(first, "client.one");
        using var second = await folder.OpenAsync();
        Assert.Equal(first.GatewayKey.Certificate.Fingerprint, second.GatewayKey.Certificate.Fingerprint);
        using var signer = await first.LogKeysAsync(LogName.Of(agreement), default);
        using var again = await second.LogKeysAsync(LogName.Of(agreement), default);
        using var other = await second.LogKeysAsync(LogName.Gateway, default);
        Assert.Equal(signer.Signer.Verifier.ToString(), again.Signer.Verifier.ToString());
        Assert.NotEqual(signer.Signer.Verifier.KeyId, other.Signer.Verifier.KeyId);
    }

    [Fact]
    public async Task A_key_file_that_others_may_read_is_refused()
    {
        using var folder = new KeyFolder();
        (await folder.OpenAsync()).Dispose();
        File.SetUnixFileMode(folder.File("root.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal(KeyError.Readable, await folder.RefusalAsync());
    }

    [Fact]
    public async Task A_lost_key_file_is_no_fresh_start()
    {
        using var folder = new KeyFolder();
        (await folder.OpenAsync()).Dispose();
        File.Delete(folder.File("root.key"));
        Assert.Equal(KeyError.Missing, await folder.RefusalAsync());
        Assert.False(File.Exists(folder.File("root.key")));
    }

    [Fact]
    public async Task A_first_start_that_got_no_further_than_its_key_file_is_made_again()
    {
        using var folder = new KeyFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File("root.key"))!);
        File.WriteAllBytes(folder.File("root.key"), new byte[32]);
        (await folder.OpenAsync()).Dispose();
        Assert.NotEqual(new byte[32], File.ReadAllBytes(folder.File("root.key")));
    }

    [Fact]
    public async Task Another_root_key_opens_nothing()
    {
        using var folder = new KeyFolder();
        (await folder.OpenAsync()).Dispose();
        var root = File.ReadAllBytes(folder.File("root.key"));
        root[0] ^= 1;
        File.WriteAllBytes(folder.File("root.key"), root);
        Assert.Equal(KeyError.WrongKey, await folder.RefusalAsync());
    }

    [Theory]
    [InlineData("UPDATE secret SET wrapped = (SELECT wrapped FROM secret WHERE purpose = 'agreement/client.one') WHERE purpose = 'agreement/client.two'")]
    [InlineData("UPDATE secret SET epoch = 2 WHERE purpose = 'agreement/client.two'")]
    public async Task An_agreements_key_does_not_open_as_another_agreements_or_of_another_epoch(string move)
    {
        using var folder = new KeyFolder();
        using var keys = await folder.OpenAsync();
        await folder.AgreeAsync(keys, "client.one");
        var two = await folder.AgreeAsync(keys, "client.two");
        (await keys.OpenAgreementKeyAsync(two, default)).Dispose();
        await using (var connection = await folder.Database.ConnectAsync(default)) await connection.ExecuteAsync(move);
        Assert.Equal(KeyError.WrongKey, (await Assert.ThrowsAsync<KeyException>(() => keys.OpenAgreementKeyAsync(two, default))).Error);
    }

    [Fact]
    public async Task Agreements_of_one_client_share_the_keys_of_scope_client_and_no_others()
    {
        using var folder = new KeyFolder();
        using var keys = await folder.OpenAsync();
        async Task<string[]> MaskAsync(string id)
        {
            using var key = await keys.OpenAgreementKeyAsync(await folder.AgreeAsync(keys, id), default);
            using var masking = key.MaskingKeys(1);
            using var masker = new Masker(MaskingProfile.Parse("profile: p\nversion: 1\nformat: csv\nfields:\n  a: { transform: tokenise, scope: client }\n  b: { transform: tokenise }\n"u8), masking);
            var masked = new System.Buffers.ArrayBufferWriter<byte>();
            masker.Mask("a,b\nAda,Ada\n"u8, masked);
            masker.Complete(masked);
            return System.Text.Encoding.UTF8.GetString(masked.WrittenSpan).Split(',');
        }

        var (one, two, other) = (await MaskAsync("client.one"), await MaskAsync("client.two"), await MaskAsync("another.one"));
        Assert.Equal(one[1], two[1]);
        Assert.NotEqual(one[2], two[2]);
        Assert.NotEqual(one[1], other[1]);
    }

    [Fact]
    public async Task A_transfers_data_key_does_not_open_as_another_transfers()
    {
        using var folder = new KeyFolder();
        using var keys = await folder.OpenAsync();
        using var agreement = await keys.OpenAgreementKeyAsync(await folder.AgreeAsync(keys, "client.one"), default);
        var (id, other) = (TransferId.New(), TransferId.New());
        var (key, wrapped) = agreement.NewDataKey(id);
        using (key)
        {
            using var again = agreement.OpenDataKey(id, wrapped, 1);
            Assert.Equal("claims.csv", again.OpenText(key.SealText("claims.csv", "name"), "name"));
            Assert.Throws<KeyException>(() => agreement.OpenDataKey(other, wrapped, 1));
        }
    }

    [Fact]
    public void Secrets_do_not_print()
    {
        using var secret = SecretBytes.Random(32);
        Assert.Equal("[secret]", secret.ToString());
        Assert.Equal("[secret]", $"{secret}");
    }
}
