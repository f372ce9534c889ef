namespace SecureExchange.Samples;

/// <summary>Customer credit transfers: ISO 20022 pain.001.001.09, an order with a payment on each row.</summary>
internal sealed class Payments : Sample
{
    private static readonly byte[][] s_purposes = TextLine.Utf8("SALA", "SUPP", "PENS", "TAXS");
    private static readonly byte[][] s_reasons = TextLine.Utf8("Salary March", "Invoice 2026-114", "Rent &amp; heating", "Refund");

    public override string Name => "payments";

    protected override void WriteHeader(TextLine line) => line.Add(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n <CstmrCdtTrfInitn>\n"u8).Add(
        "  <GrpHdr><MsgId>NW-2026-11-27</MsgId><CreDtTm>2026-11-27T08:00:00</CreDtTm><InitgPty><Nm>Northwind Payroll</Nm></InitgPty></GrpHdr>\n"u8).Add(
        "  <PmtInf>\n   <PmtInfId>P-1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-11-30</Dt></ReqdExctnDt>\n"u8).Add(
        "   <Dbtr><Nm>Northwind Ltd</Nm></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct>\n"u8);

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add("   <CdtTrfTxInf><PmtId><EndToEndId>E2E-"u8).Add(row, 9).Add("</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">"u8);
        line.AddAmount(chance.Between(1_000, 900_000)).Add("</InstdAmt></Amt><Cdtr><Nm>"u8);
        var start = line.Length;
        Names.AddFullName(ref chance, line);
        Plant("Cdtr/Nm", line, start);
        line.Add("</Nm><PstlAdr><StrtNm>"u8);
        start = line.Length;
        Person.AddStreet(ref chance, line);
        Plant("Cdtr/PstlAdr/StrtNm", line, start);
        line.Add("</StrtNm><TwnNm>"u8).Add(chance.Of(Person.Cities)).Add("</TwnNm></PstlAdr></Cdtr><CdtrAcct><Id><IBAN>"u8);
        start = line.Length;
        Numbers.AddIban(ref chance, line);
        Plant("CdtrAcct/Id/IBAN", line, start);
        line.Add("</IBAN></Id></CdtrAcct><Purp><Cd>"u8).Add(chance.Of(s_purposes)).Add("</Cd></Purp><RmtInf><Ustrd>"u8);
        line.Add(chance.Of(s_reasons)).Add("</Ustrd></RmtInf></CdtTrfTxInf>\n"u8);
    }

    protected override void WriteFooter(TextLine line) => line.Add("  </PmtInf>\n </CstmrCdtTrfInitn>\n</Document>\n"u8);
}
