using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Tiles;

public sealed class TilePathTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(1, 999, 17, "tile/1/999.p/17")]
    [InlineData(63, 1000, 255, "tile/63/x001/000.p/255")]
    [InlineData(TilePath.Entries, 273, 112, "tile/entries/273.p/112")]
    [InlineData(TilePath.Entries, 36028797018963967, 256, "tile/entries/x036/x028/x797/x018/x963/967")]
    public void A_path_is_spelt_as_tlog_tiles_has_it(int level, long index, int width, string path)
    {
        var tile = new TilePath(level, index, width);
        Assert.Equal(path, tile.ToString());
        Assert.True(TilePath.TryParse(path, out var parsed));
        Assert.Equal(tile, parsed);
    }

    [Theory]
    [InlineData("tile/0/0")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0")]
    [InlineData("tile/")]
    [InlineData("tile/entries/00a")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("checkpoint")]
    public void Another_spelling_is_no_path(string path) => Assert.False(TilePath.TryParse(path, out _));

    [Fact]
    public void A_tree_of_70000_has_the_tiles_that_the_specification_counts()
    {
        Assert.Equal(256, TilePath.In(70_000, 0, 272).Width);
        Assert.Equal(112, TilePath.In(70_000, 0, 273).Width);
        Assert.Equal(0, TilePath.In(70_000, 0, 274).Width);
        Assert.Equal(256, TilePath.In(70_000, 1, 0).Width);
        Assert.Equal(17, TilePath.In(70_000, 1, 1).Width);
        Assert.Equal(1, TilePath.In(70_000, 2, 0).Width);
        Assert.Equal(0, TilePath.In(70_000, 3, 0).Width);
        Assert.Equal(1, TilePath.In(256, 1, 0).Width);
        Assert.Equal(0, TilePath.In(70_000, 8, 0).Width);
        Assert.Equal(0, TilePath.In(70_000, 0, long.MaxValue).Width);
    }
}
