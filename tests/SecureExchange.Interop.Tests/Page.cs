using System.Text;

namespace SecureExchange.Interop.Tests;

/// <summary>The page that says what was found.</summary>
internal static class Page
{
    private const string AfterTables = "## Versions";

    private const string Head =
        """
        # Interoperability

        What the engine of `SecureExchange.OpenPgp` and other implementations make of each other's messages. Written by
        `tests/SecureExchange.Interop.Tests`, which fail when they find something else than stands here. After a change that is meant:

            SX_UPDATE_INTEROP=1 dotnet test -c Release tests/SecureExchange.Interop.Tests

        Each cell has two marks: what we wrote and it read, then what it wrote and we read. Plaintext has to come out as it went
        in, the message has to have the form that the row names, and each signature has to be found good.

        | mark | means |
        | --- | --- |
        | ✓ | done |
        | ✗ | the peer refuses it |
        | ✗ we | we refuse it |
        | – | whoever would write it doesn't offer it |

        In the last column our command line stands in our place, and Sequoia's for the peer; where nothing stands, it wasn't tried.

        Why, in the words of who refused, stands under [Reasons](#reasons).
        """;

    public static string Render(IReadOnlyList<Row> rows, IReadOnlyList<Column> columns)
    {
        var page = new StringBuilder(Head).Append('\n');
        foreach (var section in rows.GroupBy(row => row.Section))
        {
            page.Append($"\n## {section.Key}\n\n| |{string.Concat(columns.Select(c => $" {c.Peer} |"))}\n| --- |");
            foreach (var _ in columns) page.Append(" --- |");
            page.Append('\n');
            foreach (var row in section) page.Append($"| {row.Title} |{string.Concat(columns.Select(c => $" {c.Cell(row)} |"))}\n");
        }

        page.Append($"\n{AfterTables}\n\n");
        foreach (var column in columns) page.Append($"- {column.Peer}: {column.Version}\n");
        page.Append("\n## Reasons\n");
        AddReasons(page, columns);
        return page.ToString();
    }

    /// <summary>What has to be as it was found: the reasons are in a peer's words, which change with its version.</summary>
    public static string Compared(string page) => page.Split(AfterTables)[0];

    /// <summary>A peer's cells, by section and title of their rows.</summary>
    public static Dictionary<(string Section, string Title), string> CellsOf(string page, string peer)
    {
        var cells = new Dictionary<(string, string), string>();
        var (section, at) = ("", -1);
        foreach (var line in page.Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal)) (section, at) = (line[3..], -1);
            if (!line.StartsWith("| ", StringComparison.Ordinal)) continue;
            var fields = line.Split('|').Select(field => field.Trim()).ToArray();
            if (at < 0) at = Array.IndexOf(fields, peer);
            else if (fields[1] != "---") cells[(section, fields[1])] = fields[at];
        }

        return cells;
    }

    /// <summary>What each can't, and where that shows; once, however many it can't do it with.</summary>
    private static void AddReasons(StringBuilder page, IReadOnlyList<Column> columns)
    {
        var all =
            from column in columns
            from cell in column.Cells
            from outcome in new[] { cell.Value.Outward, cell.Value.Inward }
            where outcome.Reason is not null
            group cell.Key by (outcome.Who, outcome.Reason) into one
            group one by one.Key.Who;
        foreach (var who in all.OrderBy(group => columns.Select(c => c.Peer).ToList().IndexOf(group.Key!)))
        {
            page.Append($"\n### {who.Key}\n\n");
            foreach (var one in who)
            {
                var sections = one.Distinct().GroupBy(row => row.Section, row => row.Title)
                    .Select(section => $"{section.Key.ToLowerInvariant()}: {string.Join("; ", section)}");
                page.Append($"- “{one.Key.Reason}” – {string.Join(". ", sections)}\n");
            }
        }
    }
}
