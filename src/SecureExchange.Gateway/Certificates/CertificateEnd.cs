using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Certificates;

/// <summary>When a certificate stops being of use: its primary key's end, or that of the subkey that others encrypt to.</summary>
internal static class CertificateEnd
{
    /// <summary>How long before its end people are warned, in days.</summary>
    internal static readonly int[] WarnedBefore = [1, 7, 30];

    /// <summary>The first second of the next 30 days in which it is of no use any more; null: it outlives them, or is of none now.</summary>
    internal static DateTimeOffset? Within30Days(Certificate certificate, DateTimeOffset now)
    {
        if (!IsOfUse(certificate, now)) return null;
        var (good, bad) = (now.ToUnixTimeSeconds(), now.AddDays(WarnedBefore[^1]).ToUnixTimeSeconds());
        if (IsOfUse(certificate, DateTimeOffset.FromUnixTimeSeconds(bad))) return null;
        while (bad - good > 1)
        {
            var between = good + ((bad - good) / 2);
            if (IsOfUse(certificate, DateTimeOffset.FromUnixTimeSeconds(between))) good = between;
            else bad = between;
        }

        return DateTimeOffset.FromUnixTimeSeconds(bad);
    }

    /// <summary>The fewest of the days before an end that is at least as near; null: the end isn't near.</summary>
    internal static int? DaysBefore(DateTimeOffset? end, DateTimeOffset now) =>
        end is { } moment && WarnedBefore.Cast<int?>().FirstOrDefault(days => moment - now <= TimeSpan.FromDays(days!.Value)) is { } days ? days : null;

    /// <summary>A key that only signs has no subkey to encrypt to, and needs none.</summary>
    private static bool IsOfUse(Certificate certificate, DateTimeOffset at) =>
        CertificateStanding.Problem(certificate, at) is null
        || (CertificateStanding.Problem(certificate, certificate.CreatedAt) is PgpError.NoEncryptionSubkey
            && CertificateStanding.Problem(certificate, at) is PgpError.NoEncryptionSubkey);
}
