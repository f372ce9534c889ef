namespace SecureExchange.Samples;

/// <summary>Card payments as an acquirer settles them: no security codes, no magnetic stripe.</summary>
internal sealed class CardTransactions : ColumnSample
{
    public CardTransactions() : base(
        Number("txn_id", "TX", 10), Personal("pan", (long _, ref Chance chance, TextLine line) => Numbers.AddCard(ref chance, line)), Personal("cardholder", FullName),
        Plain("expires", "2027-03", "2028-11", "2029-06"), Plain("merchant", "Corner Bakery", "City Fuel 12", "Book Harbor", "Nordic Outfit"), Plain("mcc", "5411", "5541", "5942", "5651"),
        Amount("amount"), Plain("currency", "USD", "EUR"), Day("booked_on"), Personal("ip", Ip), Personal("email", Email), Plain("outcome", "approved", "approved", "declined", "reversed"),
        Plain("dispute", "no", "no", "no", "fraud"))
    {
    }

    public override string Name => "card-transactions";
}
