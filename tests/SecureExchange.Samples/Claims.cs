namespace SecureExchange.Samples;

/// <summary>Medical claims: CSV of 24 columns, comma, LF.</summary>
internal sealed class Claims : Sample
{
    private static readonly byte[][] s_plans = TextLine.Utf8("HMO-Basic", "HMO-Plus", "PPO-Silver", "PPO-Gold", "EPO-Care");
    private static readonly byte[][] s_diagnoses = TextLine.Utf8("E11.9", "I10", "J45.909", "M54.50", "K21.9", "F41.1", "S82.101A", "N39.0", "G43.909", "Z00.00");
    private static readonly byte[][] s_procedures = TextLine.Utf8("99213", "99214", "80053", "93000", "70450", "27447", "45378", "36415");
    private static readonly byte[][] s_clinics = TextLine.Utf8("Harbor Point Clinic", "St. Alban's Medical Group", "Maple Grove Family Care", "Northgate Orthopedics, LLC", "Rivera & Sons Imaging");
    private static readonly byte[][] s_statuses = TextLine.Utf8("received", "in review", "approved", "denied", "pended");
    private static readonly byte[][] s_complaints = TextLine.Utf8("lower back pain", "follow-up after surgery", "shortness of breath", "annual check", "migraine with aura", "knee pain after a fall");

    public override string Name => "claims";

    protected override void WriteHeader(TextLine line) => line.Add(
        "claim_id,policy_no,member_id,full_name,date_of_birth,sex,ssn,email,phone,street,city,zip,country,plan,"u8).Add(
        "provider_name,provider_npi,diagnosis,procedure,service_date,admitted_on,billed_amount,allowed_amount,status,notes\n"u8);

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add("CLM-"u8).Add(row, 9).Add((byte)',');
        var start = line.Length;
        line.Add(chance.Below(100), 2).Add((byte)'-').Add(chance.Below(10000), 4).Add((byte)'-').Add(row % 100000, 5);
        Plant("policy_no", line, start);
        line.Add(",M"u8).Add(chance.Below(1_000_000_000), 9).Add((byte)',');
        start = line.Length;
        Names.AddFullName(ref chance, line);
        var name = line.From(start).ToArray();
        Plant("full_name", line, start);
        var birth = DateOnly.FromDayNumber(chance.Between(new DateOnly(1932, 1, 1).DayNumber, new DateOnly(2020, 12, 31).DayNumber));
        line.Add((byte)',').AddDate(birth).Add((byte)',').Add((byte)"FMX"[chance.Below(3)]).Add((byte)',');
        start = line.Length;
        Person.AddSsn(ref chance, line);
        var ssn = line.From(start).ToArray();
        Plant("ssn", line, start);
        line.Add((byte)',');
        start = line.Length;
        Person.AddEmail(ref chance, row, line);
        Plant("email", line, start);
        line.Add((byte)',');
        start = line.Length;
        Person.AddPhone(ref chance, line);
        var phone = line.From(start).ToArray();
        Plant("phone", line, start);
        line.Add((byte)',');
        start = line.Length;
        Person.AddStreet(ref chance, line);
        Plant("street", line, start);
        line.Add((byte)',').Add(chance.Of(Person.Cities)).Add((byte)',').Add(chance.Between(1001, 99950), 5).Add(",US,"u8);
        line.Add(chance.Of(s_plans)).Add((byte)',');
        var clinic = chance.Of(s_clinics);
        if (clinic.Contains((byte)',')) line.Add((byte)'"').Add(clinic).Add((byte)'"');
        else line.Add(clinic);
        line.Add((byte)',').Add(chance.Between(1_000_000_000, 1_999_999_999)).Add((byte)',');
        line.Add(chance.Of(s_diagnoses)).Add((byte)',').Add(chance.Of(s_procedures)).Add((byte)',');
        var service = DateOnly.FromDayNumber(new DateOnly(2026, 1, 1).DayNumber + chance.Below(300));
        line.AddDate(service).Add((byte)',');
        if (chance.OneIn(4)) line.AddDate(service.AddDays(-chance.Below(5)));
        var billed = chance.Between(4_000, 2_500_000);
        line.Add((byte)',').AddAmount(billed).Add((byte)',').AddAmount(billed * chance.Between(40, 100) / 100);
        line.Add((byte)',').Add(chance.Of(s_statuses)).Add((byte)',');
        if (!chance.OneIn(3)) AddNotes(ref chance, name, ssn, phone, line);
        line.Add((byte)'\n');
    }

    /// <summary>What people write into a free-text field: names, numbers and telephone numbers.</summary>
    private static void AddNotes(ref Chance chance, byte[] name, byte[] ssn, byte[] phone, TextLine line)
    {
        line.Add("\"Pt "u8).Add(name).Add(" seen for "u8).Add(chance.Of(s_complaints));
        if (chance.OneIn(3)) line.Add(", SSN "u8).Add(ssn).Add(" verified"u8);
        if (chance.OneIn(3)) line.Add("; call back at "u8).Add(phone);
        if (chance.OneIn(8)) line.Add(". Said: \"\"it got worse\"\"\nnext visit in 2 weeks"u8);
        line.Add("\""u8);
    }
}
