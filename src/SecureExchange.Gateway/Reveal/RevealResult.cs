using SecureExchange.Access;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Reveal;

/// <summary>A request as somebody sees it.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Standing">What has become of it.</param>
/// <param name="Terms">The terms under which it was asked.</param>
/// <param name="Now">When it was looked at.</param>
public sealed record RevealView(RevealRequest Request, RevealStanding Standing, RevealTerms Terms, DateTimeOffset Now);

/// <summary>How something about a reveal ended.</summary>
public abstract record RevealResult
{
    private RevealResult()
    {
    }

    /// <summary>It happened.</summary>
    public sealed record Done(RevealView View, LoggedEvent Logged) : RevealResult;

    public sealed record Listed(IReadOnlyList<RevealView> Views, LoggedEvent Logged) : RevealResult;

    /// <summary>Logged, so the value may leave. Whoever takes it zeroes it.</summary>
    public sealed record Shown(byte[] Value, DateTimeOffset Until, LoggedEvent Logged) : RevealResult
    {
        public override string ToString() => "[secret]";
    }

    public sealed record WebhookKey(string Key, LoggedEvent Logged) : RevealResult
    {
        public override string ToString() => "[secret]";
    }

    /// <summary>The caller may not.</summary>
    public sealed record Denied(Admission.Refused Refusal) : RevealResult;

    /// <summary>The request, the signature or the moment may not.</summary>
    public sealed record Refused(RevealFault Fault, LoggedEvent Logged) : RevealResult;
}

/// <summary>Why a reveal, or a step of one, was refused.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Message">What was wrong and what to do.</param>
public sealed record RevealFault(string Code, string Message)
{
    internal static RevealFault NoSuchCell { get; } = new(
        "reveal.no-such-cell", "the transfer has no such cell in that row; send the cell exactly as you received it, and count rows from 1 behind the header");

    internal static RevealFault NotReversible { get; } = new(
        "reveal.not-reversible", "the gateway can't turn this field back, and the agreement gives it no custody of its originals: ask the client, whose original has the value");

    internal static RevealFault MaskedMissing { get; } = new(
        "reveal.masked-missing", "this field's values are turned back from the masked cell: send it in 'masked', as you received it");

    internal static RevealFault NotADispatch { get; } = new("reveal.not-a-dispatch", "only cells that were sent to you can be shown, not those of a return");

    internal static RevealFault Ticket { get; } = new(
        "reveal.ticket", "'ticket' has to be your own reference, 1 to 64 letters, digits and . _ / # : - without spaces; it stands in the log");

    internal static RevealFault NoBreakGlass { get; } = new("reveal.no-break-glass", "the agreement has no break-glass; ask for approval");

    internal static RevealFault TooMany { get; } = new(
        "reveal.too-many", "you, or everybody under the agreement, have asked for as many reveals as it allows within an hour");

    internal static RevealFault WrongState { get; } = new(
        "reveal.wrong-state", "the request isn't in a state for this: too few approvals yet, decided, withdrawn, over, or signed by you already");

    internal static RevealFault Signature { get; } = new(
        "reveal.signature", "the signature isn't a good one of this request's text by the key that the agreement names for you; make it with sx reveal approve");

    internal static RevealFault AgreementChanged { get; } = new(
        "reveal.agreement-changed", "another version of the agreement is in force than the request was made under; ask again");

    internal static RevealFault Erased { get; } = new(
        "reveal.erased", "the transfer that this cell was in has been erased, and the value with it: nobody can show it any more");

    internal static RevealFault Purpose(IEnumerable<string> purposes) => new(
        "reveal.purpose", $"'purpose' has to be one of the agreement's: {string.Join(", ", purposes)}");

    internal static RevealFault SubjectMissing(string field) => new(
        "reveal.subject-missing", $"this field's values hang on {field}: send that cell of the same row too, as you received it");
}
