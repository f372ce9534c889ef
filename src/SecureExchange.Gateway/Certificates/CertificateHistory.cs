using SecureExchange.Access;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Certificates;

/// <summary>What an agreement's text and the steps since have made of its certificates. A pure function of both, the steps in the order of
/// their log: one that doesn't fit what came before it changes nothing.</summary>
internal sealed class CertificateHistory
{
    private readonly Dictionary<Fingerprint, CertificateStanding> _standings = [];
    private int _steps;

    private CertificateHistory()
    {
    }

    /// <summary>No certificates.</summary>
    internal static CertificateHistory None { get; } = new();

    /// <param name="pinned">Those of the agreement's text.</param>
    /// <param name="steps">What was done since.</param>
    internal static CertificateHistory Of(IEnumerable<CertificateStanding> pinned, IEnumerable<CertificateStep> steps)
    {
        var history = new CertificateHistory();
        // An approver may have the party's own key: then it is the party's.
        foreach (var standing in pinned) history._standings.TryAdd(standing.Certificate.Fingerprint, standing);
        foreach (var step in steps) history.Apply(step);
        return history;
    }

    internal IEnumerable<CertificateStanding> All => _standings.Values;

    internal CertificateStanding? Find(Fingerprint certificate) => _standings.GetValueOrDefault(certificate);

    /// <summary>A party's certificates in use, the newest first: what is meant for it is sealed to the first that is valid, and what it
    /// signs may be signed by any of them.</summary>
    internal IReadOnlyList<Certificate> InForce(Relation side) => InForce(side, holder: null);

    /// <summary>An approver's certificates in use.</summary>
    internal IReadOnlyList<Certificate> InForce(Relation side, CallerId? holder) =>
        [.. All.Where(s => s.Side == side && s.Holder == holder && s.IsInForce).OrderByDescending(s => s.Since).Select(s => s.Certificate)];

    /// <summary>Whether what is sealed to a certificate may not leave any more.</summary>
    internal bool IsRevoked(string? recipient, DateTimeOffset now) =>
        Fingerprint.TryParse(recipient, out var certificate) && Find(certificate)?.IsRevokedAt(now) == true;

    /// <summary>Whether a step would change anything.</summary>
    internal bool Takes(CertificateStep step)
    {
        var standing = Find(step.Certificate);
        if (standing is not null && (standing.Side, standing.Holder) != (step.Side, step.Holder)) return false;
        return step.Kind switch
        {
            CertificateStepKind.Registered => standing is null or { IsPinned: false, Stage: CertificateStage.Former or CertificateStage.Registered or CertificateStage.Proven },
            CertificateStepKind.Proven => standing is { Stage: CertificateStage.Registered },
            CertificateStepKind.Confirmed => standing is { Stage: CertificateStage.Proven },
            CertificateStepKind.Updated => standing is null or { IsPinned: true } or { Stage: CertificateStage.Confirmed or CertificateStage.Former or CertificateStage.Withdrawn },
            CertificateStepKind.Revoked => standing is not { Stage: CertificateStage.Withdrawn },
        };
    }

    private void Apply(CertificateStep step)
    {
        _steps++;
        if (!Takes(step)) return;
        var came = step.Kind is CertificateStepKind.Proven || step.Octets.IsEmpty ? null : Certificate.Read(step.Octets);
        var known = Find(step.Certificate);
        if ((known?.Certificate ?? came) is not { } certificate) return;
        var standing = known ?? new CertificateStanding(step.Side, step.Holder, certificate);
        // A registration starts anew: nothing of an earlier attempt counts. Everything else only adds to what is known.
        if (came is not null) standing = standing with { Certificate = step.Kind == CertificateStepKind.Registered ? came : certificate.Merge(came) };
        _standings[step.Certificate] = step.Kind switch
        {
            CertificateStepKind.Registered => standing with
            {
                Stage = CertificateStage.Registered,
                RegisteredBy = step.Caller,
                ProvenBy = null,
                Challenge = step.Challenge,
            },
            CertificateStepKind.Proven => standing with { Stage = CertificateStage.Proven, ProvenBy = step.Caller },
            CertificateStepKind.Confirmed => standing with
            {
                Stage = CertificateStage.Confirmed,
                ConfirmedBy = step.Caller,
                Since = (step.Version, _steps),
            },
            CertificateStepKind.Updated => standing,
            CertificateStepKind.Revoked => standing with { Stage = CertificateStage.Withdrawn },
        };
    }
}
