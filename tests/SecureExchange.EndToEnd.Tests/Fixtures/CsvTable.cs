using System.Text;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A CSV file as a vendor's spreadsheet has it (RFC 4180, comma): read and written by code that isn't the product's.</summary>
internal sealed class CsvTable(List<List<string>> lines)
{
    /// <summary>The header, and then the rows.</summary>
    internal List<List<string>> Lines { get; } = lines;

    internal int RowCount => Lines.Count - 1;

    /// <summary>A cell of a row, from 1.</summary>
    internal string this[int row, string column]
    {
        get => Lines[row][Index(column)];
        set => Lines[row][Index(column)] = value;
    }

    internal static CsvTable Parse(byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        var (lines, line, cell, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
            else if (c == '"') quoted = !quoted;
            else if (quoted || c is not (',' or '\n')) cell.Append(c);
            else
            {
                line.Add(cell.ToString());
                cell.Clear();
                if (c == ',') continue;
                lines.Add(line);
                line = [];
            }
        }

        Assert.Empty(line); // The files here end with a line end.
        return new CsvTable(lines);
    }

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(Lines.Select(line => string.Join(',', line.Select(Quote)) + "\n")));

    /// <summary>The rows by the value of a column, which tells them apart.</summary>
    internal Dictionary<string, int> RowsBy(string column) => Enumerable.Range(1, RowCount).ToDictionary(row => this[row, column]);

    private int Index(string column) => Lines[0].IndexOf(column) is var index && index >= 0 ? index : throw new KeyNotFoundException(column);

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny("\",\n\r") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
