using System.Text;

namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>Signatures without encryption: what <c>sx sop</c> signs Sequoia's <c>sqop</c> verifies, and the other way round.</summary>
public sealed class SignatureTests(SopFolder folder)
{
    [Theory]
    [InlineData("sx", "alice", "sqop", "binary")]
    [InlineData("sx", "bob", "sqop", "text")]
    [InlineData("sqop", "bob", "sx", "binary")]
    [InlineData("sqop", "alice", "sx", "text")]
    public async Task A_detached_signature_verifies(string signing, string signer, string verifying, string form)
    {
        var signature = await folder.KeepAsync(signing, $"sign --as={form} {signer}.sec < data");

        var verified = (await folder.TypeAsync(verifying, $"verify {signature} {signer}.cert < data")).Succeeded();
        Assert.Contains(Fingerprint(await folder.TypeAsync("sx", $"verify {signature} {signer}.cert < data")), verified.Text, StringComparison.Ordinal);

        var refused = await folder.TypeAsync("sx", $"verify {signature} carol.cert {signer}.cert < binary");
        Assert.Equal(3, refused.ExitCode);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [InlineData("sx", "sqop", "binary")]
    [InlineData("sx", "sqop", "text")]
    [InlineData("sx", "sqop", "clearsigned")]
    [InlineData("sqop", "sx", "binary")]
    [InlineData("sqop", "sx", "text")]
    [InlineData("sqop", "sx", "clearsigned")]
    public async Task A_signed_message_verifies_and_gives_its_data(string signing, string verifying, string form)
    {
        var message = await folder.KeepAsync(signing, $"inline-sign --as={form} alice.sec < data");
        var verifications = folder.NewName();

        var verified = (await folder.TypeAsync(
            verifying, $"inline-verify --verifications-out {verifications} alice.cert < {message}")).Succeeded();

        // Nobody's signature covers the end of a clear text's last line.
        Assert.Equal(folder.Text("data").TrimEnd('\n'), verified.Text.TrimEnd('\n'));
        Assert.NotEmpty(folder.Text(verifications));
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("clearsigned")]
    public async Task Of_a_message_without_a_good_signature_no_data_come_out(string form)
    {
        var message = await folder.KeepAsync("sx", $"inline-sign --as={form} alice.sec < data");
        var verifications = folder.NewName();
        var result = await folder.TypeAsync("sx", $"inline-verify --verifications-out {verifications} bob.cert < {message}");
        Assert.Equal(3, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.False(File.Exists(folder.PathOf(verifications)));
    }

    [Theory]
    [InlineData("sx", "binary", "sqop")]
    [InlineData("sqop", "binary", "sx")]
    [InlineData("sx", "clearsigned", "sqop")] // Not the other way: what sqop 0.27 takes out of a clear text, it can't verify either.
    public async Task Signatures_that_were_taken_out_of_a_message_fit_its_data(string detaching, string form, string verifying)
    {
        var message = await folder.KeepAsync(verifying, $"inline-sign --as={form} bob.sec < data");
        var signatures = folder.NewName();
        var data = await folder.KeepAsync(detaching, $"inline-detach --signatures-out {signatures} < {message}");
        (await folder.TypeAsync(verifying, $"verify {signatures} bob.cert < {data}")).Succeeded();
    }

    [Fact]
    public async Task The_hash_is_named_as_a_signed_mail_needs_it()
    {
        var micalg = folder.NewName();
        (await folder.TypeAsync("sx", $"sign --no-armor --micalg-out {micalg} alice.sec < data")).Succeeded();
        Assert.Matches("^pgp-sha(256|384|512)\n$", folder.Text(micalg));
    }

    [Theory]
    [InlineData("alice.cert", "PUBLIC KEY BLOCK")]
    [InlineData("alice.sec", "PRIVATE KEY BLOCK")]
    [InlineData("to-alice", "MESSAGE")]
    public async Task Armor_comes_off_and_goes_on_again(string name, string label)
    {
        var octets = await folder.KeepAsync("sx", $"dearmor < {name}");
        Assert.Equal((await folder.TypeAsync("sqop", $"dearmor < {name}")).Output, folder.Read(octets));
        Assert.Equal(folder.Read(octets), (await folder.TypeAsync("sx", $"dearmor < {octets}")).Succeeded().Output);
        var armored = await folder.KeepAsync("sx", $"armor < {octets}");
        Assert.StartsWith($"-----BEGIN PGP {label}-----\n", folder.Text(armored), StringComparison.Ordinal);
        Assert.Equal(folder.Read(octets), (await folder.TypeAsync("sqop", $"dearmor < {armored}")).Succeeded().Output);
        Assert.Equal(folder.Read(armored), (await folder.TypeAsync("sx", $"armor < {armored}")).Succeeded().Output);
    }

    [Fact]
    public async Task Several_keys_sign_and_several_certificates_stand_in_one_file()
    {
        folder.Write("all.cert", [.. folder.Read("carol.cert"), .. folder.Read("alice.cert"), .. folder.Read("bob.cert")]);
        var signatures = await folder.KeepAsync("sx", "sign alice.sec bob.sec < data");
        var verified = (await folder.TypeAsync("sx", $"verify {signatures} all.cert < data")).Succeeded();
        Assert.Equal(2, verified.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_version_is_passed_over_by_who_verifies()
    {
        var signature = await folder.KeepAsync("sx", "sign bob.sec < data");
        (await folder.TypeAsync("sx", $"verify {signature} future.cert < data")).Succeeded();
    }

    private static string Fingerprint(SecureExchange.Testing.PeerResult verified) =>
        Encoding.UTF8.GetString(verified.Succeeded().Output).Split(' ')[1];
}
