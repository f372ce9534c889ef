namespace SecureExchange.Samples;

/// <summary>What the X12 samples share: envelopes, and the parts of segments that are about people.</summary>
internal abstract class Interchange : Sample
{
    private static readonly byte[][] s_places = TextLine.Utf8("SPRINGFIELD*IL*627041234", "RIVERTON*UT*840655678", "FAIRVIEW*OK*737370011", "OAKDALE*MN*551289012", "LAKEWOOD*CO*802263456");

    /// <summary>The interchange's envelope up to the first transaction set.</summary>
    /// <param name="line">Receives it.</param>
    /// <param name="functional">The group's code and the guide that it is written by: <c>HC</c>, <c>005010X222A1</c>.</param>
    protected static void AddHead(TextLine line, (string Code, string Guide) functional) => line.Add(System.Text.Encoding.ASCII.GetBytes(
        "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*CONTOSO        *261127*0800*^*00501*000000001*0*P*:~\n"
        + $"GS*{functional.Code}*NORTHWIND*CONTOSO*20261127*0800*1*X*{functional.Guide}~\n"));

    protected static void AddEnd(TextLine line, long sets) => line.Add("GE*"u8).Add(sets).Add("*1~\nIEA*1*000000001~\n"u8);

    /// <summary>Adds <c>*family*given*</c> behind a qualifier, and notes both.</summary>
    protected void AddName(string field, ref Chance chance, TextLine line)
    {
        var (family, given) = Names.Parts(ref chance);
        line.Add((byte)'*');
        Add($"{field}-03", family, line);
        line.Add((byte)'*');
        Add($"{field}-04", given, line);
    }

    /// <summary>Adds the segments of an address.</summary>
    protected void AddAddress(ref Chance chance, TextLine line)
    {
        line.Add("N3*"u8);
        var start = line.Length;
        Person.AddStreet(ref chance, line);
        Plant("N3-01", line, start);
        line.Add("~\nN4*"u8).Add(chance.Of(s_places)).Add("~\n"u8);
    }

    protected void AddMember(string field, ref Chance chance, TextLine line)
    {
        var start = line.Length;
        line.Add("MBR"u8).Add(chance.Below(1_000_000_000), 9);
        Plant(field, line, start);
    }

    protected static void AddDay(ref Chance chance, int firstYear, int years, TextLine line) =>
        line.Add(firstYear + chance.Below(years), 4).Add(chance.Between(1, 12), 2).Add(chance.Between(1, 28), 2);

    private void Add(string field, byte[] text, TextLine line)
    {
        var start = line.Length;
        line.Add(text);
        Plant(field, line, start);
    }
}
