using System.Globalization;

namespace SecureExchange.Gateway.Intake;

/// <summary>How much of a quota is used.</summary>
/// <param name="Hours">What was sent in the hour in progress and the 23 before it, the oldest first; hours with nothing may be missing.</param>
/// <param name="Reserved">Bytes that are stored, and those that are on their way.</param>
/// <param name="Own">What of these is reserved for the upload that asks.</param>
internal sealed record QuotaUse(IReadOnlyList<HourOfUse> Hours, long Reserved, long Own)
{
    /// <summary>So many hours are a day: the one in progress counts whole.</summary>
    internal const int HoursOfDay = 24;

    private long Bytes => Hours.Sum(hour => hour.Bytes) - Own;

    private long Stored => Reserved - Own;

    private long Transfers => Hours.Sum(hour => hour.Transfers);

    /// <summary>Which limit is in the way of an upload; null: none.</summary>
    /// <param name="terms">The limits.</param>
    /// <param name="of">Whose.</param>
    /// <param name="upload">What it asks for.</param>
    /// <param name="now">The moment.</param>
    internal QuotaExcess? Exceeded(QuotaTerms terms, QuotaScope of, QuotaDemand upload, DateTimeOffset now)
    {
        if (terms.DayTransfers - Transfers < upload.Transfers)
            return new QuotaExcess(QuotaLimit.DayTransfers, of, terms.DayTransfers!.Value, Transfers, FreeAgain(h => h.Transfers, Transfers + upload.Transfers - terms.DayTransfers.Value, now));
        if (terms.DayBytes - Bytes < upload.Bytes)
        {
            // What is more than a whole day's never fits, however long one waits.
            var freeAgain = upload.Bytes > terms.DayBytes ? null : FreeAgain(h => h.Bytes, Bytes + upload.Bytes - terms.DayBytes!.Value, now);
            return new QuotaExcess(QuotaLimit.DayBytes, of, terms.DayBytes!.Value, Bytes, freeAgain);
        }

        return terms.StoredBytes - Stored < upload.Stored
            ? new QuotaExcess(QuotaLimit.StoredBytes, of, terms.StoredBytes!.Value, Stored, FreeAgain: null)
            : null;
    }

    /// <summary>How much of each limit that there is is used up.</summary>
    internal IEnumerable<QuotaStanding> Standings(QuotaTerms terms, QuotaScope of)
    {
        if (terms.DayBytes is { } bytes) yield return new QuotaStanding(QuotaLimit.DayBytes, of, bytes, Bytes);
        if (terms.DayTransfers is { } transfers) yield return new QuotaStanding(QuotaLimit.DayTransfers, of, transfers, Transfers);
        if (terms.StoredBytes is { } stored) yield return new QuotaStanding(QuotaLimit.StoredBytes, of, stored, Stored);
    }

    /// <summary>How many bytes there is room for, with what the upload has reserved.</summary>
    internal long Room(QuotaTerms terms) =>
        Math.Max(0, Math.Min((terms.DayBytes ?? long.MaxValue) - Bytes, (terms.StoredBytes ?? long.MaxValue) - Stored));

    /// <summary>How long until so much has grown old.</summary>
    private TimeSpan? FreeAgain(Func<HourOfUse, long> amount, long excess, DateTimeOffset now)
    {
        foreach (var hour in Hours)
        {
            excess -= amount(hour);
            if (excess <= 0) return DateTimeOffset.UnixEpoch.AddHours(hour.Hour + HoursOfDay) - now;
        }

        return null;
    }
}

/// <summary>What was sent in one hour.</summary>
/// <param name="Hour">Hours since 1970-01-01T00:00:00Z.</param>
/// <param name="Bytes">So many bytes,</param>
/// <param name="Transfers">in so many transfers.</param>
internal readonly record struct HourOfUse(long Hour, long Bytes, long Transfers);

/// <summary>What an upload asks for, as far as it is known.</summary>
/// <param name="Bytes">So many of the day's bytes.</param>
/// <param name="Transfers">1 where it begins.</param>
/// <param name="Stored">So many bytes in the store.</param>
internal readonly record struct QuotaDemand(long Bytes, long Transfers, long Stored);

/// <summary>Which limit.</summary>
public enum QuotaLimit
{
    DayBytes,
    DayTransfers,
    StoredBytes,
}

/// <summary>Whose limit.</summary>
public enum QuotaScope
{
    /// <summary>Of a party, over all of its agreements: the operator's.</summary>
    Party,

    /// <summary>Of a party under one agreement: the agreement's, or the operator's.</summary>
    Agreement,
}

/// <summary>How a limit stands.</summary>
/// <param name="Limit">Which.</param>
/// <param name="Of">Whose.</param>
/// <param name="Allowed">How much it allows.</param>
/// <param name="Used">How much of it is used, with what is on its way; more than is allowed, where the limit was lowered since.</param>
public sealed record QuotaStanding(QuotaLimit Limit, QuotaScope Of, long Allowed, long Used);

/// <summary>A limit that an upload would go beyond.</summary>
/// <param name="Limit">Which.</param>
/// <param name="Of">Whose.</param>
/// <param name="Allowed">How much it allows.</param>
/// <param name="Used">How much of it is used.</param>
/// <param name="FreeAgain">After how long there is room for this upload; null: waiting alone doesn't help.</param>
public sealed record QuotaExcess(QuotaLimit Limit, QuotaScope Of, long Allowed, long Used, TimeSpan? FreeAgain)
{
    /// <summary>What the sender is told.</summary>
    internal TransferFault ToFault()
    {
        var (code, what) = Limit switch
        {
            QuotaLimit.DayBytes => ("quota.day-bytes", "bytes in 24 hours"),
            QuotaLimit.DayTransfers => ("quota.day-transfers", "transfers in 24 hours"),
            QuotaLimit.StoredBytes => ("quota.stored-bytes", "bytes in the store"),
        };
        var whose = Of == QuotaScope.Party
            ? "your organisation may have at most"
            : "under this agreement your organisation may have at most";
        var advice = (Limit, FreeAgain) switch
        {
            (_, { } pause) => $"send it again in {In(pause)}",
            (QuotaLimit.StoredBytes, _) => "there is room again when transfers are erased, by their retention or by sx erase",
            _ => "this file alone is more than that: send it in parts, on several days",
        };
        return new TransferFault(
            code, string.Create(CultureInfo.InvariantCulture, $"{whose} {Allowed} {what}, and has {Used}; nothing of this was kept. {char.ToUpperInvariant(advice[0])}{advice[1..]}, or ask for a higher limit"))
        {
            Quota = this,
        };
    }

    private static string In(TimeSpan pause)
    {
        var minutes = Math.Max(1, (long)Math.Ceiling(pause.TotalMinutes));
        return minutes < 120
            ? string.Create(CultureInfo.InvariantCulture, $"{minutes} minutes")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes / 60} hours and {minutes % 60} minutes");
    }
}
