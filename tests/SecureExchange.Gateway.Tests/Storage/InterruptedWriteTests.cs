using System.Security.Cryptography;
using System.Text;
using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Storage;

/// <summary>The folder store in a process of its own, with single system calls made to fail or to be its last, by strace:
/// whatever happens, what was acknowledged is there, and what is there is whole.</summary>
public sealed class InterruptedWriteTests
{
    private const string FolderVariable = "SX_INTERRUPTED_WRITES";
    private const int Rounds = 2;
    private const int Killed = 128 + 9;

    private static readonly CancellationToken s_never = CancellationToken.None;

    /// <summary>The writer. By itself an ordinary test; the others run it again, under strace, on their own folder.</summary>
    [Fact]
    public async Task A_writer_that_nobody_disturbs_gets_everything_acknowledged()
    {
        using var own = new TempFolder();
        var folder = Environment.GetEnvironmentVariable(FolderVariable) ?? own.Path;
        var said = Directory.CreateDirectory(Path.Combine(folder, "said"));
        await using (var store = await FolderBlobStore.OpenAsync(Path.Combine(folder, "blobs"), s_never))
        {
            for (var i = 0; i < Rounds; i++)
            {
                await SayAsync($"a/{i}/put", name => store.TryPutAsync(name, Content(name, 1000), s_never));
                await SayAsync($"b/{i}/streamed", name => StreamAsync(store, name));
                await SayAsync("swapped", name => SwapAsync(store, name));
            }
        }

        if (folder != own.Path) return;
        var (acknowledged, errors) = await JudgeAsync(folder);
        Assert.Equal(2 * Rounds + 1, acknowledged);
        Assert.Empty(errors);

        async Task SayAsync(string name, Func<BlobName, Task> write)
        {
            try
            {
                await write(new BlobName(name));
                Say($"have {name}");
            }
            catch (BlobStoreException e)
            {
                Say($"error {e.Error}");
            }
        }

        // As a link's target, since that takes a system call that none of the writes below uses.
        void Say(string what) => File.CreateSymbolicLink(Path.Combine(said.FullName, $"{said.GetFiles().Length:d3}"), what);
    }

    [Theory]
    [InlineData("pwrite64")]
    [InlineData("mkdirat")]
    [InlineData("fsync")]
    [InlineData("linkat")]
    [InlineData("renameat")]
    [InlineData("unlinkat")]
    public async Task Killed_at_any_system_call_it_leaves_whole_blobs_and_all_that_it_acknowledged(string call)
    {
        for (var when = 1; ; when++)
        {
            using var folder = new TempFolder();
            var exit = await WriteUnderStraceAsync(folder, $"{call}:signal=KILL:when={when}");
            await JudgeAsync(folder.Path);
            if (exit == Killed) continue;
            Assert.Equal(0, exit);
            Assert.True(when > 1, $"the writer never calls {call}");
            return;
        }
    }

    /// <summary>From which call on, and each how-manieth after it, is chosen so that it is a write that fails and not the
    /// opening of the store.</summary>
    [Theory]
    [InlineData("pwrite64:error=ENOSPC:when=2+3", BlobStoreError.StoreFull)]
    [InlineData("fsync:error=EDQUOT:when=4+3", BlobStoreError.StoreFull)]
    [InlineData("linkat:error=ENOSPC:when=2+3", BlobStoreError.StoreFull)]
    [InlineData("linkat:error=EROFS:when=1+3", BlobStoreError.Denied)]
    [InlineData("mkdirat:error=EACCES:when=4+2", BlobStoreError.Denied)]
    [InlineData("fsync:error=EIO:when=4+3", BlobStoreError.StoreAway)]
    [InlineData("fsync:error=EIO:when=5+2", BlobStoreError.StoreAway)]
    [InlineData("pwrite64:error=EIO:when=1+2", BlobStoreError.StoreAway)]
    [InlineData("renameat:error=EIO:when=1", BlobStoreError.StoreAway)]
    [InlineData("unlinkat:error=EIO:when=1+1", null)]
    [InlineData("flock:error=ENOLCK:when=4+3", BlobStoreError.StoreAway)]
    public async Task A_failed_system_call_is_a_designed_error_and_leaves_whole_blobs(string inject, BlobStoreError? expected)
    {
        using var folder = new TempFolder();
        await using (await FolderBlobStore.OpenAsync(folder.File("blobs"), s_never)) { }
        Assert.Equal(0, await WriteUnderStraceAsync(folder, inject));
        var (acknowledged, errors) = await JudgeAsync(folder.Path);
        Assert.Equal(expected is null ? [] : [expected.Value], errors.Distinct());
        Assert.True(errors.Count > 0 || acknowledged == 2 * Rounds + 1);
    }

