using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>What one implementation writes, the other reads: <c>sx sop</c>, Sequoia's <c>sqop</c>, and GnuPG.</summary>
public sealed partial class RoundTripTests(SopFolder folder)
{
    [Theory]
    [InlineData("sx", "alice", "sx", "bob")]
    [InlineData("sx", "bob", "sqop", "alice")]
    [InlineData("sqop", "alice", "sx", "bob")]
    [InlineData("sx", "alice", "sx", "carol")]
    public async Task What_is_signed_and_encrypted_decrypts_and_verifies(string sealing, string signer, string opening, string reader)
    {
        var message = (await folder.TypeAsync(sealing, $"encrypt --sign-with {signer}.sec {reader}.cert < data")).Succeeded().Output;
        var (name, verifications) = (folder.NewName(), folder.NewName());
        folder.Write(name, message);

        var opened = (await folder.TypeAsync(
            opening, $"decrypt --verify-with {signer}.cert --verifications-out {verifications} {reader}.sec < {name}")).Succeeded();

        Assert.Equal(folder.Read("data"), opened.Output);
        Assert.Matches(Verification(), folder.Text(verifications));
    }

    [Theory]
    [InlineData("storage", "storage")]
    [InlineData("communications", "communications")]
    [InlineData("any", "storage")]
    public async Task What_is_encrypted_for_a_purpose_decrypts_with_the_key_for_it(string purpose, string reader)
    {
        var message = (await folder.TypeAsync("sx", $"encrypt --for={purpose} {reader}.cert alice.cert < data")).Succeeded().Output;

        Assert.Equal(folder.Read("data"), (await folder.RunTheirsAsync(message, "decrypt", $"{reader}.sec")).Succeeded().Output);
        Assert.Equal(folder.Read("data"), (await folder.RunAsync(message, "decrypt", "alice.sec")).Succeeded().Output);
    }

    [Theory]
    [InlineData("rfc4880")]
    [InlineData("rfc9580")]
    public async Task A_key_of_nobody_serves_too(string profile)
    {
        var (secret, certificate) = (folder.NewName(), folder.NewName());
        folder.Write(secret, (await folder.TypeAsync("sx", $"generate-key --profile={profile}")).Succeeded().Output);
        folder.Write(certificate, (await folder.TypeAsync("sx", $"extract-cert < {secret}")).Succeeded().Output);
        var readers = profile == "rfc4880" ? new[] { "sx", "sqop" } : ["sx"]; // This sqop reads version 4 only.
        foreach (var reader in readers)
        {
            var message = folder.NewName();
            folder.Write(message, (await folder.TypeAsync("sx", $"encrypt --sign-with {secret} {certificate} < data")).Succeeded().Output);
            Assert.Equal(folder.Read("data"), (await folder.TypeAsync(reader, $"decrypt {secret} < {message}")).Succeeded().Output);
            folder.Write(message, (await folder.TypeAsync(reader, $"encrypt {certificate} < data")).Succeeded().Output);
            Assert.Equal(folder.Read("data"), (await folder.TypeAsync("sx", $"decrypt {secret} < {message}")).Succeeded().Output);
        }
    }

    [Fact]
    public async Task GnuPG_reads_what_is_written_and_writes_what_is_read()
    {
        var message = (await folder.TypeAsync("sx", "encrypt --no-armor --sign-with carol.sec carol.cert < binary")).Succeeded();
        var opened = (await folder.Gpg.DecryptAsync(message.Output)).Succeeded();
        Assert.Equal(folder.Read("binary"), opened.Output);
        Assert.Contains("[GNUPG:] GOODSIG ", opened.Errors, StringComparison.Ordinal);

        await folder.Gpg.ImportAsync(folder.Text("alice.cert"));
        var name = folder.NewName();
        folder.Write(name, await folder.Gpg.EncryptAsync(folder.Read("binary"), "alice@example.org", "carol@example.org"));
        var verifications = folder.NewName();
        var back = await folder.TypeAsync("sx", $"decrypt --verify-with carol.cert --verifications-out {verifications} alice.sec < {name}");
        Assert.Equal(folder.Read("binary"), back.Succeeded().Output);
        Assert.Matches(Verification(), folder.Text(verifications));
    }

