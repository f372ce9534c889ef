using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tests.Witnesses;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests.ThirdParty;

/// <summary>Our logs and proofs, checked by programs that have no line of ours.</summary>
public sealed class ThirdPartyTests
{
    private static readonly string s_folder = Path.Combine(
        Checkout.Root, "tests", "SecureExchange.Transparency.Tests", "ThirdParty");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(66_000)]
    public async Task Node_verifies_our_log_and_finds_a_changed_byte(int size)
    {
        using var folder = new TempFolder();
        var path = folder.File("log");
        await using (var log = await Logs.OpenAsync(new FolderTileStore(path))) await Logs.AppendAsync(log, 0, size);
        var result = await Peer.RunAsync("node", [Script("verify.mjs"), "log", path, Logs.Verifier.ToString()]);
        Assert.Equal($"verified {size} entries\n", result.Succeeded().Text);
        if (size == 0) return;

        var tile = Directory.EnumerateFiles(Path.Combine(path, "tile", "entries"), "*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(tile);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes);
        result = await Peer.RunAsync("node", [Script("verify.mjs"), "log", path, Logs.Verifier.ToString()]);
        Assert.NotEqual(0, result.ExitCode);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("sh")]
    public async Task Node_and_a_shell_with_openssl_verify_our_proofs(string program)
    {
        if (program == "sh") _ = (Peer.Require("openssl"), Peer.Require("xxd"));
        using var folder = new TempFolder();
        await using var log = await Logs.OpenAsync(new FolderTileStore(folder.File("log")));
        await Logs.AppendAsync(log, 0, 300);
        foreach (var index in new[] { 0, 1, 255, 256, 298, 299 })
        {
            await File.WriteAllTextAsync(folder.File("proof"), await log.ProveAsync(index, CancellationToken.None));
            await File.WriteAllBytesAsync(folder.File("entry"), Logs.Entry(index));
            var result = await RunAsync(program, folder);
            Assert.Equal($"verified entry {index} of 300\n", result.Succeeded().Text);

            await File.WriteAllBytesAsync(folder.File("entry"), Logs.Entry(index + 1));
            Assert.NotEqual(0, (await RunAsync(program, folder)).ExitCode);
        }
    }

    [Fact]
    public async Task Node_verifies_our_cosignatures()
    {
        using var folder = new TempFolder();
        using var signer = Logs.Signer();
        using var witness = Keys.Cosigning(1);
        var checkpoint = Checkpoint.Sign(signer, 3, MerkleTree.EmptyRoot);
        var cosigned = checkpoint.Note + witness.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        await File.WriteAllTextAsync(folder.File("checkpoint"), cosigned);
        string[] arguments = [Script("verify.mjs"), "cosigned", folder.File("checkpoint"), $"{signer.Verifier}", $"{witness.Cosigner}"];
        var result = await Peer.RunAsync("node", arguments);
        Assert.Equal("witness.example/w1 saw 3 entries at 1700000000\n", result.Succeeded().Text);

        arguments[^1] = $"{Keys.Cosigner(2)}";
        Assert.NotEqual(0, (await Peer.RunAsync("node", arguments)).ExitCode);
    }

    [Fact]
    public async Task A_shell_with_openssl_verifies_the_cosignatures_on_a_proof()
    {
        foreach (var tool in (string[])["openssl", "sha256sum", "xxd"]) Peer.Require(tool);
        using var folder = new TempFolder();
        await using var log = await Logs.OpenAsync(new FolderTileStore(folder.File("log")));
        await Logs.AppendAsync(log, 0, 300);
        var proof = await log.ProveAsync(42, CancellationToken.None);
        var checkpoint = log.Latest;
        using var first = Keys.Cosigning(1);
        using var second = Keys.Cosigning(2);
        var cosigned = first.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)) + second.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await File.WriteAllBytesAsync(folder.File("entry"), Logs.Entry(42));
        Assert.Equal(
            "verified entry 42 of 300\nseen by witness.example/w1 at 1700000000\nseen by witness.example/w2 at 1800000000\n",
            (await VerifyAsync(proof + cosigned, first.Cosigner, second.Cosigner)).Succeeded().Text);

        // A witness that hasn't signed, one that has signed another checkpoint, another time, a changed bit, the log's own key.
        Assert.Contains("not cosigned by witness.example/w3", (await VerifyAsync(proof + cosigned, Keys.Cosigner(3))).Errors, StringComparison.Ordinal);
        using var signer = Logs.Signer();
        var other = first.Cosign(Checkpoint.Sign(signer, 300, MerkleTree.EmptyRoot), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        Assert.Contains("cosignature by witness.example/w1", (await VerifyAsync(proof + other, first.Cosigner)).Errors, StringComparison.Ordinal);
        foreach (var at in (int[])[6, 30, 75])
        {
            var line = cosigned[..(cosigned.IndexOf('\n', StringComparison.Ordinal))];
            var bytes = Convert.FromBase64String(line[(line.LastIndexOf(' ') + 1)..]);
            bytes[at] ^= 1;
            Assert.NotEqual(0, (await VerifyAsync($"{proof}{line[..(line.LastIndexOf(' ') + 1)]}{Convert.ToBase64String(bytes)}\n", first.Cosigner)).ExitCode);
        }

        Assert.Contains("not a key of type 04", (await VerifyAsync(proof + cosigned, signer.Verifier)).Errors, StringComparison.Ordinal);

        async Task<PeerResult> VerifyAsync(string text, params object[] witnesses)
        {
            await File.WriteAllTextAsync(folder.File("proof"), text);
            return await Peer.RunAsync("sh", [Script("verify-proof.sh"), folder.File("proof"), folder.File("entry"), $"{Logs.Verifier}", .. witnesses.Select(w => $"{w}")]);
        }
    }

    private static Task<PeerResult> RunAsync(string program, TempFolder folder) => program == "node"
        ? Peer.RunAsync("node", [Script("verify.mjs"), "proof", folder.File("proof"), folder.File("entry"), Logs.Verifier.ToString()])
        : Peer.RunAsync("sh", [Script("verify-proof.sh"), folder.File("proof"), folder.File("entry"), Logs.Verifier.ToString()]);

    private static string Script(string name) => Path.Combine(s_folder, name);
}
