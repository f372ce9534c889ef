using SecureExchange.Access;
using SecureExchange.Gateway.Keys;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Keys;

public class KeyRingTests
{
    private static readonly DateTimeOffset s_now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void New_key_files_are_for_their_owner_only()
    {
        using var folder = new TempFolder();
        using (Open(folder, isNew: true))
        {
            foreach (var file in Directory.GetFiles(folder.File("keys")))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void The_same_folder_gives_the_same_keys()
    {
        using var folder = new TempFolder();
        using var first = Open(folder, isNew: true);
        using var second = Open(folder, isNew: false);
        Assert.Equal(first.GatewayKey.Certificate.Fingerprint, second.GatewayKey.Certificate.Fingerprint);
        using var signer = first.LogSigner("a/b");
        using var again = second.LogSigner("a/b");
        using var other = second.LogSigner("a/c");
        Assert.Equal(signer.Verifier.ToString(), again.Verifier.ToString());
        Assert.NotEqual(signer.Verifier.KeyId, other.Verifier.KeyId);
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_refused()
    {
        using var folder = new TempFolder();
        Open(folder, isNew: true).Dispose();
        File.SetUnixFileMode(folder.File("keys/root.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal(KeyError.Readable, Assert.Throws<KeyException>(() => Open(folder, isNew: false)).Error);
    }

    [Theory]
    [InlineData("root.key")]
    [InlineData("gateway.openpgp")]
    public void A_lost_key_file_is_no_fresh_start(string name)
    {
        using var folder = new TempFolder();
        Open(folder, isNew: true).Dispose();
        File.Delete(folder.File($"keys/{name}"));
        Assert.Equal(KeyError.Missing, Assert.Throws<KeyException>(() => Open(folder, isNew: false)).Error);
    }

    [Fact]
    public void Another_root_key_opens_nothing()
    {
        using var folder = new TempFolder();
        Open(folder, isNew: true).Dispose();
        var root = File.ReadAllBytes(folder.File("keys/root.key"));
        root[0] ^= 1;
        File.WriteAllBytes(folder.File("keys/root.key"), root);
        Assert.Equal(KeyError.WrongKey, Assert.Throws<KeyException>(() => Open(folder, isNew: false)).Error);
    }

    [Fact]
    public void An_agreements_key_does_not_open_as_another_agreements()
    {
        using var folder = new TempFolder();
        using var keys = Open(folder, isNew: true);
        Assert.True(AgreementId.TryParse("client.one", out var one));
        Assert.True(AgreementId.TryParse("client.two", out var two));
        var wrapped = keys.NewAgreementKey(one);
        keys.OpenAgreementKey(one, wrapped).Dispose();
        Assert.Equal(KeyError.WrongKey, Assert.Throws<KeyException>(() => keys.OpenAgreementKey(two, wrapped)).Error);
    }

    [Fact]
    public void Agreements_of_one_client_share_the_keys_of_scope_client_and_no_others()
    {
        using var folder = new TempFolder();
        using var keys = Open(folder, isNew: true);
        string Mask(string id)
        {
            Assert.True(AgreementId.TryParse(id, out var agreement));
            using var key = keys.OpenAgreementKey(agreement, keys.NewAgreementKey(agreement));
            using var masking = key.MaskingKeys();
            using var masker = new Masker(MaskingProfile.Parse("profile: p\nversion: 1\nformat: csv\nfields:\n  a: { transform: tokenise, scope: client }\n  b: { transform: tokenise }\n"u8), masking);
            var masked = new System.Buffers.ArrayBufferWriter<byte>();
            masker.Mask("a,b\nAda,Ada\n"u8, masked);
            masker.Complete(masked);
            return System.Text.Encoding.UTF8.GetString(masked.WrittenSpan);
        }

        var (one, two, other) = (Mask("client.one"), Mask("client.two"), Mask("another.one"));
        Assert.Equal(one.Split(',')[1], two.Split(',')[1]);
        Assert.NotEqual(one.Split(',')[2], two.Split(',')[2]);
        Assert.NotEqual(one.Split(',')[1], other.Split(',')[1]);
    }

    [Fact]
    public void A_transfers_data_key_does_not_open_as_another_transfers()
    {
        using var folder = new TempFolder();
        using var keys = Open(folder, isNew: true);
        Assert.True(AgreementId.TryParse("client.one", out var one));
        using var agreement = keys.OpenAgreementKey(one, keys.NewAgreementKey(one));
        var (id, other) = (TransferId.New(), TransferId.New());
        var (key, wrapped) = agreement.NewDataKey(id);
        using (key)
        {
            using var again = agreement.OpenDataKey(id, wrapped);
            Assert.Equal("claims.csv", again.OpenText(key.SealText("claims.csv", "name"), "name"));
            Assert.Throws<KeyException>(() => agreement.OpenDataKey(other, wrapped));
        }
    }

    [Fact]
    public void Secrets_do_not_print()
    {
        using var secret = SecretBytes.Random(32);
        Assert.Equal("[secret]", secret.ToString());
        Assert.Equal("[secret]", $"{secret}");
    }

    private static KeyRing Open(TempFolder folder, bool isNew) => KeyRing.Open(folder.File("keys"), "test <gateway@test.example>", isNew, s_now);
}
