using System.Globalization;
using System.Net;
using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Intake;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Reads what an agreement says of whence, when, how much, and who approves.</summary>
internal static class TermsReader
{
    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    internal static IReadOnlyList<IPNetwork> Networks(YamlMap party)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in party.Texts("networks"))
        {
            if (!IPNetwork.TryParse(text, out var network))
                throw party.Fault("networks", "'networks' has to be a list of networks such as 192.0.2.0/24 or 2001:db8::/32, with no bit set behind the prefix");
            networks.Add(network);
        }

        return networks;
    }

    internal static WorkingHours? Hours(YamlMap party)
    {
        if (party.OptionalMap("hours") is not { } hours) return null;
        var zone = hours.Value<TimeZoneInfo>(
            "zone", (string text, out TimeZoneInfo found) => TimeZoneInfo.TryFindSystemTimeZoneById(text, out found!),
            "a time zone's name such as Asia/Manila");
        var days = new HashSet<DayOfWeek>();
        foreach (var day in hours.Texts("days"))
        {
            if (Array.IndexOf(s_days, day) is var index && index < 0)
                throw hours.Fault("days", $"'days' has to be a list of {string.Join(", ", s_days)}");
            days.Add((DayOfWeek)index);
        }

        if (days.Count == 0) throw hours.Fault("days", "'days' names no day: nobody could ever work");
        var read = new WorkingHours(zone, days, Time(hours, "from"), Time(hours, "to"));
        hours.RejectUnknown();
        return read;
    }

    internal static FileTerms Files(YamlMap root)
    {
        if (root.OptionalMap("files") is not { } files) return new FileTerms(null, null);
        var read = new FileTerms(files.OptionalNumber("max-bytes", 1, long.MaxValue), files.OptionalNumber("max-records", 1, long.MaxValue))
        {
            Quota = new QuotaTerms(
                files.OptionalNumber("day-bytes", 1, long.MaxValue), files.OptionalNumber("day-transfers", 1, long.MaxValue),
                files.OptionalNumber("stored-bytes", 1, long.MaxValue)),
        };
        files.RejectUnknown();
        return read;
    }

    /// <summary>How long transfers are kept: <c>P90D</c>, an ISO 8601 duration in days.</summary>
    internal static TimeSpan? Retention(YamlMap root)
    {
        if (root.OptionalText("retention") is not { } text) return null;
        return text is ['P', .. var days, 'D'] && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 36_500
            ? TimeSpan.FromDays(count)
            : throw root.Fault("retention", "'retention' is a number of days as P90D, from P1D to P36500D");
    }

    internal static (RevealTerms Terms, RevealPeople People)? Reveals(YamlMap root)
    {
        if (root.OptionalMap("reveals") is not { } reveals) return null;
        var approvers = new List<Approver>();
        foreach (var map in reveals.Maps("approvers")) approvers.Add(ReadApprover(map));
        if (approvers.Count == 0) throw reveals.Fault("approvers", "'approvers' names nobody: no reveal could ever be approved");
        // Two names with one key would be one person who approves twice.
        if (approvers.DistinctBy(a => a.Id).Count() < approvers.Count || approvers.DistinctBy(a => a.Certificate.Fingerprint).Count() < approvers.Count)
            throw reveals.Fault("approvers", "'approvers' has to name each person once, each with a key of their own");
        var approvals = (int)(reveals.OptionalNumber("approvals", 1, approvers.Count) ?? 1);
        var purposes = reveals.Texts("purposes");
        if (purposes.Count == 0 || purposes.Any(p => p.Length is 0 or > 40 || p.AsSpan().ContainsAnyExcept(s_purpose)))
            throw reveals.Fault("purposes", "'purposes' has to be a list of codes, each 1 to 40 of a-z, 0-9 and -");
        int? review = null;
        if (reveals.OptionalMap("break-glass") is { } breakGlass)
        {
            review = (int)(breakGlass.OptionalNumber("review-hours", 1, 24 * 30) ?? 24);
            breakGlass.RejectUnknown();
        }

        var terms = new RevealTerms(
            [.. approvers.Select(a => a.Id)], approvals, purposes, (int)(reveals.OptionalNumber("minutes", 1, 480) ?? 10),
            (int)(reveals.OptionalNumber("per-agent-hour", 1, 1000) ?? 5), (int)(reveals.OptionalNumber("per-hour", 1, 10_000) ?? 50),
            (int)(reveals.OptionalNumber("expire-hours", 1, 24 * 30) ?? 24), review);
        var people = new RevealPeople(approvers, ReadNotify(reveals));
        reveals.RejectUnknown();
        return (terms, people);
    }

    private static readonly System.Buffers.SearchValues<char> s_purpose = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static Approver ReadApprover(YamlMap map)
    {
        var id = map.Value<CallerId>("caller", CallerId.TryParse, "the id that the client's issuer gives this person");
        try
        {
            var certificate = Certificate.Read(Encoding.UTF8.GetBytes(map.Text("certificate")));
            map.RejectUnknown();
            return new Approver(id, certificate);
        }
        catch (PgpException e)
        {
            throw new AgreementException(PgpFault.Code(e.Error), $"an approver's certificate can't be read: {e.Message}");
        }
    }

    private static NotifyTerms ReadNotify(YamlMap reveals)
    {
        if (reveals.OptionalMap("notify") is not { } notify) return new NotifyTerms(null, []);
        Uri? webhook = null;
        if (notify.OptionalText("webhook") is { } text && !Uri.TryCreate(text, UriKind.Absolute, out webhook))
            throw notify.Fault("webhook", "'webhook' has to be a URL");
        var mail = notify.Texts("mail");
        if (mail.FirstOrDefault(m => !System.Net.Mail.MailAddress.TryCreate(m, out var address) || address.Address != m) is not null)
            throw notify.Fault("mail", "'mail' has to be a list of addresses such as approvers@example.org");
        notify.RejectUnknown();
        return new NotifyTerms(webhook, mail);
    }

    private static TimeOnly Time(YamlMap hours, string key) => hours.Value(
        key,
        (string text, out TimeOnly time) => TimeOnly.TryParseExact(
            text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out time),
        "a time such as \"08:30\"");
}

