using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Tests.Risk;

/// <summary>Risk of what is attached to messages: measured of one kind of files, over all of them in a transfer.</summary>
public sealed class AttachmentRiskTests
{
    private const string Risk = "risk: { quasi-identifiers: [claims/zip, claims/sex], sensitive: [claims/diagnosis], search-kept-fields: true }";

    [Fact]
    public void Records_of_all_files_of_the_kind_are_measured_together_and_no_others()
    {
        using var exchange = Of(Risk);
        var inner = Mail("x", Part("2.csv", "zip,sex,diagnosis\n12399,f,B\n77722,m,A\n"), Part("1.log", "who\nbo@corp.com\n"));
        var sent = exchange.Dispatch(Mail("call ana@corp.com", Part("1.csv", "zip,sex,diagnosis\n12345,f,A\n12311,f,A\n77711,m,A\n"), $"Content-Type: message/rfc822\r\n\r\n{inner}", Part("2.log", "who\n-\nmail cy@corp.com\n")));
        Assert.Equal(10, sent.Report.Records);
        var risk = sent.Report.Risk!;
        var anonymity = risk.Anonymity!;
        Assert.Equal((5L, 2L, 2L, 0L), (risk.Records, anonymity.K, anonymity.Classes, anonymity.UniqueRecords));
        Assert.Equal(["claims/zip", "claims/sex"], anonymity.QuasiIdentifiers);
        Assert.Equal(new FieldDiversity("claims/diagnosis", 1), Assert.Single(anonymity.Diversity));
        // What is kept is looked at everywhere.
        Assert.Equal(["Subject", "logs/who"], sent.Report.Leaks.Where(leak => leak.Entity == "EMAIL_ADDRESS").Select(leak => leak.Field));
        Assert.Equal(2, sent.Report.Leaks.Single(leak => leak is { Field: "logs/who", Entity: "EMAIL_ADDRESS" }).Count);
        Assert.Contains(risk.Columns, column => column is { Field: "claims/sex", Distinct: 2 });
        Assert.False(exchange.Return(sent.Masked, sent.Manifest).HasFindings);
    }

    [Fact]
    public void Gates_are_about_what_is_attached_and_a_message_without_it_has_nothing_to_measure()
    {
        using var exchange = Of($"{Risk}\ngates: {{ min-k: 2, max-leaks: 0 }}");
        Assert.True(exchange.Profile.HasGates);
        Assert.Equal(1, exchange.Dispatch(Mail("x", Part("1.csv", "zip,sex,diagnosis\n12345,f,A\n77711,m,A\n"))).Report.Risk!.Anonymity!.K);
        Assert.Null(exchange.Dispatch(Mail("x", Part("1.log", "who\nx\n"))).Report.Risk!.Anonymity);
    }

    [Fact]
    public void Fields_of_the_message_are_measured_of_messages()
    {
        using var exchange = Of("risk: { quasi-identifiers: [Subject] }");
        var risk = exchange.Dispatch(Mail("x", Part("1.csv", "zip,sex,diagnosis\n12345,f,A\n"), $"Content-Type: message/rfc822\r\n\r\n{Mail("x")}")).Report.Risk!;
        Assert.Equal((2L, 2L), (risk.Records, risk.Anonymity!.K));
    }

    private static Exchange Of(string risk) => new($$"""
        profile: p
        version: 1
        format: eml
        fields:
          Subject: { transform: keep }
        attachments:
          claims:
            files: ['*.csv']
            format: csv
            fields:
              zip: { transform: truncate, keep: 3 }
              sex: { transform: keep }
              diagnosis: { transform: keep }
          logs: { files: ['*.log'], format: csv, fields: { who: { transform: keep } } }
        {{risk}}
        """);

    private static string Mail(string subject, params string[] parts) =>
        $"Subject: {subject}\r\nContent-Type: multipart/mixed; boundary=\"next\"\r\n\r\n" + string.Concat(parts.Select(part => $"--next\r\n{part.Replace("--next", "--inner", StringComparison.Ordinal).Replace("\"next\"", "\"inner\"", StringComparison.Ordinal)}\r\n")) + "--next--\r\n";

    private static string Part(string file, string content) => $"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=\"{file}\"\r\n\r\n{content}";
}
