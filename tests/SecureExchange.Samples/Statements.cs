namespace SecureExchange.Samples;

/// <summary>A bank statement: ISO 20022 camt.053.001.08, an entry on each row.</summary>
internal sealed class Statements : Sample
{
    public override string Name => "statements";

    protected override void WriteHeader(TextLine line) => line.Add(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\n"u8).Add(
        " <GrpHdr><MsgId>ST-2026-11-27</MsgId><CreDtTm>2026-11-27T06:00:00</CreDtTm></GrpHdr>\n"u8).Add(
        " <Stmt><Id>331</Id><CreDtTm>2026-11-27T06:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>\n"u8);

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add("  <Ntry><NtryRef>N"u8).Add(row, 9).Add("</NtryRef><Amt Ccy=\"EUR\">"u8).AddAmount(chance.Between(500, 4_000_000));
        line.Add("</Amt><CdtDbtInd>"u8).Add(chance.OneIn(2) ? "CRDT"u8 : "DBIT"u8).Add("</CdtDbtInd><BookgDt><Dt>2026-11-26</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>"u8);
        var start = line.Length;
        Names.AddFullName(ref chance, line);
        var name = line.From(start).ToArray();
        Plant("Nm", line, start);
        line.Add("</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>"u8);
        start = line.Length;
        Numbers.AddIban(ref chance, line);
        Plant("iban", line, start);
        line.Add("</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>from "u8).Add(name).Add(", reply to "u8);
        start = line.Length;
        Person.AddEmail(ref chance, row, line);
        Plant("Ustrd", line, start);
        line.Add("</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"u8);
    }

    protected override void WriteFooter(TextLine line) => line.Add(" </Stmt>\n</BkToCstmrStmt></Document>\n"u8);
}
