namespace SecureExchange.Samples;

/// <summary>The personal parts that several samples share.</summary>
internal static class Person
{
    private static readonly byte[][] s_domains = TextLine.Utf8("example.com", "example.org", "example.net", "mail.example", "post.example");
    private static readonly byte[][] s_streets = TextLine.Utf8(
        "Alder Lane", "Birch Street", "Cedar Avenue", "Dogwood Court", "Elm Terrace", "Foxglove Way", "Garden Row", "Hawthorn Road",
        "Iris Place", "Juniper Drive", "Lindenstraße", "Rue des Lilas", "Calle Olmo", "Via dei Pini");
    private static readonly byte[][] s_letters = TextLine.Utf8("ab", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu");

    public static byte[][] Cities { get; } = TextLine.Utf8(
        "Springfield", "Riverton", "Fairview", "Oakdale", "Lakewood", "Zürich", "Kraków", "Málaga", "Pune", "Cebu City", "Łódź", "大阪");

    public static void AddEmail(ref Chance chance, long row, TextLine line)
    {
        for (var i = chance.Between(2, 4); i > 0; i--) line.Add(chance.Of(s_letters));
        line.Add((byte)'.').Add(row).Add((byte)'@').Add(chance.Of(s_domains));
    }

    public static void AddPhone(ref Chance chance, TextLine line) =>
        line.Add("+1 ("u8).Add(chance.Between(201, 989)).Add(") 555-"u8).Add(chance.Below(10000), 4).Add(" "u8).Add(chance.Below(1000), 3);

    public static void AddStreet(ref Chance chance, TextLine line) => line.Add(chance.Between(1, 9800)).Add((byte)' ').Add(chance.Of(s_streets));

    public static void AddSsn(ref Chance chance, TextLine line) =>
        line.Add(chance.Between(101, 665)).Add((byte)'-').Add(chance.Between(1, 99), 2).Add((byte)'-').Add(chance.Between(1, 9999), 4);
}
