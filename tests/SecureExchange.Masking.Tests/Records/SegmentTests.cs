using System.Text;

namespace SecureExchange.Masking.Tests.Records;

public class SegmentTests
{
    private const string Message = "MSH|^~\\&|ADT|NW|EHR|CT|20261127||ADT^A01|M1|P|2.5\rPID|1||4711^^^NW~99881^^^X||Lima^Ana^M||19800101|F|||1 Elm St^^Rio\rNK1|1|Lima^Bo\rNK1|2|Berg^Cy\rOBX|1|TX|N||seen by Ana\\T\\Bo\r";
    private const string Hl7 = "MSH: { transform: keep }\nPID-1: { transform: keep }\n'PID-3[*].1': { transform: fpe, alphabet: digits-upper }\nPID-3[*].4: { transform: keep }\n"
        + "PID-5: { transform: tokenise }\nPID-7: { transform: keep }\nPID-8: { transform: keep }\nPID-11.1: { transform: redact }\nPID-11.3: { transform: keep }\n"
        + "'NK1[*]-1': { transform: keep }\n'NK1[*]-2.1': { transform: tokenise }\n'NK1[*]-2.2': { transform: tokenise }\n'OBX[*]': { transform: keep }\n'OBX[*]-5': { transform: tokenise }";

    private const string Isa = "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*CONTOSO        *261127*0800*^*00501*000000001*0*P*:~";
    private const string Claim = Isa + "GS*HC*A*B*20261127*0800*1*X~ST*837*0001~HL*1**22*0~NM1*IL*1*LIMA*ANA****MI*M12345678~REF*SY*123456789~CLM*C1*100***11:B:1~HI*ABK:E119~NM1*82*1*BERG*BO~SV1*HC:99213*100~CLM*C2*50***11:B:1~NM1*82*1*ROY*CY~SE*9*0001~GE*1*1~IEA*1*000000001~";
    private const string X12 = "ISA: { transform: keep }\nGS: { transform: keep }\nST: { transform: keep }\n'HL[*]': { transform: keep }\n'NM1[IL]': { transform: keep }\n'NM1[IL]-03': { transform: tokenise }\n'NM1[IL]-04': { transform: tokenise }\n"
        + "'NM1[IL]-09': { transform: fpe, alphabet: digits-upper }\n'REF[SY]-01': { transform: keep }\n'REF[SY]-02': { transform: fpe, alphabet: digits }\nCLM: { transform: keep }\nHI: { transform: keep }\n"
        + "'NM1[82]': { transform: keep }\n'NM1[82]-03': { transform: tokenise }\n'NM1[82]-04': { transform: redact }\n'SV1[*]': { transform: keep }\nSE: { transform: keep }\nGE: { transform: keep }\nIEA: { transform: keep }";

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Messages_are_masked_by_segment_and_field_and_come_back(string end)
    {
        using var exchange = Exchange.Of("hl7", Hl7.Replace("redact", "tokenise", StringComparison.Ordinal));
        var file = (Message + Message.Replace("Lima", "Roy", StringComparison.Ordinal)).Replace("\r", end, StringComparison.Ordinal);
        var sent = exchange.RoundTrip(file);
        Assert.Equal(2, sent.Report.Records);
        foreach (var value in (string[])["Lima", "Ana", "4711", "Elm", "Berg", "|Bo", "^Cy"]) Assert.DoesNotContain(value, sent.Text, StringComparison.Ordinal);
        Assert.StartsWith("MSH|^~\\&|ADT|NW|EHR|CT|20261127||ADT^A01|M1|P|2.5" + end, sent.Text, StringComparison.Ordinal);
        Assert.Equal(file.Count(c => c is '|' or '^' or '~'), sent.Text.Count(c => c is '|' or '^' or '~') + file.Split("PID|").Skip(1).Sum(_ => 2));
    }

