using System.Text;
using SecureExchange.Testing;

[assembly: AssemblyFixture(typeof(SecureExchange.EndToEnd.Tests.Sop.SopFolder))]

namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>A folder with keys and messages, made once by <c>sx sop</c> and by Sequoia's <c>sqop</c>, that commands are run in.</summary>
/// <remarks>alice's key is ours, bob's is Sequoia's, carol's is GnuPG's; so are one that has expired, one that is too short, and one on a
/// curve that isn't supported. Sequoia's "storage" and "communications" have a key for that alone. A certificate of version 9 comes behind bob's in <c>future.cert</c>.</remarks>
public sealed class SopFolder : IAsyncLifetime
{
    private static readonly DateTimeOffset s_longAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    /// <summary>How a shell starts <c>sx sop</c>.</summary>
    public static string Sx { get; } = $"dotnet '{BuiltProgram.Cli}' sop";

    /// <summary>Where carol works.</summary>
    public GpgHome Gpg { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Write("data", "first line\nsecond line\n"u8);
        Write("password", "correct horse \u00e4\u20ac"u8);
        Write("half-a-character", "\u20ac"u8[..2]);
        Write("binary", [0, 0xFF, 0xFE, 0x80, 0]);
        await OursAsync("alice.sec", null, "generate-key", "Alice <alice@example.org>");
        await OursAsync("alice.cert", Read("alice.sec"), "extract-cert");
        await TheirsAsync("bob.sec", null, "generate-key", "Bob <bob@example.org>");
        await TheirsAsync("bob.cert", Read("bob.sec"), "extract-cert");
        foreach (var (name, flag) in new[] { ("storage", "storage"), ("communications", "transport") })
        {
            (await Peer.RunAsync("sq", ["key", "generate", "--userid", name, "--can-encrypt", flag, "--export", PathOf($"{name}.sec")])).Succeeded();
            await TheirsAsync($"{name}.cert", Read($"{name}.sec"), "extract-cert");
        }

        await GpgAsync("carol", await Gpg.GenerateAsync("Carol <carol@example.org>", GpgKeyKind.Curve25519));
        await GpgAsync("expired", await Gpg.GenerateAsync("Expired <expired@example.org>", GpgKeyKind.Curve25519, "1d", s_longAgo));
        var revoked = await Gpg.GenerateAsync("Revoked <revoked@example.org>", GpgKeyKind.Curve25519);
        await Gpg.RevokeAsync(revoked);
        await GpgAsync("revoked", revoked);
        (await Gpg.RunAsync(null, "--quick-generate-key", "Brainpool", "brainpoolP256r1", "default", "never")).Succeeded();
        await GpgAsync("unknown", "=Brainpool");
        (await Gpg.RunAsync(null, "--quick-generate-key", "Weak", "rsa1024", "default", "never")).Succeeded();
        await GpgAsync("weak", "=Weak");
        await OursAsync("future.cert", null, "generate-key", "Future");
        await OursAsync("future.cert", Read("future.cert"), "extract-cert", "--no-armor");
        var future = Read("future.cert");
        future[2] = 9; // After the packet's type and length: its version.
        Write("future.cert", [.. (await RunAsync(Read("bob.cert"), "dearmor")).Succeeded().Output, .. future]);
        File.CreateSymbolicLink(PathOf("dangling"), "nowhere");
        Write("compressed-42", [0xA3, 42, 0]);

        // A passphrase's packet, then authenticated chunks with Twofish (10), which nobody writes.
        Write("twofish-chunks", [0xC3, 13, 4, 9, 3, 8, 0, 1, 2, 3, 4, 5, 6, 7, 96, 0xD2, 68, 2, 10, 2, 6, .. new byte[64]]);
        Write("@ENV:PATH", "in the way"u8);
        await OursAsync("to-alice", Read("data"), "encrypt", "alice.cert");
        await TheirsAsync("signed", Read("data"), "inline-sign", "bob.sec");
        await TheirsAsync("locked.sec", null, "generate-key", "--with-key-password=password", "Locked");
        await OursAsync("to-bob", Read("data"), "encrypt", "bob.cert");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return Gpg.DisposeAsync();
    }

    public string PathOf(string name) => _folder.File(name);

    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    public string Text(string name) => File.ReadAllText(PathOf(name));

    public void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(PathOf(name), content);

    /// <summary>A name that no file has yet.</summary>
    public string NewName() => Guid.NewGuid().ToString("n");

    /// <summary>Runs <c>sx sop</c>.</summary>
    public Task<PeerResult> RunAsync(byte[]? input, params string[] arguments) => Peer.RunAsync(
        "dotnet", [BuiltProgram.Cli, "sop", .. arguments], input, _folder.Path, new Dictionary<string, string> { ["SOP_EMPTY"] = "" });

    /// <summary>Runs what only a shell can say: descriptors, pipes, signals.</summary>
    public Task<PeerResult> ShellAsync(string script) => Peer.RunAsync("bash", ["-c", script], [], _folder.Path);

    /// <summary>Runs <c>sqop</c>.</summary>
    public Task<PeerResult> RunTheirsAsync(byte[]? input, params string[] arguments) => Peer.RunAsync("sqop", arguments, input, _folder.Path);

    /// <summary>Runs a command line as a person would type it.</summary>
    /// <param name="implementation"><c>sx</c> or <c>sqop</c>.</param>
    /// <param name="line">Words with a space between, and at its end perhaps <c>&lt; FILE</c>.</param>
    public Task<PeerResult> TypeAsync(string implementation, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var input = words is [.. _, "<", var file] ? Read(file) : [];
        var arguments = words.TakeWhile(word => word != "<").ToArray();
        return implementation == "sx" ? RunAsync(input, arguments) : RunTheirsAsync(input, arguments);
    }

    /// <summary>Runs a command line that has to succeed, and keeps what it writes.</summary>
    /// <returns>The name of the file.</returns>
    public async Task<string> KeepAsync(string implementation, string line)
    {
        var name = NewName();
        Write(name, (await TypeAsync(implementation, line)).Succeeded().Output);
        return name;
    }

    private async Task GpgAsync(string name, string key)
    {
        Write($"{name}.sec", Encoding.ASCII.GetBytes(await Gpg.ExportSecretAsync(key)));
        Write($"{name}.cert", Encoding.ASCII.GetBytes(await Gpg.ExportAsync(key)));
    }

    private async Task OursAsync(string name, byte[]? input, params string[] arguments) =>
        Write(name, (await RunAsync(input, arguments)).Succeeded().Output);

    private async Task TheirsAsync(string name, byte[]? input, params string[] arguments) =>
        Write(name, (await RunTheirsAsync(input, arguments)).Succeeded().Output);
}
