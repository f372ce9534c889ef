using System.Text;
using SecureExchange.Samples;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests;

public class SampleTests
{
    public static TheoryData<string, string> Kinds => new()
    {
        { "claims", "medical-claims" }, { "invoices", "invoices" }, { "tickets", "tickets" }, { "payments", "payments" }, { "admissions", "admissions" },
        { "payroll", "payroll" }, { "statements", "statements" },
        { "claims-837", "claims-837" }, { "remittances-835", "remittances-835" },
    };

    public static TheoryData<string, string, string> Audiences
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (kind, profile) in new[] { ("claims", "medical-claims"), ("claims", "medical-claims-safe-harbor"), ("invoices", "invoices"), ("tickets", "tickets") })
            {
                foreach (var location in SecureExchange.Masking.Profiles.Audience.Locations) data.Add(kind, profile, $"vendor.agent@{location}");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Audiences))]
    public void No_planted_value_is_in_the_masked_sample(string kind, string profile, string audience)
    {
        var planted = new List<Planted>();
        var file = Sample.Find(kind)!.ToArray(1000, 7, planted.Add);
        using var all = OfProfile(profile);
        using var exchange = all.For(audience);
        var sent = exchange.Dispatch(file);
        Assert.Equal(1000, sent.Report.Records);
        Assert.True(planted.Count >= 3000);
        foreach (var value in planted)
        {
            Assert.True(file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(value.Value)) >= 0, $"{value} isn't in the sample");
            Assert.False(sent.Masked.AsSpan().IndexOf(Encoding.UTF8.GetBytes(value.Value)) >= 0, $"{value} is in the masked copy");
            Assert.False(sent.Manifest.AsSpan().IndexOf(Encoding.UTF8.GetBytes(value.Value)) >= 0, $"{value} is in the manifest");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sample_comes_back_whole_however_it_is_cut(string kind, string profile)
    {
        var file = Sample.Find(kind)!.ToArray(700, 3);
        using var exchange = OfProfile(profile);
        var sent = exchange.Dispatch(file);
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings);
        Assert.Equal(700, back.Report.Rows);
        foreach (var piece in (int[])[1, 1000, 65536])
        {
            var other = exchange.Dispatch(file, piece);
            Assert.Equal(sent.Masked, other.Masked);
            Assert.Equal(sent.Manifest, other.Manifest);
            Assert.Equal(back.Text, exchange.Return(sent.Masked, sent.Manifest, piece).Text);
        }
    }

    /// <summary>The samples with everything reversible: byte for byte the same file.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_only_reversible_turns_back_to_the_byte(string kind, string profile)
    {
        if (kind == "payroll") return; // Tokens don't fit fields of fixed width.
        var yaml = Encoding.UTF8.GetString(Yaml(profile));
        foreach (var transform in (string[])["redact", "mask", "hash", "truncate", "bucket"])
            yaml = System.Text.RegularExpressions.Regex.Replace(yaml, $"transform: {transform}[^}}]*}}", "transform: tokenise }");
        using var exchange = new Exchange(yaml);
        var file = Sample.Find(kind)!.ToArray(2000, 5);
        var sent = exchange.Dispatch(file);
        Assert.Equal(Encoding.UTF8.GetString(file), exchange.Return(sent.Masked, sent.Manifest).Text);
    }

    /// <summary>What 45 CFR 164.514(b)(2) leaves of dates, ages and postcodes.</summary>
    [Fact]
    public void Safe_harbor_leaves_years_capped_ages_and_areas_of_more_than_20000_people()
    {
        using var exchange = OfProfile("medical-claims-safe-harbor");
        var rows = exchange.Dispatch(Sample.Find("claims")!.ToArray(3000, 11)).Text.Split('\n')[..^1].Select(row => row.Split(',')).ToArray();
        Assert.Equal("claim_id,date_of_birth,sex,zip,country,plan,diagnosis,procedure,service_date,admitted_on,billed_amount,allowed_amount,status", string.Join(',', rows[0]));
        Assert.All(rows[1..], row => Assert.Matches("^(\\d|[1-8]\\d|90\\+)$", row[1]));
        Assert.Contains(rows, row => row[1] == "90+");
        Assert.All(rows[1..], row => Assert.Matches("^\\d{3}$", row[3]));
        Assert.DoesNotContain(rows, row => row[3] is "036" or "692" or "878" or "059" or "790" or "893");
        Assert.Contains(rows, row => row[3] == "000");
        Assert.All(rows[1..], row => Assert.Matches("^2026|2025$", row[8]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sample_is_the_same_for_its_seed_and_starts_alike_at_any_size(string kind, string profile)
    {
        Assert.NotNull(profile);
        var ten = Sample.Find(kind)!.ToArray(10, 1);
        Assert.Equal(ten, Sample.Find(kind)!.ToArray(10, 1));
        Assert.True(Sample.Find(kind)!.ToArray(5000, 1).AsSpan().CommonPrefixLength(ten) > ten.Length - 60);
        Assert.NotEqual(ten, Sample.Find(kind)!.ToArray(10, 2));
    }

    [Theory]
    [InlineData("claims-837", 25)]
    [InlineData("remittances-835", 1)]
    public void A_transaction_set_has_as_many_segments_as_it_says_masked_or_not(string kind, int sets)
    {
        var file = Sample.Find(kind)!.ToArray(25, 3);
        using var exchange = OfProfile(kind);
        foreach (var text in (string[])[Encoding.UTF8.GetString(file), exchange.Dispatch(file).Text])
        {
            var found = text.Split("ST*8")[1..].Select(set => set.Split('~').TakeWhile(segment => segment.Trim() is var s && !s.StartsWith("GE*", StringComparison.Ordinal)).Select(s => s.Trim()).Where(s => s.Length > 0).ToList()).ToList();
            Assert.Equal(sets, found.Count);
            Assert.All(found, set => Assert.StartsWith($"SE*{set.Count}*", set[^1], StringComparison.Ordinal));
        }
    }

    [Fact]
    public void IBANs_and_cards_have_right_check_digits()
    {
        var planted = new List<Planted>();
        Sample.Find("invoices")!.ToArray(300, 1, planted.Add);
        Sample.Find("tickets")!.ToArray(300, 1, planted.Add);
        var ibans = planted.Where(p => p.Field.EndsWith("iban", StringComparison.Ordinal)).Select(p => p.Value).ToList();
        Assert.True(ibans.Count > 300);
        Assert.All(ibans, iban => Assert.Equal(1, string.Concat((iban[4..] + iban[..4]).Select(c => char.IsDigit(c) ? $"{c}" : $"{c - 'A' + 10}")).Aggregate(0, (rest, c) => ((rest * 10) + c - '0') % 97)));
        Assert.All(planted.Where(p => p.Field == "card"), card => Assert.Equal(0, card.Value.Where(char.IsDigit).Reverse().Select((c, i) => i % 2 == 0 ? c - '0' : (c - '0') * 2 > 9 ? ((c - '0') * 2) - 9 : (c - '0') * 2).Sum() % 10));
    }

    private static byte[] Yaml(string profile) => File.ReadAllBytes(Path.Combine(Checkout.Root, "profiles", profile + ".yaml"));

    private static Exchange OfProfile(string profile) => new(Yaml(profile));
}