    [Fact]
    public void MLLP_frames_and_batch_headers_stay()
    {
        using var exchange = Exchange.Of("hl7", Hl7 + "\nBHS: { transform: keep }\nBTS: { transform: keep }");
        var sent = exchange.Dispatch("BHS|^~\\&|A\r\v" + Message + "\u001c\r\v" + Message + "\u001c\rBTS|2\r");
        Assert.Equal(2, sent.Report.Records);
        Assert.Equal(2, sent.Text.Count(c => c == '\v'));
        Assert.EndsWith("\u001c\rBTS|2\r", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_out_is_escaped_and_what_isnt_listed_is_refused_or_dropped()
    {
        using var exchange = Exchange.Of("hl7", "MSH: { transform: keep }\nPID-5.1: { transform: replace, with: 'a|b^c&d' }", "unlisted: drop");
        Assert.Equal("MSH|^~\\&|A\rPID|||||a\\F\\b\\S\\c\\T\\d^|\r", exchange.Mask("MSH|^~\\&|A\rPID|1||||Lima^Ana|x\rZZZ|secret\r"));
        using var strict = Exchange.Of("hl7", "MSH: { transform: keep }\nPID-5.1: { transform: redact }");
        Assert.Equal((RecordError.UnlistedField, "PID"), (strict.Refused("MSH|^~\\&|A\rPID|||||Lima^Ana\r").Error, strict.Refused("MSH|^~\\&|A\rPID|||||Lima^Ana\r").Field));
        Assert.Equal((RecordError.UnlistedField, "ZZZ"), (strict.Refused("MSH|^~\\&|A\rZZZ|Ana\r").Error, strict.Refused("MSH|^~\\&|A\rZZZ|Ana\r").Field));
        Assert.Equal(RecordError.DuplicateKey, strict.Refused("MSH|^~\\&|A\rPID|||||Lima~Roy\r").Error);
        Assert.Equal(RecordError.NotAMessage, strict.Refused("PID|||||Lima\r").Error);
        Assert.Equal(RecordError.NotAMessage, strict.Refused("MSH|^^\\&|A\r").Error);
    }

    [Theory]
    [InlineData("~")]
    [InlineData("~\n")]
    public void Claims_are_masked_by_segment_and_element_and_come_back(string end)
    {
        using var exchange = Exchange.Of("x12", X12.Replace("redact", "tokenise", StringComparison.Ordinal), "records: CLM");
        var file = Claim.Replace("~", end, StringComparison.Ordinal);
        var sent = exchange.RoundTrip(file);
        Assert.Equal(3, sent.Report.Records); // Two claims, and the subscriber in front of them.
        foreach (var value in (string[])["LIMA", "ANA", "M12345678", "123456789", "BERG", "ROY"]) Assert.DoesNotContain(value, sent.Text, StringComparison.Ordinal);
        Assert.Equal(file.Count(c => c is '~' or '*'), sent.Text.Count(c => c is '~' or '*'));
        Assert.StartsWith(Isa[..^1], sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_in_the_text_of_a_note_have_none_of_the_usual_separators()
    {
        using var exchange = Exchange.Of("x12", "ISA: { transform: keep }\nNTE: { transform: keep }\nNTE-02: { transform: scan }", "records: NTE");
        var sent = exchange.RoundTrip(Isa + "NTE*ADD*WRITE TO ana@corp.com TODAY~");
        Assert.Contains("~NTE*ADD*WRITE TO [[EMAIL_ADDRESS.", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Segments_of_X12_stay_where_they_are_counted()
    {
        using var exchange = Exchange.Of("x12", "ISA: { transform: keep }\nCLM-01: { transform: keep }", "records: CLM\nunlisted: drop");
        var masked = exchange.Mask(Claim);
        Assert.Equal(Claim.Count(c => c == '~'), masked.Count(c => c == '~'));
        Assert.Contains("~NM1*********~", masked, StringComparison.Ordinal);
        Assert.Contains("~CLM*C2****~", masked, StringComparison.Ordinal);
        using var separating = Exchange.Of("x12", "ISA: { transform: keep }\nCLM-01: { transform: replace, with: 'a*b' }", "records: CLM\nunlisted: drop");
        Assert.Equal(RecordError.NotEncodable, separating.Refused(Claim).Error);
        Assert.Equal(RecordError.NotAMessage, separating.Refused("ST*837~").Error);
    }

    [Fact]
    public void Messages_that_were_broken_anywhere_are_refused_or_pass_as_they_are()
    {
        using var hl7 = Exchange.Of("hl7", "MSH: { transform: keep }\nPID: { transform: keep }\n'NK1[*]': { transform: keep }\nOBX: { transform: keep }");
        using var x12 = Exchange.Of("x12", "ISA: { transform: keep }\nGS: { transform: keep }\nST: { transform: keep }\n'HL[*]': { transform: keep }\n'NM1[*]': { transform: keep }\nREF: { transform: keep }\nCLM: { transform: keep }\nHI: { transform: keep }\nSV1: { transform: keep }\nSE: { transform: keep }\nGE: { transform: keep }\nIEA: { transform: keep }", "records: CLM");
        var dice = new Dice(9);
        foreach (var (exchange, good) in ((Exchange, string)[])[(hl7, Message), (x12, Claim)])
        {
            for (var round = 0; round < 2000; round++)
            {
                var bytes = Encoding.ASCII.GetBytes(good);
                for (var edits = dice.Next(1, 4); edits > 0; edits--) bytes[dice.Next(bytes.Length)] = (byte)"|^~\\&*:~\r\n A0M"[dice.Next(14)];
                try
                {
                    Assert.Equal(bytes, exchange.Dispatch(bytes, dice.Next(1, 300)).Masked);
                }
                catch (RecordException)
                {
                    // Refused, which is always allowed here.
                }
            }
        }
    }
}
