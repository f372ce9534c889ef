using SecureExchange.Access;

namespace SecureExchange.Gateway.Reveal;

/// <summary>What a request's steps have made of it: a pure function of the steps in the order of the log, so that two who decide at
/// the same moment get one answer, and an approval counts once.</summary>
public sealed class RevealStanding
{
    private readonly RevealRequest _request;
    private readonly RevealTerms _terms;
    private readonly List<string> _approvers = [];
    private RevealState? _ended;

    private RevealStanding(RevealRequest request, RevealTerms terms) => (_request, _terms) = (request, terms);

    internal static RevealStanding Of(RevealRequest request, RevealTerms terms, IEnumerable<RevealStep> steps)
    {
        var standing = new RevealStanding(request, terms);
        foreach (var step in steps)
        {
            if (standing.Takes(step)) standing.Apply(step);
        }

        return standing;
    }

    /// <summary>Who has approved, each once.</summary>
    public IReadOnlyList<string> Approvers => _approvers;

    /// <summary>When the value began to be open; null: it isn't.</summary>
    public DateTimeOffset? GrantedAt { get; private set; }

    /// <summary>Until when the value may be looked at.</summary>
    public DateTimeOffset? OpenUntil => GrantedAt?.AddMinutes(_terms.Minutes);

    /// <summary>How often the value was shown.</summary>
    public int Shown { get; private set; }

    /// <summary>Of a break-glass: when its review is owed; null where none is, or it was done.</summary>
    public DateTimeOffset? ReviewDue =>
        _request.IsBreakGlass && !IsReviewed && GrantedAt is not null ? _request.RequestedAt.AddHours(_terms.ReviewHours ?? 0) : null;

    public bool IsReviewed { get; private set; }

    public RevealState StateAt(DateTimeOffset now) => this switch
    {
        { _ended: { } ended } => ended,
        { OpenUntil: { } until } => now < until ? RevealState.Granted : RevealState.Over,
        _ => now < _request.ExpiresAt ? RevealState.Waiting : RevealState.Expired,
    };

    /// <summary>Whether a step would change anything.</summary>
    internal bool Takes(RevealStep step) => step.Kind switch
    {
        RevealStepKind.Requested => true,
        RevealStepKind.Approved => StateAt(step.At) == RevealState.Waiting && !_approvers.Contains(step.Caller),
        // What is open already can be closed again by both sides.
        RevealStepKind.Denied or RevealStepKind.Withdrawn => StateAt(step.At) is RevealState.Waiting or RevealState.Granted,
        RevealStepKind.Shown => StateAt(step.At) == RevealState.Granted,
        RevealStepKind.Reviewed => ReviewDue is not null,
    };

    private void Apply(RevealStep step)
    {
        switch (step.Kind)
        {
            case RevealStepKind.Requested:
                if (_request.IsBreakGlass) GrantedAt = step.At;
                break;
            case RevealStepKind.Approved:
                _approvers.Add(step.Caller);
                if (_approvers.Count == _terms.Approvals) GrantedAt = step.At;
                break;
            case RevealStepKind.Denied:
                _ended = RevealState.Denied;
                break;
            case RevealStepKind.Withdrawn:
                _ended = RevealState.Withdrawn;
                break;
            case RevealStepKind.Shown:
                Shown++;
                break;
            case RevealStepKind.Reviewed:
                IsReviewed = true;
                break;
        }
    }
}
