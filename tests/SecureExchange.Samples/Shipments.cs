namespace SecureExchange.Samples;

/// <summary>Parcels on their way.</summary>
internal sealed class Shipments : ColumnSample
{
    public Shipments() : base(
        Number("shipment_no", "SH-", 9), Plain("order_no", (long row, ref Chance chance, TextLine line) => line.Add("PO"u8).Add(row % 5_000, 5).Add(chance.Below(10))),
        Personal("consignee", FullName), Personal("street", Street), Plain("city", City), Plain("zip", Zip), Plain("country", "US", "DE", "PL", "GB"), Personal("phone", Phone), Personal("email", Email),
        Plain("carrier", "Northline", "Harbor Express", "Alpine Freight"), Personal("tracking_no", (long _, ref Chance chance, TextLine line) => line.Add("1Z"u8).Add(chance.Below(1_000_000_000), 9).Add(chance.Below(1_000_000), 6)),
        Plain("weight_kg", "0.4", "2.5", "11.0", "80.0"), Amount("declared_value"), Personal("position", Position), Personal("driver", FullName), Day("delivered_on"),
        Plain("customs_hold", "no", "no", "yes"), Plain("instructions", "leave with a neighbour", "", "ring twice"))
    {
    }

    public override string Name => "shipments";

    private static void Position(long row, ref Chance chance, TextLine line) =>
        line.Add(chance.Between(20, 59)).Add((byte)'.').Add(chance.Between(10_000, 99_999)).Add(" "u8).Add(chance.Between(-99, -60)).Add((byte)'.').Add(chance.Between(10_000, 99_999));
}
