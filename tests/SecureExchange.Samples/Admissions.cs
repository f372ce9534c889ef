namespace SecureExchange.Samples;

/// <summary>Admissions of patients: HL7 v2.5 ADT^A01, a message for each.</summary>
internal sealed class Admissions : Sample
{
    private static readonly byte[][] s_wards = TextLine.Utf8("ICU^101^A", "MED^210^B", "SUR^305^A");

    public override string Name => "admissions";

    protected override void WriteHeader(TextLine line)
    {
    }

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add("MSH|^~\\&|ADT|HARBOR|EHR|CONTOSO|20261127080000||ADT^A01^ADT_A01|M"u8).Add(row, 9).Add("|P|2.5\rPID|1||"u8);
        var start = line.Length;
        line.Add("MRN"u8).Add(chance.Below(100_000_000), 8);
        Plant("PID-3.1", line, start);
        line.Add("^^^HARBOR||"u8);
        start = line.Length;
        Names.AddFullName(ref chance, line);
        Plant("PID-5.1", line, start);
        line.Add("||19"u8).Add(chance.Between(30, 99)).Add("0"u8).Add(chance.Between(1, 9)).Add("15|"u8).Add((byte)"FM"[chance.Below(2)]).Add("|||"u8);
        start = line.Length;
        Person.AddStreet(ref chance, line);
        Plant("PID-11.1", line, start);
        line.Add("^^"u8).Add(chance.Of(Person.Cities)).Add("||"u8);
        start = line.Length;
        Person.AddPhone(ref chance, line);
        Plant("PID-13", line, start);
        line.Add("||||||"u8);
        start = line.Length;
        Person.AddSsn(ref chance, line);
        Plant("PID-19", line, start);
        line.Add("\rPV1|1|I|"u8).Add(chance.Of(s_wards)).Add("\r"u8);
    }
}