/// <summary>How large a file may be under an agreement, and how much each side may send.</summary>
/// <param name="MaxBytes">The most bytes of plaintext; null: as many as the gateway takes.</param>
/// <param name="MaxRecords">The most records; null: no limit.</param>
public sealed record FileTerms(long? MaxBytes, long? MaxRecords)
{
    /// <summary>How much each side may send in a day and have stored.</summary>
    public QuotaTerms Quota { get; init; } = QuotaTerms.None;

    /// <summary>What is wrong with a file of this size; null: nothing.</summary>
    internal TransferFault? Exceeded(long bytes, long records) =>
        bytes > MaxBytes ? new TransferFault("transfer.too-many-bytes", $"the agreement allows at most {MaxBytes} bytes in a file; send it in parts")
        : records > MaxRecords ? new TransferFault("transfer.too-many-records", $"the agreement allows at most {MaxRecords} records in a file; send it in parts")
        : null;
}

/// <summary>Who approves reveals, and how they hear of a request.</summary>
public sealed record RevealPeople(IReadOnlyList<Approver> Approvers, NotifyTerms Notify);

/// <summary>One of the client's people, with the certificate whose signature is theirs.</summary>
public sealed record Approver(CallerId Id, Certificate Certificate)
{
    /// <summary>Those in use, the newest first.</summary>
    internal IReadOnlyList<Certificate> InForce { get; init; } = [Certificate];
}

/// <summary>Where approvers hear of a request.</summary>
/// <param name="Webhook">A URL that takes signed notices; null: none.</param>
/// <param name="Mail">Addresses.</param>
public sealed record NotifyTerms(Uri? Webhook, IReadOnlyList<string> Mail);
