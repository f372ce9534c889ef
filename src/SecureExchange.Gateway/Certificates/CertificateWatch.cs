using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Certificates;

/// <summary>Warns of certificates that are about to end, and looks once a day whether their directories have newer copies.</summary>
public sealed class CertificateWatch(
    AgreementStore agreements, CertificateStore certificates, CertificateDesk desk, AuditLog log, TimeProvider clock)
{
    private static readonly TimeSpan s_betweenLookups = TimeSpan.FromDays(1);

    private DateTimeOffset _lookUpAt = DateTimeOffset.MinValue;
    private IReadOnlyDictionary<int, int> _ending = new Dictionary<int, int>();

    /// <summary>How many certificates in use, over all agreements, end within so many days (1, 7, 30), as of the last look.</summary>
    public IReadOnlyDictionary<int, int> Ending => _ending;

    /// <summary>Looks at every agreement's certificates once. An hour more or less doesn't matter.</summary>
    /// <returns>How many warnings were given.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var (warned, ending) = (0, CertificateEnd.WarnedBefore.ToDictionary(days => days, _ => 0));
        var looksUp = clock.GetUtcNow() >= _lookUpAt;
        if (looksUp) _lookUpAt = clock.GetUtcNow() + s_betweenLookups;
        foreach (var id in await agreements.AllAsync(ct))
        {
            if (await agreements.StandingAsync(id, ct) is not { Terms: { Stage: VersionStage.InForce, IsEnded: false } terms } agreement || terms.Ends <= clock.GetUtcNow()) continue;
            if (looksUp) await desk.LookUpAllAsync(id, ct);
            foreach (var standing in agreement.Certificates.All.Where(s => s.IsInForce))
            {
                var (end, now) = (CertificateEnd.Within30Days(standing.Certificate, clock.GetUtcNow()), clock.GetUtcNow());
                if (CertificateEnd.DaysBefore(end, now) is not { } days) continue;
                foreach (var within in ending.Keys.Where(d => d >= days).ToList()) ending[within]++;
                if (await WarnAsync(agreement, standing, end!.Value, days, ct)) warned++;
            }
        }

        _ending = ending;
        return warned;
    }

    /// <summary>Once for each end and number of days. A crash between the event and its note makes it twice.</summary>
    private async Task<bool> WarnAsync(Agreement agreement, CertificateStanding standing, DateTimeOffset end, int days, CancellationToken ct)
    {
        var fingerprint = standing.Certificate.Fingerprint.ToString();
        if (await certificates.IsWarnedAsync(agreement.Terms.Id, fingerprint, end, days, ct)) return false;
        var party = standing.Side == Relation.Client ? agreement.Client.Party : agreement.Vendor.Party;
        var audited = new CertificateExpiring(party, fingerprint, CertificateText.Moment(end), days) { Terms = agreement.Terms };
        await log.AppendAsync(audited);
        await certificates.WarnedAsync(
            agreement.Terms.Id, fingerprint, end, days,
            CertificateText.Notice(agreement, AuditEventKind.CertificateExpiring, party, fingerprint, clock.GetUtcNow(), (end, days)), clock.GetUtcNow());
        return true;
    }
}
