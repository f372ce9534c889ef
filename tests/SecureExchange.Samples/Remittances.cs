namespace SecureExchange.Samples;

/// <summary>What a payer paid, and why not more: X12 835 (005010X221A1), one transaction set with a claim for each row.</summary>
internal sealed class Remittances : Interchange
{
    private const int SegmentsOfSet = 12;
    private const int SegmentsOfClaim = 8;
    private long _claims;

    public override string Name => "remittances-835";

    protected override void WriteHeader(TextLine line)
    {
        _claims = 0;
        AddHead(line, ("HP", "005010X221A1"));
        line.Add("ST*835*0001~\nBPR*I*98765.43*C*ACH*CCP*01*011000015*DA*0099887766*1512345678**01*021000021*DA*1122334455*20261127~\n"u8).Add(
            "TRN*1*TRACE000001*1512345678~\nDTM*405*20261127~\nN1*PR*CONTOSO HEALTH~\nN3*5 PAYER PLAZA~\nN4*LAKEWOOD*CO*802260001~\n"u8).Add(
            "PER*BL*TECH DESK*TE*8005550199~\nN1*PE*HARBOR POINT CLINIC*XX*1999999984~\nREF*TJ*123456789~\nLX*1~\n"u8);
    }

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        _claims = row;
        line.Add("CLP*"u8);
        var start = line.Length;
        line.Add("PAT"u8).Add(chance.Below(100_000_000), 8).Add((byte)'-').Add(row);
        Plant("CLP-01", line, start);
        var billed = chance.Between(4_000, 90_000);
        var denied = billed * chance.Between(0, 60) / 100;
        line.Add("*1*"u8).AddAmount(billed).Add((byte)'*').AddAmount(billed - denied).Add("**MC*ICN"u8).Add(row, 9).Add("*11*1~\nNM1*QC*1"u8);
        AddName("NM1[QC]", ref chance, line);
        line.Add("****MI*"u8);
        AddMember("NM1[QC]-09", ref chance, line);
        line.Add("~\nNM1*82*1"u8);
        AddName("NM1[82]", ref chance, line);
        line.Add("****XX*1234567893~\nREF*SY*"u8);
        start = line.Length;
        line.Add(chance.Between(101_000_001, 665_999_999));
        Plant("REF[SY]-02", line, start);
        line.Add("~\nDTM*232*"u8);
        AddDay(ref chance, 2026, 1, line);
        line.Add("~\nSVC*HC:99213*"u8).AddAmount(billed).Add((byte)'*').AddAmount(billed - denied).Add("**1~\nDTM*472*"u8);
        AddDay(ref chance, 2026, 1, line);
        line.Add("~\nCAS*CO*45*"u8).AddAmount(denied).Add("~\n"u8);
    }

    protected override void WriteFooter(TextLine line)
    {
        line.Add("SE*"u8).Add(SegmentsOfSet + (_claims * SegmentsOfClaim)).Add("*0001~\n"u8);
        AddEnd(line, sets: 1);
    }
}