    [Fact]
    public async Task Of_an_altered_message_no_plaintext_comes_out()
    {
        var message = (await folder.TypeAsync("sx", "encrypt --no-armor alice.cert < data")).Succeeded().Output;
        message[^30] ^= 1;

        var result = await folder.RunAsync(message, "decrypt", "alice.sec");

        Assert.Equal(29, result.ExitCode);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("--verify-not-after=2020-01-01T00:00:00Z", false)]
    [InlineData("--verify-not-before=now", false)]
    [InlineData("--verify-not-before=2020-01-01T00:00:00Z", true)]
    [InlineData("--verify-not-after=-", true)]
    public async Task A_signature_counts_only_if_it_was_made_in_time(string bound, bool counts)
    {
        var message = (await folder.TypeAsync("sqop", "encrypt --sign-with bob.sec alice.cert < data")).Succeeded().Output;
        await Task.Delay(TimeSpan.FromSeconds(1.1)); // Signatures know whole seconds.
        var verifications = folder.NewName();

        var result = await folder.RunAsync(
            message, "decrypt", "--verify-with=bob.cert", $"--verifications-out={verifications}", bound, "alice.sec");

        Assert.Equal(folder.Read("data"), result.Succeeded().Output);
        Assert.Equal(counts, Verification().IsMatch(folder.Text(verifications)));
        Assert.Equal(!counts, folder.Text(verifications).Length == 0);
    }

    [Fact]
    public async Task Keys_come_from_the_environment_and_from_file_descriptors_too()
    {
        var environment = new Dictionary<string, string> { ["SOP_CERT"] = folder.Text("alice.cert") };
        var message = (await Peer.RunAsync(
            "dotnet", [BuiltProgram.Cli, "sop", "encrypt", "@ENV:SOP_CERT"], "secret"u8.ToArray(), environment: environment)).Succeeded();

        // A shell hands a file on as descriptor 7, and takes the verifications at 8.
        var line = $"dotnet '{BuiltProgram.Cli}' sop decrypt --verify-with bob.cert --verifications-out @FD:8 @FD:7 7< alice.sec 8> seen-at-8";
        var opened = await Peer.RunAsync("bash", ["-c", line], message.Output, folder.PathOf("."));

        Assert.Equal("secret", opened.Succeeded().Text);
        Assert.Empty(folder.Text("seen-at-8"));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("encrypt --help")]
    [InlineData("decrypt --debug -h")]
    public async Task Help_goes_to_stdout(string line)
    {
        var result = (await folder.TypeAsync("sx", line)).Succeeded();
        Assert.StartsWith("usage: sx sop ", result.Text, StringComparison.Ordinal);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Every_subcommand_of_the_help_is_there()
    {
        var help = Encoding.UTF8.GetString((await folder.TypeAsync("sx", "--help")).Succeeded().Output);
        var listed = Subcommand().Matches(help).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(listed);
        var answers = await Task.WhenAll(listed.Select(name => folder.TypeAsync("sx", $"{name} --help")));
        Assert.All(listed.Zip(answers), pair => Assert.StartsWith($"usage: sx sop {pair.First}", pair.Second.Succeeded().Text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [0-9A-F]{40}([0-9A-F]{24})? [0-9A-F]{40}([0-9A-F]{24})?( .*)?$", RegexOptions.Multiline)]
    private static partial Regex Verification();

    [GeneratedRegex(@"^  ([a-z]+(?:-[a-z]+)*)  ", RegexOptions.Multiline)]
    private static partial Regex Subcommand();
}
