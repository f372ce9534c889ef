namespace SecureExchange.Samples;

/// <summary>Invoices: NDJSON with nested objects and lines.</summary>
internal sealed class Invoices : Sample
{
    private static readonly byte[][] s_companies = TextLine.Utf8("Adler Werkzeuge GmbH", "Blauwe Haven B.V.", "Corvus Office Supply Ltd", "Dolina Transport Sp. z o.o.", "Edelweiss Catering OG");
    private static readonly byte[][] s_items = TextLine.Utf8("Toner cartridge", "Pallet transport", "Hydraulic hose 2\\\"", "Catering, 40 people", "Consulting day", "Safety boots S3");
    private static readonly byte[][] s_tags = TextLine.Utf8("urgent", "recurring", "export", "reverse-charge");

    public override string Name => "invoices";

    protected override void WriteHeader(TextLine line)
    {
    }

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add("{\"invoice_no\":\"INV-2026-"u8).Add(row, 8).Add("\",\"issued_on\":\"2026-"u8);
        line.Add(chance.Between(1, 12), 2).Add((byte)'-').Add(chance.Between(1, 28), 2).Add("\",\"supplier\":{\"name\":\""u8).Add(chance.Of(s_companies));
        line.Add("\",\"vat_id\":\""u8);
        var start = line.Length;
        Numbers.AddVatId(ref chance, line);
        Plant("supplier.vat_id", line, start);
        line.Add("\",\"iban\":\""u8);
        start = line.Length;
        Numbers.AddIban(ref chance, line);
        Plant("supplier.iban", line, start);
        line.Add("\",\"contact\":{\"name\":\""u8);
        start = line.Length;
        Names.AddFullName(ref chance, line);
        Plant("supplier.contact.name", line, start);
        line.Add("\",\"email\":\""u8);
        start = line.Length;
        Person.AddEmail(ref chance, row, line);
        Plant("supplier.contact.email", line, start);
        line.Add("\"}},\"customer\":{\"id\":"u8).Add(chance.Between(10_000_000, 99_999_999)).Add(",\"name\":\""u8);
        start = line.Length;
        Names.AddFullName(ref chance, line);
        Plant("customer.name", line, start);
        line.Add("\",\"address\":{\"street\":\""u8);
        start = line.Length;
        Person.AddStreet(ref chance, line);
        Plant("customer.address.street", line, start);
        line.Add("\",\"city\":\""u8).Add(chance.Of(Person.Cities)).Add("\",\"zip\":\""u8).Add(chance.Between(1001, 99950), 5).Add("\"}},"u8);
        line.Add("\"currency\":\"EUR\",\"paid\":"u8).Add(chance.OneIn(2) ? "true"u8 : "false"u8).Add(",\"lines\":["u8);
        long total = 0;
        var lines = chance.Between(1, 6);
        for (var i = 1; i <= lines; i++)
        {
            var (quantity, price) = (chance.Between(1, 40), chance.Between(150, 90_000));
            total += (long)quantity * price;
            line.Add(i == 1 ? "{\"no\":"u8 : ",{\"no\":"u8).Add(i).Add(",\"item\":\""u8).Add(chance.Of(s_items)).Add("\",\"quantity\":"u8).Add(quantity);
            line.Add(",\"unit_price\":"u8).AddAmount(price);
            if (chance.OneIn(3))
            {
                line.Add(",\"iban\":\""u8);
                start = line.Length;
                Numbers.AddIban(ref chance, line);
                Plant("lines[*].iban", line, start);
                line.Add((byte)'"');
            }

            line.Add((byte)'}');
        }

        line.Add("],\"total\":"u8).AddAmount(total).Add(",\"tags\":["u8);
        if (chance.OneIn(2)) line.Add((byte)'"').Add(chance.Of(s_tags)).Add((byte)'"');
        line.Add("],\"remark\":"u8).Add(chance.OneIn(2) ? "null"u8 : "\"Please pay within 30 days.\\nThank you!\""u8).Add("}\n"u8);
    }
}
