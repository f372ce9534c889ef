namespace SecureExchange.Samples;

/// <summary>Vouchers that wait for their payment.</summary>
internal sealed class Payables : ColumnSample
{
    public Payables() : base(
        Number("voucher_no", "V-", 8), Personal("supplier_no", (long _, ref Chance chance, TextLine line) => line.Add(chance.Between(10_000_000, 99_999_999))),
        Personal("supplier_name", FullName), Personal("vat_id", (long _, ref Chance chance, TextLine line) => Numbers.AddVatId(ref chance, line)), Personal("iban", Iban),
        Personal("contact_email", Email), Plain("invoice_no", (long row, ref Chance chance, TextLine line) => line.Add("R"u8).Add(row % 977, 4).Add((byte)'/').Add(chance.Below(100), 2)),
        Day("invoice_date"), Day("due_date"), Amount("net"), Amount("tax"), Plain("currency", "EUR", "PLN", "USD"), Plain("cost_centre", "4100", "4200", "5300"),
        Personal("approver", FullName), Plain("blocked", "no", "no", "no", "yes"), Plain("memo", "call first", "", "split over two months"))
    {
    }

    public override string Name => "payables";
}
