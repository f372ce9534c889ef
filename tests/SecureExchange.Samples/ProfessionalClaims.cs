namespace SecureExchange.Samples;

/// <summary>Claims of doctors: X12 837P (005010X222A1), a transaction set for each.</summary>
internal sealed class ProfessionalClaims : Interchange
{
    private static readonly byte[][] s_diagnoses = TextLine.Utf8("E119", "I10", "J45909", "M5450", "K219", "N390", "Z0000");
    private static readonly byte[][] s_procedures = TextLine.Utf8("99213", "99214", "80053", "93000", "36415");
    private long _sets;

    public override string Name => "claims-837";

    protected override void WriteHeader(TextLine line)
    {
        _sets = 0;
        AddHead(line, ("HC", "005010X222A1"));
    }

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        _sets = row;
        line.Add("ST*837*"u8).Add(row, 9).Add("*005010X222A1~\nBHT*0019*00*B"u8).Add(row, 9).Add("*20261127*0800*CH~\n"u8);
        line.Add("NM1*41*2*NORTHWIND BILLING*****46*NW01~\nPER*IC*CLAIMS DESK*TE*8005550100~\nNM1*40*2*CONTOSO HEALTH*****46*CT01~\n"u8);
        line.Add("HL*1**20*1~\nNM1*85*2*HARBOR POINT CLINIC*****XX*1999999984~\nN3*1 HARBOR WAY~\nN4*SPRINGFIELD*IL*627049876~\nREF*EI*123456789~\n"u8);
        line.Add("HL*2*1*22*0~\nSBR*P*18*******CI~\nNM1*IL*1"u8);
        AddName("NM1[IL]", ref chance, line);
        line.Add("****MI*"u8);
        AddMember("NM1[IL]-09", ref chance, line);
        line.Add("~\n"u8);
        AddAddress(ref chance, line);
        line.Add("DMG*D8*"u8);
        AddDay(ref chance, 1935, 80, line);
        line.Add((byte)'*').Add((byte)"FM"[chance.Below(2)]).Add("~\nREF*SY*"u8);
        var start = line.Length;
        line.Add(chance.Between(101_000_001, 665_999_999));
        Plant("REF[SY]-02", line, start);
        line.Add("~\nNM1*PR*2*CONTOSO HEALTH*****PI*CT01~\nCLM*"u8);
        start = line.Length;
        line.Add("PAT"u8).Add(chance.Below(100_000_000), 8).Add((byte)'-').Add(row);
        Plant("CLM-01", line, start);
        var (first, second) = (chance.Between(4_000, 90_000), chance.Between(1_000, 30_000));
        line.Add((byte)'*').AddAmount(first + second).Add("***11:B:1*Y*A*Y*Y~\nHI*ABK:"u8).Add(chance.Of(s_diagnoses)).Add("*ABF:"u8).Add(chance.Of(s_diagnoses)).Add("~\nNM1*82*1"u8);
        AddName("NM1[82]", ref chance, line);
        line.Add("****XX*1234567893~\nNTE*ADD*SEEN FOR "u8);
        start = line.Length;
        Person.AddPhone(ref chance, line);
        Plant("NTE-02", line, start);
        line.Add("~\nLX*1~\nSV1*HC:"u8).Add(chance.Of(s_procedures)).Add((byte)'*').AddAmount(first).Add("*UN*1***1~\nDTP*472*D8*"u8);
        AddDay(ref chance, 2026, 1, line);
        line.Add("~\nLX*2~\nSV1*HC:"u8).Add(chance.Of(s_procedures)).Add((byte)'*').AddAmount(second).Add("*UN*1***2~\nDTP*472*D8*"u8);
        AddDay(ref chance, 2026, 1, line);
        line.Add("~\nSE*29*"u8).Add(row, 9).Add("~\n"u8);
    }

    protected override void WriteFooter(TextLine line) => AddEnd(line, _sets);
}