    [Theory]
    [InlineData("pwrite64")]
    [InlineData("fsync")]
    public async Task An_interrupted_system_call_is_made_again(string call)
    {
        using var folder = new TempFolder();
        Assert.Equal(0, await WriteUnderStraceAsync(folder, $"{call}:error=EINTR:when=1+2"));
        var (acknowledged, errors) = await JudgeAsync(folder.Path);
        Assert.Empty(errors);
        Assert.Equal(2 * Rounds + 1, acknowledged);
    }

    /// <summary>A kill can't show a missing fsync: the page cache outlives the process. The order of the calls can.</summary>
    [Fact]
    public async Task A_put_syncs_its_bytes_before_and_its_folder_after_they_become_visible()
    {
        using var folder = new TempFolder();
        await using (await FolderBlobStore.OpenAsync(folder.File("blobs"), s_never)) { }
        var trace = folder.File("trace");
        await StraceAsync(folder, ["-o", trace, "-e", "trace=pwrite64,mkdirat,fsync,linkat,renameat,unlinkat"]);
        var calls = (await File.ReadAllLinesAsync(trace)).Select(line => line.Split([' ', '('], StringSplitOptions.RemoveEmptyEntries)[1]); // Short process ids are padded.
        Assert.Equal(
            ["pwrite64", "mkdirat", "fsync", "mkdirat", "fsync", "fsync", "linkat", "fsync", "unlinkat"],
            calls.SkipWhile(call => call != "pwrite64").Take(9));
    }

    private static async Task<int> WriteUnderStraceAsync(TempFolder folder, string inject) =>
        (await StraceAsync(folder, ["-o", "/dev/null", "-e", $"trace={inject[..inject.IndexOf(':')]}", "-e", $"inject={inject}"])).ExitCode;

    private static Task<PeerResult> StraceAsync(TempFolder folder, string[] options)
    {
        var self = typeof(InterruptedWriteTests);
        var method = $"{self.FullName}.{nameof(A_writer_that_nobody_disturbs_gets_everything_acknowledged)}";
        return Peer.RunAsync(
            "strace",
            ["-f", "--seccomp-bpf", "-qq", .. options, "dotnet", "exec", self.Assembly.Location, "-method", method],
            environment: new Dictionary<string, string>
            {
                [FolderVariable] = folder.Path,
                ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1", // strace counts calls for each thread by itself.
                ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1",
            });
    }

    /// <summary>Opens the store as the next start would, and compares it with what the writer said.</summary>
    private static async Task<(int Acknowledged, List<BlobStoreError> Errors)> JudgeAsync(string folder)
    {
        var said = Directory.CreateDirectory(Path.Combine(folder, "said")).GetFiles().Select(f => f.LinkTarget!.Split(' ')).ToList();
        await using var store = await FolderBlobStore.OpenAsync(Path.Combine(folder, "blobs"), s_never);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "blobs", ".staging")));

        var there = new HashSet<string>();
        await foreach (var name in store.ListAsync("", s_never))
        {
            var content = (await store.GetAsync(name, s_never))!.Content;
            Assert.Equal(Content(name, content.Length), content);
            Assert.Contains(content.Length, name.Value == "swapped" ? [100, 200] : (int[])[1000, 600_000]);
            there.Add(name.Value);
        }

        var acknowledged = said.Where(s => s[0] == "have").Select(s => s[1]).ToHashSet();
        Assert.Subset(there, acknowledged);
        var swaps = said.Count(s => s is ["have", "swapped"]);
        if (swaps > 0) Assert.InRange((await store.GetAsync(new BlobName("swapped"), s_never))!.Content.Length, 100 * swaps, 200);

        Assert.True(await store.TryPutAsync(new BlobName("after"), default, s_never));
        await SwapAsync(store, new BlobName("swapped"));
        return (acknowledged.Count, [.. said.Where(s => s[0] == "error").Select(s => Enum.Parse<BlobStoreError>(s[1]))]);
    }

    private static async Task StreamAsync(FolderBlobStore store, BlobName name)
    {
        await using var writer = await store.CreateAsync(name, s_never);
        await writer.Content.WriteAsync(Content(name, 600_000));
        await writer.CommitAsync(s_never);
    }

    /// <summary>Makes the blob 100 bytes longer.</summary>
    private static async Task SwapAsync(FolderBlobStore store, BlobName name)
    {
        var now = await store.GetAsync(name, s_never);
        Assert.NotNull(await store.SwapAsync(name, Content(name, (now?.Content.Length ?? 0) + 100), now?.ETag, s_never));
    }

    /// <summary>Bytes that tell for any length whether they are the ones that belong to a name.</summary>
    private static ReadOnlyMemory<byte> Content(BlobName name, int length)
    {
        var key = SHA256.HashData(Encoding.ASCII.GetBytes(name.Value));
        var content = new byte[length];
        for (var i = 0; i < length; i++) content[i] = (byte)(key[i % key.Length] + length);
        return content;
    }
}
