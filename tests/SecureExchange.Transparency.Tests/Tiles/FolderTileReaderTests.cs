using SecureExchange.Testing;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Tiles;

public sealed class FolderTileReaderTests
{
    [Theory]
    [InlineData("../secret")]
    [InlineData("tile/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData("tile//0")]
    [InlineData("tile/0/\0")]
    [InlineData("tile\\0")]
    public async Task A_path_that_leaves_the_folder_is_refused(string path)
    {
        using var folder = new TempFolder();
        var reader = new FolderTileReader(folder.Path);
        var e = await Assert.ThrowsAsync<TransparencyException>(async () => await reader.ReadAsync(path, CancellationToken.None));
        Assert.Equal(TransparencyError.PathRefused, e.Error);
    }

    [Fact]
    public async Task A_link_is_not_followed()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("tile"));
        File.CreateSymbolicLink(folder.File("checkpoint"), "/dev/zero");
        Directory.CreateSymbolicLink(folder.File("tile/0"), "/etc");
        var reader = new FolderTileReader(folder.Path);
        await Assert.ThrowsAsync<TransparencyException>(async () => await reader.ReadAsync("checkpoint", CancellationToken.None));
        await Assert.ThrowsAsync<TransparencyException>(async () => await reader.ReadAsync("tile/0/passwd", CancellationToken.None));
        await foreach (var path in reader.ListAsync("tile/", CancellationToken.None)) Assert.Fail(path);
    }

    [Fact]
    public async Task A_file_that_is_larger_than_any_bundle_is_refused_unread()
    {
        using var folder = new TempFolder();
        await using (var file = File.Create(folder.File("checkpoint"))) file.SetLength(1L << 32);
        var e = await Assert.ThrowsAsync<TransparencyException>(
            async () => await new FolderTileReader(folder.Path).ReadAsync("checkpoint", CancellationToken.None));
        Assert.Equal(TransparencyError.ObjectTooLarge, e.Error);
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_what_is_there_is_listed_by_its_path()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("tile/0/000.p"));
        await File.WriteAllTextAsync(folder.File("tile/0/000.p/7"), "seven");
        var reader = new FolderTileReader(folder.Path);
        Assert.Null(await reader.ReadAsync("tile/0/000", CancellationToken.None));
        Assert.Equal("seven"u8.ToArray(), (await reader.ReadAsync("tile/0/000.p/7", CancellationToken.None))!.Value.ToArray());
        var paths = new List<string>();
        await foreach (var path in reader.ListAsync("tile/0/000.p/", CancellationToken.None)) paths.Add(path);
        Assert.Equal(["tile/0/000.p/7"], paths);
    }
}
