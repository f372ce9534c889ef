using System.Buffers;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Tests.Tracing;

/// <summary>Canary rows and marked tokens: there for whoever looks for a leak's source, and for nobody else.</summary>
public sealed class TracingTests : IDisposable
{
    private const int People = 600;

    private static readonly MaskingProfile s_profile = Profile("trace: { canary-every: 20, watermark: [name] }");
    private readonly MaskingKeys _keys = Keys(7);

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(1 << 20)]
    public void Canaries_are_masked_like_real_rows_and_a_return_loses_them_again(int piece)
    {
        var file = File(People);
        var sent = Mask(s_profile, file, 1, piece);
        Assert.InRange(sent.Report.Canaries, 12, 60);
        Assert.Equal(People + sent.Report.Canaries, sent.Report.Records);
        Assert.Equal(sent.Report.Records, Rows(sent.Masked).Count);
        Assert.Equal(sent.Masked, Mask(s_profile, file, 1).Masked);
        var planted = Rows(sent.Masked).Select(row => row.Split(',')[0]).Except(Rows(file).Select(row => row.Split(',')[0])).ToList();
        Assert.NotEmpty(planted);
        Assert.DoesNotContain(planted[0] + ",", Rows(sent.Masked)[0], StringComparison.Ordinal);
        Assert.All(Rows(sent.Masked), row => Assert.Matches(@"^C-\d{4},tok_[^,]+,\d{3}-\d{2}-\d{4},\d{4},(paid|open)$", row));

        var back = Return(s_profile, sent.Masked, sent.Manifest, 1, piece);
        Assert.Empty(back.Findings);
        Assert.Equal(file, back.Text);
        Assert.Equal(sent.Report.Canaries, back.Report.Canaries);
    }

    [Fact]
    public void A_canary_that_is_altered_or_missing_is_a_finding_like_any_other_row()
    {
        var sent = Mask(s_profile, File(People), 1);
        var real = Rows(File(People)).Select(row => row.Split(',')[0]).ToHashSet();
        var rows = Rows(sent.Masked);
        var canary = rows.FindIndex(row => !real.Contains(row.Split(',')[0]));
        var fewer = string.Join('\n', rows.Where((_, i) => i != canary).Prepend(Header)) + "\n";
        Assert.Equal(FindingKind.MissingRow, Assert.Single(Return(s_profile, fewer, sent.Manifest, 1).Findings).Kind);
        var cells = rows[canary].Split(',');
        cells[2] = cells[2] == "123-45-6789" ? "123-45-6780" : "123-45-6789";
        rows[canary] = string.Join(',', cells);
        var finding = Assert.Single(Return(s_profile, string.Join('\n', rows.Prepend(Header)) + "\n", sent.Manifest, 1).Findings);
        Assert.Equal((FindingKind.EditedToken, "ssn"), (finding.Kind, finding.Field));
    }

    [Fact]
    public void Both_of_a_value_s_tokens_turn_back_and_a_transfer_uses_one()
    {
        var file = File(People) + "C-9999,Person 1,111-22-3333,1980,paid\n";
        var (one, two) = (Mask(s_profile, file, 1), Mask(s_profile, file, 2));
        Assert.Equal(file, Return(s_profile, two.Masked, two.Manifest, 2).Text);
        var tokens = Rows(one.Masked).Where(row => row.StartsWith("C-0001,", StringComparison.Ordinal) || row.StartsWith("C-9999,", StringComparison.Ordinal)).Select(row => row.Split(',')[1]);
        Assert.Single(tokens.Distinct());
        var all = Rows(one.Masked).Concat(Rows(two.Masked)).Where(row => row.StartsWith("C-0", StringComparison.Ordinal)).ToLookup(row => row.Split(',')[0], row => row.Split(',')[1]);
        var same = Enumerable.Range(0, People).Count(n => all[$"C-{n:d4}"].Distinct().Count() == 1);
        Assert.InRange(same, People / 3, 2 * People / 3);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("a tenth, shuffled")]
    [InlineData("names alone")]
    [InlineData("thirty names")]
    [InlineData("no names")]
    public void A_leak_is_traced_to_its_transfer_whatever_is_left_of_it(string leak)
    {
        var rows = Rows(Mask(s_profile, File(People), 2).Masked);
        var random = new Dice(4);
        var leaked = leak switch
        {
            "all" => $"{Header}\n{string.Join('\n', rows)}\n",
            "a tenth, shuffled" => $"{Header}\n{string.Join('\n', rows.Where(_ => random.Next(10) == 0).OrderBy(_ => random.Next(1000)))}\n",
            "names alone" => $"name\n{string.Join('\n', rows.Select(row => row.Split(',')[1]))}\n",
            "thirty names" => $"state,name\n{string.Join('\n', rows.Where((_, i) => i % 20 == 3).Select(row => $"{row.Split(',')[4]},{row.Split(',')[1]}"))}\n",
            _ => $"ssn;state\n{string.Join('\n', rows.Select(row => $"{row.Split(',')[2]};{row.Split(',')[4]}"))}\n",
        };
        var findings = Trace(s_profile, leaked, 1, 2, 3);
        Assert.Equal("2", findings[0].Name);
        Assert.True(findings[0].IsTraced, $"{findings[0]}");
        Assert.All(findings.Skip(1), finding => Assert.False(finding.IsTraced, $"{finding}"));
    }

    [Fact]
    public void An_innocent_file_is_traced_to_nobody()
    {
        // Of no agreement, of another agreement's keys, and of this agreement but a transfer that isn't among those looked at.
        using var others = Keys(8);
        var traced = new List<TraceFinding>();
        for (var n = 0; n < 40; n++)
        {
            traced.AddRange(Trace(s_profile, File(100, seed: 50 + n), 1, 2, 3));
            traced.AddRange(Trace(s_profile, Mask(s_profile, File(100), 60 + n).Masked, 1, 2, 3));
            traced.AddRange(Trace(s_profile, Mask(s_profile, File(100), 1, keys: others).Masked, 1, 2, 3));
        }

        Assert.DoesNotContain(traced, finding => finding.IsTraced);
        Assert.True(traced.Min(finding => finding.Chance) > 1e-4, $"{traced.Min(finding => finding.Chance)}"); // Of 120 files, each with its own chance.
        Assert.DoesNotContain(traced, finding => finding.Canaries > 0);
    }

    [Fact]
    public void Rows_that_were_sent_in_one_transfer_alone_are_counted_as_such()
    {
        var profile = Profile("");
        var leaked = Mask(profile, File(People), 1).Masked;
        using var tracer = new LeakTracer(profile, _keys);
        tracer.Read(Encoding.UTF8.GetBytes(leaked));
        tracer.Complete();
        foreach (var (name, file) in ((string, string)[])[("same", File(People)), ("half", File(People / 2)), ("other", File(People, seed: 9))])
            tracer.Begin(name, ManifestKey(5)).Read(Mask(profile, file, 5).Manifest);
        var found = tracer.Findings.ToDictionary(finding => finding.Name, finding => (finding.Rows, finding.OnlyHere));
        Assert.Equal((People, People / 2), found["same"]);
        Assert.Equal((People / 2, 0), found["half"]);
        Assert.Equal((0, 0), found["other"]);
        Assert.All(tracer.Findings, finding => Assert.False(finding.IsTraced)); // Nothing in it but rows that several transfers have.
    }

    [Theory]
    [InlineData("trace: { }", "trace needs")]
    [InlineData("trace: { watermark: [nobody] }", "no field 'nobody'")]
    [InlineData("trace: { watermark: [ssn] }", "isn't tokenised")]
    [InlineData("trace: { canary-every: 1 }", "canary-every")]
    [InlineData("trace: { canaries: 5 }", "canaries")]
    public void A_mistake_below_trace_is_named(string trace, string message) =>
        Assert.Contains(message, Assert.Throws<ProfileException>(() => Profile(trace)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("card", "5500-0000-0000-0004", @"^4111-11\d\d-\d{4}-\d{4}$")]
    [InlineData("email", "ana@corp.com", @"^[a-z]+\.[a-z]+\d+@example\.(com|org|net)$")]
    [InlineData("phone", "(212) 555-0000", @"^\(\d{3}\) 555-01\d\d$")]
    [InlineData("iban", "DE89370400440532013000", @"^DE\d{20}$")]
    [InlineData(null, "AB-1234", @"^AB-[1-9]\d{3}$")]
    [InlineData(null, "Ana", "^[A-Z][a-z]{2}$")]
    public void What_a_canary_holds_has_the_form_of_its_field_and_is_nobody_s(string? type, string form, string pattern)
    {
        using var mark = new TransferMark(ManifestKey(1));
        for (var n = 0; n < 20; n++)
        {
            var made = CanaryValues.Make(type, Encoding.UTF8.GetBytes(form), draw => mark.Draw(n, "f"u8, draw));
            Assert.Matches(pattern, Encoding.UTF8.GetString(made));
            if (type is "card") Assert.True(SecureExchange.Masking.Transforms.CheckDigits.Luhn.IsValid(made));
            if (type is "iban") Assert.True(SecureExchange.Masking.Transforms.CheckDigits.Iban.IsValid(made));
        }
    }

    [Fact]
    public void Where_nobody_sees_it_a_canary_s_value_is_drawn_from_so_many_that_no_two_are_alike()
    {
        using var mark = new TransferMark(ManifestKey(1));
        var made = Enumerable.Range(0, 5000).Select(n => Encoding.UTF8.GetString(CanaryValues.MakeHidden("Jo 7"u8, draw => mark.Draw(n, "f"u8, draw)))).ToList();
        Assert.All(made, value => Assert.Matches("^[A-Z][a-z] [0-9][a-z]{5}$", value));
        Assert.Equal(made.Count, made.Distinct().Count());
    }

    private const string Header = "claim,name,ssn,born,state";

    private static MaskingProfile Profile(string trace) => MaskingProfile.Parse(Encoding.UTF8.GetBytes($$"""
        profile: people
        version: 1
        format: csv
        row-key: claim
        {{trace}}
        fields:
          claim: { transform: keep }
          name: { transform: tokenise }
          ssn: { transform: fpe, alphabet: digits }
          born: { transform: keep }
          state: { transform: keep }
        """));

    private static string File(int people, int seed = 1)
    {
        var random = new Dice(seed);
        var text = new StringBuilder(Header + "\n");
        for (var n = 0; n < people; n++)
            text.Append($"C-{n:d4},Person {(seed == 1 ? n : random.Next(100_000))},{random.Next(100, 900)}-{random.Next(10, 99)}-{random.Next(1000, 9999)},{random.Next(1930, 2005)},{(random.Next(2) == 0 ? "paid" : "open")}\n");
        return text.ToString();
    }

    private static List<string> Rows(string csv) => [.. csv.TrimEnd('\n').Split('\n').Skip(1)];

    private static MaskingKeys Keys(byte fill) => MaskingKeys.Derive([.. Enumerable.Repeat(fill, 32)], "a1");

    private static byte[] ManifestKey(int transfer) => [.. Enumerable.Repeat((byte)transfer, 32)];

    private Sent Mask(MaskingProfile profile, string file, int transfer, int piece = int.MaxValue, MaskingKeys? keys = null)
    {
        using var masker = new Masker(profile, keys ?? _keys, ManifestKey(transfer));
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        foreach (var part in Encoding.UTF8.GetBytes(file).Chunk(Math.Min(piece, 1 << 24))) masker.Mask(part, masked, manifest);
        masker.Complete(masked, manifest);
        return new Sent(Encoding.UTF8.GetString(masked.WrittenSpan), manifest.WrittenSpan.ToArray(), masker.Report);
    }

    private Back Return(MaskingProfile profile, string file, byte[] manifest, int transfer, int piece = int.MaxValue)
    {
        using var checker = new ReturnChecker(profile, _keys, ManifestKey(transfer));
        var output = new ArrayBufferWriter<byte>();
        checker.LoadManifest(manifest);
        foreach (var part in Encoding.UTF8.GetBytes(file).Chunk(Math.Min(piece, 1 << 24))) checker.Check(part, output);
        checker.Complete(output);
        if (checker.HasFindings) checker.Diagnose(manifest);
        return new Back(Encoding.UTF8.GetString(output.WrittenSpan), checker.Findings, checker.Report);
    }

    private IReadOnlyList<TraceFinding> Trace(MaskingProfile profile, string leaked, params int[] transfers)
    {
        using var tracer = new LeakTracer(profile, _keys);
        tracer.Read(Encoding.UTF8.GetBytes(leaked));
        tracer.Complete();
        foreach (var transfer in transfers) tracer.Begin($"{transfer}", ManifestKey(transfer)).Read(Mask(profile, File(People), transfer).Manifest);
        return tracer.Findings;
    }

    private sealed record Sent(string Masked, byte[] Manifest, MaskingReport Report);

    private sealed record Back(string Text, IReadOnlyList<ReturnFinding> Findings, ReturnReport Report);
}
