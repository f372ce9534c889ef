using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests;

/// <summary>Everything with everybody; what comes out stands in <c>docs/interop.md</c>.</summary>
public sealed class InteropTests(Matrix matrix) : IClassFixture<Matrix>
{
    private const string Update = "SX_UPDATE_INTEROP";

    private static string PagePath => Path.Combine(Checkout.Root, "docs/interop.md");

    private static bool Updating => Environment.GetEnvironmentVariable(Update) == "1" && Environment.GetEnvironmentVariable("CI") != "true";

    [Theory]
    [InlineData("GnuPG")]
    [InlineData("sq")]
    [InlineData("sqop")]
    [InlineData("OpenPGP.js")]
    [InlineData("RNP")]
    [InlineData("BouncyCastle")]
    [InlineData("sx sop, with sqop")]
    public async Task A_peer_and_we_read_each_other_as_the_page_says(string peer)
    {
        var column = await matrix.ColumnAsync(peer);
        if (Updating) return; // The page is written when all peers have run.
        var filed = Page.CellsOf(await File.ReadAllTextAsync(PagePath), peer);
        var others =
            from row in await matrix.RowsAsync()
            let says = filed.GetValueOrDefault((row.Section, row.Title), "nothing")
            where says != column.Cell(row)
            let found = column.Cells.TryGetValue(row, out var cell) ? new[] { cell.Outward, cell.Inward } : []
            let reasons = string.Join("; ", found.Select(o => o.Reason ?? "done"))
            select $"{row.Section}: {row.Title}: the page says '{says}', found '{column.Cell(row)}' ({reasons})";
        var different = others.ToList();
        Assert.True(
            different.Count == 0,
            $"""
            docs/interop.md isn't what was found with {peer}. Meant? Then write it and commit it too:
              {Update}=1 dotnet test -c Release tests/SecureExchange.Interop.Tests
            {string.Join('\n', different)}
            """);
    }

    [Fact]
    public async Task The_page_has_these_rows_and_peers()
    {
        var columns = new List<Column>();
        foreach (var peer in matrix.Peers) columns.Add(await matrix.ColumnAsync(peer));
        var found = Page.Render(await matrix.RowsAsync(), columns);
        if (Updating) await File.WriteAllTextAsync(PagePath, found);
        Assert.Equal(Page.Compared(found), Page.Compared(await File.ReadAllTextAsync(PagePath)));
    }
}
