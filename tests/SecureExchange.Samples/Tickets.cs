namespace SecureExchange.Samples;

/// <summary>Customer tickets: CSV, comma, CRLF, quoted bodies over several lines.</summary>
internal sealed class Tickets : Sample
{
    private static readonly byte[][] s_channels = TextLine.Utf8("e-mail", "web", "chat", "phone");
    private static readonly byte[][] s_subjects = TextLine.Utf8("Card was charged twice", "Where is my order?", "\"Wrong size, again\"", "Please close my account", "Login doesn't work");
    private static readonly byte[][] s_products = TextLine.Utf8("garden hose", "desk lamp 12\"\"", "tent, 4 persons", "kettle", "bicycle pump");

    public override string Name => "tickets";

    protected override void WriteHeader(TextLine line) => line.Add(
        "ticket_id,opened_at,customer_no,customer_name,email,phone,card,channel,subject,body,priority,status\r\n"u8);

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add("T"u8).Add(row, 8).Add(",2026-"u8).Add(chance.Between(1, 12), 2).Add((byte)'-').Add(chance.Between(1, 28), 2);
        line.Add((byte)'T').Add(chance.Below(24), 2).Add((byte)':').Add(chance.Below(60), 2).Add(":"u8).Add(chance.Below(60), 2).Add("Z,"u8);
        var start = line.Length;
        line.Add(chance.Between(10_000_000, 99_999_999));
        Plant("customer_no", line, start);
        line.Add((byte)',');
        start = line.Length;
        Names.AddFullName(ref chance, line);
        var name = line.From(start).ToArray();
        Plant("customer_name", line, start);
        line.Add((byte)',');
        start = line.Length;
        Person.AddEmail(ref chance, row, line);
        var email = line.From(start).ToArray();
        Plant("email", line, start);
        line.Add((byte)',');
        start = line.Length;
        Person.AddPhone(ref chance, line);
        Plant("phone", line, start);
        line.Add((byte)',');
        start = line.Length;
        Numbers.AddCard(ref chance, line);
        Plant("card", line, start);
        line.Add((byte)',').Add(chance.Of(s_channels)).Add((byte)',').Add(chance.Of(s_subjects));
        line.Add(",\"Hello,\r\n\r\nmy name is "u8).Add(name).Add(" and I ordered a "u8).Add(chance.Of(s_products)).Add(".\r\n"u8);
        if (chance.OneIn(2)) line.Add("You can reach me at "u8).Add(email).Add(".\r\n"u8);
        if (chance.OneIn(4)) line.Add("He said \"\"no refund\"\";\r\nthat can't be right.\r\n"u8);
        line.Add("\r\nRegards\r\n"u8).Add(name).Add("\","u8);
        line.Add(chance.Between(1, 4)).Add((byte)',').Add(chance.OneIn(3) ? "open"u8 : "closed"u8).Add("\r\n"u8);
    }
}
