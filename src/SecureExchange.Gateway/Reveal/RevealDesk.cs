using System.Buffers;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;
using SecureExchange.Masking.Originals;

namespace SecureExchange.Gateway.Reveal;

/// <summary>Shows single cells in clear, after as many approvals as the agreement asks for.</summary>
/// <remarks><code>
/// vendor ─► (1) authorise ─► (2) prove the cell ─► (3) note ─► (4) log ─► (5) publish ─► approvers are told
/// client ─► (1) authorise ─► (2) verify the signature ─► (3) note ─► (4) log ─► (5) publish
/// vendor ◄─ (5) show ◄─ (4) log ◄─ (3) turn back ◄─ (2) prove again ◄─ (1) authorise
/// </code>
/// One step at a time, so that what it was checked against is what it is applied to; what a request is follows from its steps in the
/// order of the log (<see cref="RevealStanding"/>).</remarks>
public sealed class RevealDesk(
    Gate gate, AgreementStore agreements, TransferStore transfers, RevealStore reveals, RevealCell cells, AuditLog log, TimeProvider clock) : IDisposable
{
    /// <summary>The most requests of one list.</summary>
    public const int MaxPage = 200;

    /// <summary>The longest signature.</summary>
    public const int MaxSignature = SignedText.MaxSignature;

    private static readonly SearchValues<char> s_ticket =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/#:-");

    private readonly Turn _turn = new();

    /// <summary>Something is to be told to approvers.</summary>
    public event Action? NoticeDue;

    /// <summary>Asks to see one cell.</summary>
    public Task<RevealResult> RequestAsync(Caller caller, RevealQuestion question, CancellationToken ct) => InTurnAsync(async () =>
    {
        var admission = await gate.AdmitAsync(caller, Permission.RequestReveal, question.Transfer, ct); // (1)
        if (admission is not Admission.Admitted { Grant: var grant }) return new RevealResult.Denied((Admission.Refused)admission);
        var terms = grant.Terms!.Reveals!;
        if (await RefusalAsync(grant, terms, question, ct) is { } refusal) return await RefuseAsync(grant, null, refusal);
        if (await transfers.FindAsync(grant, question.Transfer, ct) is not { } transfer) // Erased since (1).
            return new RevealResult.Denied(await gate.DenyAsync(caller, Permission.RequestReveal, grant.Terms, DenialReason.NotFound));
        var sentUnder = await agreements.LoadAsync(grant, transfer.AgreementVersion, ct);
        if (transfer.Kind is not (TransferKind.Dispatch or TransferKind.Records)) return await RefuseAsync(grant, null, RevealFault.NotADispatch);
        if (FieldFault(sentUnder, question.Cell) is { } fault) return await RefuseAsync(grant, null, fault);
        if (question.Cell.RowKey is not null && sentUnder.Profile.RowKey is null) return await RefuseAsync(grant, null, RevealFault.NoSuchCell);
        if (await cells.FindAsync(grant, transfer, question.Cell, ct) is not { } record) return await RefuseAsync(grant, null, RevealFault.NoSuchCell); // (2)

        var (id, now) = (RevealId.New(), Now());
        var (cell, sealedSubject) = await cells.SealAsync(grant, transfer, id, Text(question.Cell.Masked ?? []), question.Cell.MaskedSubject is { } s ? Text(s) : null, ct);
        var request = new RevealRequest(
            id, grant.Agreement, grant.Terms.Number, grant.Terms.Version, transfer.Id, record, question.Cell.Field, question.Purpose, question.Ticket,
            caller.ToString(), question.IsBreakGlass, now, now.AddHours(terms.ExpireHours))
        {
            SealedCell = cell,
            SealedSubject = sealedSubject,
        };
        var step = RevealStep.Of(id, RevealStepKind.Requested, caller, now);
        var notify = (await agreements.LoadAsync(grant, ct)).RevealPeople!.Notify;
        await reveals.BeginAsync(grant, request, step, await log.SizeAsync(LogName.Of(grant.Agreement)), Notices(notify), ct); // (3)
        var logged = await log.AppendAsync(new RevealRequested( // (4)
            step.Id, id, transfer.Id, record, request.Field, request.Purpose, request.Ticket, request.IsBreakGlass, RevealText.Moment(request.ExpiresAt))
        {
            Caller = caller,
            Terms = grant.Terms,
        });
        await reveals.PublishAsync(step.Id, logged); // (5)
        NoticeDue?.Invoke();
        return new RevealResult.Done(new RevealView(request, RevealStanding.Of(request, terms, [step]), terms, now), logged);
    }, ct);

    /// <summary>Approves a request, by a signature of its text; of a break-glass, reviews it.</summary>
    public Task<RevealResult> SignAsync(Caller caller, RevealId id, ReadOnlyMemory<byte> signature, CancellationToken ct) =>
        StepAsync(caller, Permission.DecideReveal, id, async (grant, view) =>
        {
            var kind = view.Request.IsBreakGlass ? RevealStepKind.Reviewed : RevealStepKind.Approved;
            var step = RevealStep.Of(id, kind, caller, Now(), signature);
            if (!view.Standing.Takes(step)) return (step, null, RevealFault.WrongState);
            if (await transfers.FindAsync(grant, view.Request.Transfer, ct) is null) return (step, null, RevealFault.Erased);
            var approver = (await agreements.LoadAsync(grant, ct)).RevealPeople!.Approvers.Single(a => a.Id == caller.Id);
            var text = RevealText.Canonical(view.Request, view.Terms.Minutes);
            if (await SignedText.SignerAsync(approver.InForce, text, signature, clock.GetUtcNow(), ct) is not { } signer)
                return (step, null, RevealFault.Signature);
            var approvals = view.Standing.Approvers.Count + 1;
            return (step, new RevealSigned(
                kind == RevealStepKind.Approved ? AuditEventKind.RevealApproved : AuditEventKind.RevealReviewed, step.Id, id, signer,
                await SignedText.ForLogAsync(signature, ct), kind == RevealStepKind.Approved ? approvals : 0,
                kind == RevealStepKind.Approved && approvals == view.Terms.Approvals), null);
        }, ct);

    /// <summary>Denies a request, or closes what is open.</summary>
    public Task<RevealResult> DenyAsync(Caller caller, RevealId id, CancellationToken ct) =>
        StepAsync(caller, Permission.DecideReveal, id, (_, _) => Simple(
            RevealStep.Of(id, RevealStepKind.Denied, caller, Now()), step => new RevealDenied(step.Id, id)), ct);

    /// <summary>Takes one's own request back.</summary>
    public Task<RevealResult> WithdrawAsync(Caller caller, RevealId id, CancellationToken ct) =>
        StepAsync(caller, Permission.RequestReveal, id, (_, _) => Simple(
            RevealStep.Of(id, RevealStepKind.Withdrawn, caller, Now()), step => new RevealWithdrawn(step.Id, id)), ct);

    /// <summary>Shows the value to whoever asked for it. The event is durable before the value leaves.</summary>
    public Task<RevealResult> ShowAsync(Caller caller, RevealId id, CancellationToken ct) => InTurnAsync(async () =>
    {
        var (denied, grant, view) = await AdmitAsync(caller, Permission.ShowReveal, id, ct); // (1)
        if (denied is not null) return denied;
        var step = RevealStep.Of(id, RevealStepKind.Shown, caller, Now());
        if (view!.Request.Number != grant!.Terms!.Number) return await RefuseAsync(grant, id, RevealFault.AgreementChanged);
        if (!view.Standing.Takes(step)) return await RefuseAsync(grant, id, RevealFault.WrongState);
        if (await transfers.FindAsync(grant, view.Request.Transfer, ct) is not { } transfer) return await RefuseAsync(grant, id, RevealFault.Erased);
        if (await cells.OpenAsync(grant, transfer, view.Request, ct) is not { } value) return await RefuseAsync(grant, id, RevealFault.NoSuchCell); // (2) (3)
        try
        {
            await reveals.NoteAsync(grant, step, await log.SizeAsync(LogName.Of(grant.Agreement)), ct);
            var logged = await log.AppendAsync(new RevealShown(step.Id, id, transfer.Id, view.Request.Record, view.Request.Field)
            {
                Caller = caller,
                Terms = grant.Terms,
            }); // (4)
            await reveals.PublishAsync(step.Id, logged);
            return new RevealResult.Shown(value, view.Standing.OpenUntil!.Value, logged); // (5)
        }
        catch
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(value);
            throw;
        }
    }, ct);

    /// <summary>One request, and how it stands.</summary>
    public async Task<RevealResult> FindAsync(Caller caller, RevealId id, CancellationToken ct)
    {
        var (denied, grant, view) = await AdmitAsync(caller, Permission.ReadReveals, id, ct);
        if (denied is not null) return denied;
        return new RevealResult.Done(view!, await log.AppendAsync(new RevealsListed(1) { Caller = caller, Terms = grant!.Terms }));
    }

    /// <summary>An agreement's requests, newest first; an agent sees its own.</summary>
    public async Task<RevealResult> ListAsync(Caller caller, AgreementId? id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ReadReveals, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new RevealResult.Denied((Admission.Refused)admission);
        var views = new List<RevealView>();
        foreach (var (request, steps) in await reveals.ListAsync(grant, SeesAll(grant) ? null : caller.ToString(), MaxPage, ct))
            views.Add(await ViewAsync(grant, request, steps, ct));
        return new RevealResult.Listed(views, await log.AppendAsync(new RevealsListed(views.Count) { Caller = caller, Terms = grant.Terms }));
    }

    /// <summary>The key that this agreement's notices are signed with: for whoever receives them.</summary>
    public async Task<RevealResult> WebhookKeyAsync(Caller caller, AgreementId? id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ReadWebhookKey, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new RevealResult.Denied((Admission.Refused)admission);
        using var agreementKey = await agreements.OpenKeyAsync(grant, ct);
        var webhook = agreementKey.WebhookKeys();
        using var key = webhook[0];
        foreach (var older in webhook.Skip(1)) older.Dispose();
        var logged = await log.AppendAsync(new WebhookKeyRead { Caller = caller, Terms = grant.Terms });
        return new RevealResult.WebhookKey(Convert.ToBase64String(key.Span), logged);
    }

    /// <summary>Runs while no step is taken: recovery must not settle one that is on its way.</summary>
    internal Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken ct) => _turn.RunAsync(work, ct);

    public void Dispose() => _turn.Dispose();

    /// <summary>Whether the caller would see requests without being an agent: what an agent sees is its own.</summary>
    private bool SeesAll(Grant grant) => AccessPolicy.Explain(
        grant.Caller with { Roles = [.. grant.Caller.Roles.Where(role => role != Role.VendorAgent)] }, Permission.ReadReveals, grant.Terms!,
        clock.GetUtcNow()) is null;

    private static string Text(byte[] cell) => System.Text.Encoding.UTF8.GetString(cell);

    /// <summary>To the millisecond, as it is stored: what was signed has to be what is read back.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    private static IEnumerable<(NoticeChannel, string)> Notices(NotifyTerms notify) =>
        (notify.Webhook is { } url ? [(NoticeChannel.Webhook, url.OriginalString)] : Array.Empty<(NoticeChannel, string)>())
        .Concat(notify.Mail.Select(address => (NoticeChannel.Mail, address)));

    private async Task<RevealFault?> RefusalAsync(Grant grant, RevealTerms terms, RevealQuestion question, CancellationToken ct)
    {
        if (!terms.Purposes.Contains(question.Purpose)) return RevealFault.Purpose(terms.Purposes);
        if (question.Ticket.Length is 0 or > 64 || question.Ticket.AsSpan().ContainsAnyExcept(s_ticket)) return RevealFault.Ticket;
        if (question.IsBreakGlass && terms.ReviewHours is null) return RevealFault.NoBreakGlass;
        var (ofCaller, ofAll) = await reveals.CountSinceAsync(grant, clock.GetUtcNow().AddHours(-1), ct);
        return ofCaller >= terms.PerAgentHour || ofAll >= terms.PerHour ? RevealFault.TooMany : null;
    }

    /// <summary>What keeps a field's values from being shown: they don't turn back and nobody has given them into custody, or what
    /// they turn back by isn't there.</summary>
    private static RevealFault? FieldFault(Agreement sentUnder, ClaimedCell cell)
    {
        if (!CellProof.CanProve(sentUnder.Profile, cell.Field))
            return sentUnder.CustodyOfOriginals && OriginalFields.Include(sentUnder.Profile, cell.Field) ? null : RevealFault.NotReversible;
        if (cell.Masked is null) return RevealFault.MaskedMissing;
        return CellProof.SubjectOf(sentUnder.Profile, cell.Field) is { } subject && cell.MaskedSubject is null ? RevealFault.SubjectMissing(subject) : null;
    }

    private Task<RevealResult> StepAsync(
        Caller caller, Permission permission, RevealId id,
        Func<Grant, RevealView, Task<(RevealStep Step, AuditEvent? Audited, RevealFault? Fault)>> take, CancellationToken ct) => InTurnAsync(async () =>
    {
        var (denied, grant, view) = await AdmitAsync(caller, permission, id, ct); // (1)
        if (denied is not null) return denied;
        if (view!.Request.Number != grant!.Terms!.Number) return await RefuseAsync(grant, id, RevealFault.AgreementChanged);
        var (step, audited, fault) = await take(grant, view); // (2)
        if (fault is null && !view.Standing.Takes(step)) fault = RevealFault.WrongState;
        if (fault is not null) return await RefuseAsync(grant, id, fault);
        await reveals.NoteAsync(grant, step, await log.SizeAsync(LogName.Of(grant.Agreement)), ct); // (3)
        var logged = await log.AppendAsync(audited! with { Caller = caller, Terms = grant.Terms }); // (4)
        await reveals.PublishAsync(step.Id, logged); // (5)
        var (request, steps) = (await reveals.FindAsync(grant, id, CancellationToken.None))!.Value;
        return new RevealResult.Done(await ViewAsync(grant, request, steps, CancellationToken.None), logged);
    }, ct);

    private static Task<(RevealStep, AuditEvent?, RevealFault?)> Simple(RevealStep step, Func<RevealStep, AuditEvent> audited) =>
        Task.FromResult<(RevealStep, AuditEvent?, RevealFault?)>((step, audited(step), null));

    /// <summary>Another agent's request isn't there for whoever only sees their own.</summary>
    private async Task<(RevealResult? Denied, Grant? Grant, RevealView? View)> AdmitAsync(Caller caller, Permission permission, RevealId id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, permission, await reveals.AgreementOfAsync(id, ct), ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return (new RevealResult.Denied((Admission.Refused)admission), null, null);
        var (request, steps) = (await reveals.FindAsync(grant, id, ct))!.Value;
        var mustBeOwn = permission is Permission.RequestReveal or Permission.ShowReveal || !SeesAll(grant);
        if (mustBeOwn && request.Caller != caller.ToString())
            return (new RevealResult.Denied(await gate.DenyAsync(caller, permission, grant.Terms, DenialReason.NotFound)), null, null);
        return (null, grant, await ViewAsync(grant, request, steps, ct));
    }

    /// <summary>By the terms under which it was asked for, whatever has been agreed since.</summary>
    private async Task<RevealView> ViewAsync(Grant grant, RevealRequest request, IReadOnlyList<RevealStep> steps, CancellationToken ct)
    {
        var terms = (await agreements.LoadAsync(grant, request.Number, ct)).Terms.Reveals!;
        return new RevealView(request, RevealStanding.Of(request, terms, steps), terms, clock.GetUtcNow());
    }

    private async Task<RevealResult> RefuseAsync(Grant grant, RevealId? id, RevealFault fault) => new RevealResult.Refused(
        fault, await log.AppendAsync(new RevealRefused(id, fault.Code) { Caller = grant.Caller, Terms = grant.Terms }));
}

/// <summary>What somebody asks to see.</summary>
/// <param name="Transfer">Of which dispatch, or batch of records.</param>
/// <param name="Cell">The cell, as it was sent.</param>
/// <param name="Purpose">One of the agreement's codes.</param>
/// <param name="Ticket">The vendor's own reference: 1 to 64 of letters, digits and <c>. _ / # : -</c>; it stands in the log.</param>
/// <param name="IsBreakGlass">At once, to be reviewed afterwards.</param>
public sealed record RevealQuestion(TransferId Transfer, ClaimedCell Cell, string Purpose, string Ticket, bool IsBreakGlass);
