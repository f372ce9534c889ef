using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Sequoia, through <c>sq</c> and the Stateless OpenPGP interface of <c>sqop</c>.</summary>
public sealed class SequoiaInteropTests
{
    private static readonly int[] s_sizes = [0, 1, 511, 512, 513, 65_535, 65_536, 300_000];

    [Theory]
    [InlineData("cv25519", "none")]
    [InlineData("cv25519", "pad")]
    [InlineData("cv25519", "zip")]
    [InlineData("rsa3k", "zlib")]
    public async Task We_read_what_sq_seals(string suite, string compression)
    {
        using var folder = new TempFolder();
        using var key = await GenerateAsync(folder, suite);
        await File.WriteAllBytesAsync(folder.File("cert.pgp"), key.Certificate.ToBytes());
        foreach (var size in s_sizes)
        {
            var plaintext = Sealing.Plaintext(size);
            var message = (await Peer.RunAsync(
                "sq",
                ["encrypt", "--compression", compression, "--signer-key", folder.File("key.pgp"), "--recipient-cert", folder.File("cert.pgp")],
                plaintext)).Succeeded().Output;

            var (opened, verified) = await Sealing.OpenAsync(message, key, key.Certificate);

            Assert.Equal(plaintext, opened);
            Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
        }
    }

    [Theory]
    [InlineData("cv25519")]
    [InlineData("rsa3k")]
    public async Task Sq_reads_what_we_seal(string suite)
    {
        using var folder = new TempFolder();
        using var key = await GenerateAsync(folder, suite);
        await File.WriteAllBytesAsync(folder.File("cert.pgp"), key.Certificate.ToBytes());
        foreach (var size in s_sizes)
        {
            var plaintext = Sealing.Plaintext(size);
            var message = await Sealing.SealAsync(plaintext, key.Certificate, key, armor: size % 2 == 0);

            var result = (await Peer.RunAsync(
                "sq", ["decrypt", "--recipient-key", folder.File("key.pgp"), "--signer-cert", folder.File("cert.pgp"), "--signatures", "1"],
                message)).Succeeded();

            Assert.Equal(plaintext, result.Output);
        }
    }

    [Fact]
    public async Task Our_keys_serve_sqop_both_ways()
    {
        using var folder = new TempFolder();
        using var key = SecretKey.Generate("Ours <ours@example.org>", Clock.Now.AddMinutes(-1), TimeSpan.FromDays(30));
        await File.WriteAllTextAsync(folder.File("key.asc"), key.ToArmor());
        await File.WriteAllTextAsync(folder.File("cert.asc"), key.Certificate.ToArmor());
        var plaintext = Sealing.Plaintext(100_000);

        var theirs = (await Peer.RunAsync(
            "sqop", ["encrypt", "--sign-with", folder.File("key.asc"), folder.File("cert.asc")], plaintext)).Succeeded().Output;
        var opened = await Sealing.OpenAsync(theirs, key, key.Certificate);
        Assert.Equal(plaintext, opened.Plaintext);
        Assert.Equal(SignatureStatus.Good, Assert.Single(opened.Verified.Signatures).Status);

        var ours = await Sealing.SealAsync(plaintext, key.Certificate, key);
        var result = (await Peer.RunAsync(
            "sqop",
            ["decrypt", "--verify-with", folder.File("cert.asc"), "--verify-out", folder.File("verified"), folder.File("key.asc")],
            ours)).Succeeded();
        Assert.Equal(plaintext, result.Output);
        Assert.Contains(key.Certificate.Fingerprint.ToString(), await File.ReadAllTextAsync(folder.File("verified")), StringComparison.Ordinal);
    }

    private static async Task<SecretKey> GenerateAsync(TempFolder folder, string suite)
    {
        (await Peer.RunAsync(
            "sq",
            ["key", "generate", "--cipher-suite", suite, "--userid", "Sq <sq@example.org>", "--export", folder.File("key.pgp")],
            folder: folder.Path)).Succeeded();
        return SecretKey.Read(await File.ReadAllBytesAsync(folder.File("key.pgp")));
    }
}
