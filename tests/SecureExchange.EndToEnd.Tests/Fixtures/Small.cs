namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A profile and a file that are read at a glance.</summary>
internal static class Small
{
    internal const string Profile = """
        profile: people
        version: 1
        format: csv
        row-key: no
        fields:
          no:    { transform: keep }
          name:  { transform: tokenise }
          phone: { transform: fpe, alphabet: digits }

        """;

    internal const string Header = "no,name,phone\n";

    /// <summary>A file of so many people.</summary>
    internal static byte[] People(int count) => System.Text.Encoding.UTF8.GetBytes(
        Header + string.Concat(Enumerable.Range(1, count).Select(n => $"{n},Maria Quispe {n},+51 984 000 {n:d3}\n")));
}
