using System.Text;
using SecureExchange.Masking.Detection;

namespace SecureExchange.Masking.Tests.Detection;

public sealed class DetectorTests
{
    [Theory]
    [InlineData("card ４１１１ １１１１ １１１１ １１１１", "CREDIT_CARD ４１１１ １１１１ １１１１ １１１１")]
    [InlineData("card ٤١١١١١١١١١١١١١١١", "CREDIT_CARD ٤١١١١١١١١١١١١١١١")]
    [InlineData("write to j\u200bohn@example.com", "EMAIL_ADDRESS j\u200bohn@example.com")]
    [InlineData("write to jоhn@exаmple.com", "EMAIL_ADDRESS jоhn@exаmple.com")]
    [InlineData("ssn 219\u201309\u20139998", "US_SSN 219\u201309\u20139998")]
    [InlineData("\u202eIBAN\u202c DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "IBAN_CODE DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000")]
    public void Digits_and_letters_in_disguise_are_read_and_the_place_is_the_originals(string text, string find) =>
        Assert.Contains(find, Finds.Of(text));

    [Fact]
    public void Text_in_another_alphabet_isnt_taken_for_Latin() =>
        Assert.Empty(Finds.Of("Ср. рассказ о расе и коре, 5 сосен"));

    [Theory]
    [InlineData("pay to DE89 3704 0044\n0532 0130 00 today", "IBAN_CODE DE89 3704 0044\n0532 0130 00")]
    [InlineData("> card 4111 1111\r\n> 1111 1111 is mine", "CREDIT_CARD 4111 1111\r\n> 1111 1111")]
    public void A_line_wrap_hides_nothing(string text, string find) => Assert.Contains(find, Finds.Of(text));

    [Fact]
    public void A_column_of_numbers_is_no_card() => Assert.Empty(Finds.Of("4111\n1111\n1111\n1111\n"));

    [Theory]
    [InlineData("it is four one one one one one one one one one one one one one one one", "CREDIT_CARD four one one one one one one one one one one one one one one one")]
    [InlineData("john dot smith at example dot com please", "EMAIL_ADDRESS john dot smith at example dot com")]
    [InlineData("call me on four one five five five five oh one three two", "PHONE_NUMBER four one five five five five oh one three two")]
    public void What_is_read_out_is_found_in_the_transcript(string text, string find) => Assert.Contains(find, Finds.Of(text));

    [Theory]
    [InlineData("ref 078051123 of yesterday", false)]
    [InlineData("her ssn: 078051123 of yesterday", true)]
    public void A_bare_number_is_what_a_word_nearby_says(string text, bool found) =>
        Assert.Equal(found, Finds.Of(text).Contains("US_SSN 078051123"));

    [Theory]
    [InlineData("Dear Ms. Quinlan, ", "PERSON Quinlan")]
    [InlineData("my name is john smith and", "PERSON john smith")]
    [InlineData("Patient: Xochitl Abernathy", "PERSON Xochitl Abernathy")]
    [InlineData("Caller: Xochitl\n", "PERSON Xochitl")]
    [InlineData("Caller: Jonathan here", "PERSON Jonathan")]
    [InlineData("Patient: Xochitl was seen", "PERSON Xochitl")]
    [InlineData("Good morning, this is Priya from support", "PERSON Priya")]
    [InlineData("hi, I'm Jonathan.", "PERSON Jonathan")]
    [InlineData("it's Jonathan again", "PERSON Jonathan")]
    [InlineData("Agent: Thanks Jonathan. Card number?", "PERSON Jonathan")]
    [InlineData("approved by Anneliese Müller-Brandt yesterday", "PERSON Anneliese Müller-Brandt")]
    [InlineData("live at 12 High Street, London SW1A 1AA.", "ADDRESS 12 High Street, London SW1A 1AA")]
    [InlineData("an: Hauptstraße 5, 10115 Berlin", "ADDRESS Hauptstraße 5, 10115 Berlin")]
    [InlineData("12 rue des Lilas, 75011 Paris", "ADDRESS 12 rue des Lilas, 75011 Paris")]
    [InlineData("born 03/04/1985 in", "DATE_OF_BIRTH 03/04/1985")]
    public void Names_and_addresses_are_known_by_what_stands_around(string text, string find) => Assert.Contains(find, Finds.Of(text));

    [Theory]
    [InlineData("Caller: Definitely not, thanks")]
    [InlineData("Agent: Sure, one moment")]
    [InlineData("Customer: That's all. Client: Really?")]
    [InlineData("this is Rose coloured")]
    [InlineData("Thanks To All, Kind Regards")]
    public void What_is_said_behind_a_speaker_is_no_name(string text) => Assert.DoesNotContain(Finds.Of(text), find => find.StartsWith("PERSON", StringComparison.Ordinal));

    [Theory]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----", "PRIVATE_KEY")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE", "AWS_ACCESS_KEY")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "JWT")]
    [InlineData("AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==", "AZURE_KEY")]
    [InlineData("AIzaSyA1234567890abcdefghijklmnopqrstuv", "GCP_API_KEY")]
    [InlineData("password: hunter2!", "PASSWORD")]
    public void Secrets_are_found(string text, string entity) => Assert.Contains(Finds.Of(text), find => find.StartsWith(entity + " ", StringComparison.Ordinal));

    [Fact]
    public void Of_two_readings_the_surer_one_stays_and_on_request_both()
    {
        const string Text = "passport or account 912803456";
        Assert.Single(Finds.Of(Text, new DetectorOptions { MinScore = 0 }));
        Assert.True(Finds.Of(Text, new DetectorOptions { MinScore = 0, SettleOverlaps = false }).Length > 2);
    }

    [Fact]
    public void Real_check_digits_tell_where_others_guess()
    {
        // GSTIN, NRIC: Presidio takes any; ours without a right check digit stay below the usual score.
        Assert.Contains("IN_GSTIN 27AAPFU0939F1ZV", Finds.Of("27AAPFU0939F1ZV"));
        Assert.DoesNotContain("IN_GSTIN 27AAPFU0939F1ZA", Finds.Of("27AAPFU0939F1ZA"));
        Assert.Contains("SG_NRIC_FIN S2740116C", Finds.Of("S2740116C"));
        Assert.DoesNotContain("SG_NRIC_FIN S2740116D", Finds.Of("S2740116D"));
    }

    [Fact]
    public void Nothing_is_allocated_for_a_cell()
    {
        var (detector, found) = (new Detector(), new DetectionList());
        var cells = Enumerable.Range(0, 200).Select(i => Encoding.UTF8.GetBytes($"Ana Lima {i}, ana{i}@example.com, (415) 555-0{i % 10}32")).ToArray();
        foreach (var cell in cells) detector.Detect(cell, found);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var cell in cells) detector.Detect(cell, found);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Unknown_names_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Detector(new DetectorOptions { Entities = ["EMAIL"] }));
        Assert.Throws<ArgumentException>(() => new Detector(new DetectorOptions { Countries = ["xx"] }));
    }
}
