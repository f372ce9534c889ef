using System.Globalization;
using System.Net;
using System.Text;
using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Attestations;

/// <summary>An attestation as a page for people: no scripts, nothing from elsewhere, charts as SVG.</summary>
public static class AttestationHtml
{
    /// <summary>The page; UTF-8 when written to a file. Names are escaped: they come from a profile.</summary>
    public static string Write(Attestation attestation)
    {
        var page = new StringBuilder();
        page.Append($$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Attestation of {{Text(attestation.Transfer)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; color: #1d2733; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
            h1 { font-size: 1.6rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
            table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #dfe4ea }
            th { font-weight: 600 } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
            .verdict { display: inline-block; padding: .2rem .7rem; border-radius: .3rem; font-weight: 600 }
            .yes { background: #dff3e4; color: #12602b } .no { background: #fbe3e0; color: #8c1d13 }
            .note { color: #5a6775 } svg { vertical-align: middle } code { overflow-wrap: anywhere }
            </style></head><body>

            """);
        WriteHead(page, attestation);
        if (attestation.Gates.Count > 0) WriteGates(page, attestation);
        WriteLeaks(page, attestation);
        WritePlanted(page, attestation);
        WriteTracing(page, attestation);
        WriteFields(page, attestation);
        if (attestation.Risk is { } risk)
        {
            if (risk.Anonymity is { } anonymity) WriteAnonymity(page, anonymity);
            if (risk.Columns.Count > 0) WriteColumns(page, risk);
        }

        if (attestation.Format.Count > 0)
            Table(page, "What else was in the file", ["what", "#times"], attestation.Format.Select(remark => (string[])[Text(remark.What), Number(remark.Count)]));
        return page.Append("</body></html>\n").ToString();
    }

    private static void WriteHead(StringBuilder page, Attestation attestation)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h1>How {Text(attestation.Transfer)} was masked</h1>\n<p>")
            .Append(Verdict(attestation.Passed, "passed on", "held for approval"))
            .Append("</p>\n<p>")
            .Append(CultureInfo.InvariantCulture, $"{Number(attestation.Records)} records for <b>{Text(attestation.Audience)}</b>, ")
            .Append(CultureInfo.InvariantCulture, $"by the profile <b>{Text(attestation.Profile)}</b> version {attestation.ProfileVersion}, ")
            .Append(CultureInfo.InvariantCulture, $"<code>{Text(attestation.ProfileDigest)}</code>, engine {Text(attestation.Engine)}.")
            .Append(CultureInfo.InvariantCulture, $"{(attestation.Suppressed > 0 ? $" {Number(attestation.Suppressed)} records were left out, as the profile says." : "")}</p>\n");
    }

    private static void WriteGates(StringBuilder page, Attestation attestation) => Table(
        page, "Gates", ["gate", "#asked for", "#measured", ""],
        attestation.Gates.Select(gate => (string[])[Text(gate.Gate), Number(gate.Limit), Number(gate.Measured), Verdict(gate.Passed, "passed", "not passed")]));

    private static void WriteLeaks(StringBuilder page, Attestation attestation)
    {
        if (attestation.Leaks.Count == 0) return;
        Table(
            page, "Personal data in fields that are passed on as they are", ["field", "looks like", "#times", "#first in record"],
            attestation.Leaks.Select(leak => (string[])[Text(leak.Field), Text(leak.Entity), Number(leak.Count), Number(leak.FirstRow)]));
    }

    private static void WritePlanted(StringBuilder page, Attestation attestation)
    {
        if (attestation.Planted.Count == 0) return;
        Table(
            page, "Known values put before the detectors", ["detector of", "#values", "#caught", "let through"],
            attestation.Planted.Select(check => (string[])
            [
                check.Field is { } field ? Text(field) : "fields that are passed on as they are", Number(check.Planted), Number(check.Caught), Text(string.Join(", ", check.Missed)),
            ]));
    }

    private static void WriteTracing(StringBuilder page, Attestation attestation)
    {
        if (attestation.Canaries == 0 && attestation.Watermarked.Count == 0) return;
        Table(
            page, "By what a copy that gets out is known", ["what", "#rows", "fields"],
            [
                ["made-up rows, which nobody but the client's gateway can tell from others", Number(attestation.Canaries), ""],
                ["tokens that are this transfer's own", "", Text(string.Join(", ", attestation.Watermarked))],
            ]);
    }

    private static void WriteFields(StringBuilder page, Attestation attestation)
    {
        var most = Math.Max(1, attestation.Fields.Select(field => field.Masked).DefaultIfEmpty().Max());
        Table(
            page, "Fields", ["field", "what becomes of it", "#values", "", "#failed, redacted", "found in the text"],
            attestation.Fields.Select(field => (string[])
            [
                Text(field.Field), Text(field.Transform), Number(field.Masked), Bar((double)field.Masked / most, "#4673a8"), Number(field.Failed),
                Text(string.Join(", ", field.Entities.Select(entity => $"{entity.Entity} {Number(entity.Count)}"))),
            ]));
    }

    private static void WriteAnonymity(StringBuilder page, AnonymityReport anonymity)
    {
        page.Append("<h2>How alike the records are</h2>\n<p>")
            .Append(CultureInfo.InvariantCulture, $"Who knows {Text(string.Join(", ", anonymity.QuasiIdentifiers))} of a person finds at least ")
            .Append(CultureInfo.InvariantCulture, $"<b>{Number(anonymity.K)}</b> records that fit (k-anonymity): the right one with a chance of at most ")
            .Append(CultureInfo.InvariantCulture, $"{Share(anonymity.HighestRisk)}, on average {Share(anonymity.AverageRisk)}. ")
            .Append(CultureInfo.InvariantCulture, $"{Number(anonymity.UniqueRecords)} records are alone.</p>\n");
        foreach (var diversity in anonymity.Diversity)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>Among records that are alike, <b>{Text(diversity.Field)}</b> has at least ")
                .Append(CultureInfo.InvariantCulture, $"<b>{diversity.L}</b>{(diversity.L == EquivalenceClasses.MaxDiversity ? " or more" : "")} different values (l-diversity).</p>\n");
        }

        WriteSampling(page, anonymity.Sampling, "classes");
        var most = Math.Max(1, anonymity.Sizes.Max(bucket => bucket.Records));
        Table(
            page, "", ["records that are alike", "#classes", "#records", ""],
            anonymity.Sizes.Select(bucket => (string[])
            [
                bucket.To is { } to ? (to == bucket.From ? Number(to) : $"{Number(bucket.From)} to {Number(to)}") : $"{Number(bucket.From)} or more",
                Number(bucket.Classes), Number(bucket.Records), Bar((double)bucket.Records / most, bucket.From < 5 ? "#b9473b" : "#4673a8"),
            ]));
    }

    private static void WriteColumns(StringBuilder page, RiskReport risk)
    {
        Table(
            page, "How distinctive the fields are that are passed on", ["field", "#values", "#different", "#occurring once", ""],
            risk.Columns.Select(column => (string[])
            [
                Text(column.Field), Number(column.Values), Number(column.Distinct), Number(column.Unique),
                Bar(column.UniqueShare, column.UniqueShare > 0.5 ? "#b9473b" : "#4673a8"),
            ]));
        foreach (var column in risk.Columns.Where(column => column.Sampling is not null)) WriteSampling(page, column.Sampling, $"values of {Text(column.Field)}");
    }

    private static void WriteSampling(StringBuilder page, SamplingError? sampling, string what)
    {
        if (sampling is null) return;
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">One in {Number(sampling.OneIn)} {what} was counted, {Number(sampling.Counted)} in all: numbers are within ")
            .Append(CultureInfo.InvariantCulture, $"{Share(sampling.RelativeError)}, and at most {Share(sampling.UnseenShare)} of them are smaller than the smallest seen (95 % confidence).</p>\n");
    }

    /// <summary>A column whose head begins with # has numbers. Cells are HTML already.</summary>
    private static void Table(StringBuilder page, string title, string[] heads, IEnumerable<string[]> rows)
    {
        if (title.Length > 0) page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n");
        page.Append("<table><tr>");
        foreach (var head in heads) page.Append(CultureInfo.InvariantCulture, $"<th{Class(head)}>{head.TrimStart('#')}</th>");
        page.Append("</tr>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            for (var i = 0; i < row.Length; i++) page.Append(CultureInfo.InvariantCulture, $"<td{Class(heads[i])}>{row[i]}</td>");
            page.Append("</tr>\n");
        }

        page.Append("</table>\n");

        static string Class(string head) => head.StartsWith('#') ? " class=\"n\"" : "";
    }

    private static string Bar(double share, string colour)
    {
        var width = (Math.Clamp(share, 0, 1) * 160).ToString("0.#", CultureInfo.InvariantCulture);
        return $"<svg width=\"160\" height=\"12\" role=\"img\" aria-label=\"{Share(share)}\"><rect width=\"160\" height=\"12\" fill=\"#eef1f4\"/>"
            + $"<rect width=\"{width}\" height=\"12\" fill=\"{colour}\"/></svg>";
    }

    private static string Verdict(bool good, string yes, string no) => $"<span class=\"verdict {(good ? "yes" : "no")}\">{(good ? yes : no)}</span>";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);

    private static string Share(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
