using System.Text;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Samples;

/// <summary>Calls as a speech recogniser writes them down: NDJSON, a turn in each element.</summary>
internal sealed class Calls : Sample
{
    private static readonly byte[][] s_topics = TextLine.Utf8("billing", "delivery", "account", "complaint");

    public override string Name => "calls";

    protected override void WriteHeader(TextLine line)
    {
    }

    protected override void WriteRow(long row, ref Chance chance, TextLine line)
    {
        line.Add("{\"call_id\":\"C-"u8).Add(row, 8).Add("\",\"started_at\":\"2026-"u8).Add(chance.Between(1, 12), 2).Add("-"u8).Add(chance.Between(1, 28), 2).Add("T09:30:00Z\",\"agent\":\""u8);
        var start = line.Length;
        Names.AddFullName(ref chance, line);
        Plant("agent", line, start);
        line.Add("\",\"caller\":{\"name\":\""u8);
        start = line.Length;
        Names.AddFullName(ref chance, line);
        Plant("caller.name", line, start);
        line.Add("\",\"phone\":\""u8);
        start = line.Length;
        Person.AddPhone(ref chance, line);
        Plant("caller.phone", line, start);
        line.Add("\"},\"topic\":\""u8).Add(chance.Of(s_topics)).Add("\",\"consent\":"u8).Add(chance.OneIn(5) ? "false"u8 : "true"u8).Add(",\"seconds\":"u8).Add(chance.Between(20, 1800));
        line.Add(",\"turns\":[{\"speaker\":\"agent\",\"text\":\"thank you for calling, how can I help?\"},{\"speaker\":\"caller\",\"text\":\""u8);
        Turn(ref chance, line);
        line.Add("\"},{\"speaker\":\"agent\",\"text\":\"one moment please\"}]}\n"u8);
    }

    private void Turn(ref Chance chance, TextLine line)
    {
        var (before, entity, kind, after) = chance.Below(5) switch
        {
            0 => ("it is about my card, the number is ", "CREDIT_CARD", "", ", it was charged twice"),
            1 => ("sure, my card number is ", "CREDIT_CARD", "spoken", " and it expires next year"),
            2 => ("please write to ", "EMAIL_ADDRESS", "", " and tell me"),
            3 => ("my social security number is ", "US_SSN", "", " if you need it"),
            _ => ("call me back at ", "PHONE_NUMBER", "us", " after five"),
        };
        line.Add(Encoding.UTF8.GetBytes(before));
        var start = line.Length;
        line.Add(Encoding.UTF8.GetBytes(PersonalValues.Make(entity, kind, ref chance)));
        Plant("turns[*].text", line, start);
        line.Add(Encoding.UTF8.GetBytes(after));
    }
}
