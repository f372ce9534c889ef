using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Takes agreements from their first draft to their end. Whatever is done to one is a step:</summary>
/// <remarks><code>party ─► (1) read ─► (2) authorise ─► (3) check ─► (4) note ─► (5) log ─► (6) publish</code>
/// Of a first version the text says who the client is, so it is read before anybody can be authorised; it is small and has no
/// effect. What an agreement is follows from its steps in the order of its log (<see cref="AgreementHistory"/>).</remarks>
public sealed class AgreementDesk(Gate gate, AgreementStore agreements, AuditLog log, WitnessHosts witnessHosts, NoticeHosts noticeHosts, TimeProvider clock) : IDisposable
{
    /// <summary>The longest text of an agreement, in bytes: profiles and certificates are a few KB each.</summary>
    public const int MaxDocument = 512 * 1024;

    /// <summary>The longest signature.</summary>
    public const int MaxSignature = SignedText.MaxSignature;

    /// <summary>One at a time, so that what a step was checked against is what it is applied to.</summary>
    private readonly Turn _turn = new();

    /// <summary>Makes a new agreement, as the draft of its first version.</summary>
    public async Task<AgreementResult> CreateAsync(Caller caller, string document, CancellationToken ct) => await InTurnAsync(
        async () =>
        {
            if (!AccessPolicy.MayCreateAgreements(caller)) return await DenyCreateAsync(caller, DenialReason.RoleLacksPermission);
            try
            {
                var agreement = Agreement.Parse(document); // (1)
                var decision = AccessPolicy.DecideCreate(caller, agreement.Terms.Client); // (2)
                if (decision is not AccessDecision.Granted { Grant: var grant })
                    return await DenyCreateAsync(caller, ((AccessDecision.Denied)decision).Reason);
                RequireSound(agreement); // (3)
                if (await agreements.ExistsAsync(agreement.Terms.Id, ct))
                {
                    throw new AgreementException(
                        "agreement.exists", $"there is an agreement {agreement.Terms.Id} already; a new one needs another name, a change of it a new version");
                }

                var step = AgreementStep.Of(agreement.Terms.Id, 1, StepKind.Drafted, Relation.Client);
                await agreements.BeginAsync(grant, agreement, document, step, ct); // (4)
                return await FinishAsync(caller, step, agreement.Terms with { Stage = VersionStage.Draft }, Created(agreement, step));
            }
            catch (AgreementException e)
            {
                return await RefuseAsync(caller, terms: null, e);
            }
        }, ct);

    /// <summary>Writes a new version of an agreement, as a draft that the author's party alone sees.</summary>
    public Task<AgreementResult> DraftAsync(Caller caller, AgreementId? id, string document, CancellationToken ct) =>
        StepAsync(caller, Permission.ChangeAgreement, id, async (grant, history) =>
        {
            var after = history.InForce is { } inForce ? (await agreements.LoadAsync(grant, inForce.Number, ct)).Terms.Version : null;
            var agreement = Agreement.Parse(document, history.NextNumber, after);
            var terms = agreement.Terms;
            if (terms.Id != grant.Agreement || terms.Client != grant.Terms!.Client || terms.Vendor != grant.Terms.Vendor)
                throw new AgreementException("agreement.other", $"this is the text of another agreement than {grant.Agreement}: name and parties never change");
            RequireSound(agreement);
            var step = await StepOfAsync(grant, terms.Number, StepKind.Drafted);
            if (!history.Takes(step))
                throw new AgreementException("agreement.open-version", "another version is open; withdraw it, or have it signed, first");
            await agreements.NoteAsync(grant, agreement, document, after, step, ct);
            return (step, terms, new AgreementDrafted(step.Id, terms.Number, agreement.Profile.Digest));
        }, ct);

    /// <summary>Shows a draft to the other party.</summary>
    public Task<AgreementResult> ProposeAsync(Caller caller, AgreementId? id, int number, CancellationToken ct) =>
        StepAsync(caller, Permission.ChangeAgreement, id, number, StepKind.Proposed, step => new AgreementProposed(step.Id, number), ct);

    /// <summary>Takes a version back, or declines it.</summary>
    public Task<AgreementResult> WithdrawAsync(Caller caller, AgreementId? id, int number, CancellationToken ct) =>
        StepAsync(caller, Permission.ChangeAgreement, id, number, StepKind.Withdrawn, step => new AgreementWithdrawn(step.Id, number), ct);

    /// <summary>Takes a party's signature of a proposed version. The second one brings it into force.</summary>
    public Task<AgreementResult> SignAsync(Caller caller, AgreementId? id, int number, ReadOnlyMemory<byte> signature, CancellationToken ct) =>
        StepAsync(caller, Permission.SignAgreement, id, async (grant, history) =>
        {
            var version = Visible(grant, history, number);
            var side = SideOf(grant);
            var step = await StepOfAsync(grant, number, StepKind.Signed, signature);
            if (!history.Takes(step)) throw NotNow(StepKind.Signed);
            // The certificate in force, so that who may write texts can't bring a key of their own into one and sign with it.
            var holder = await agreements.LoadAsync(grant, history.InForce?.Number ?? number, ct);
            var signer = await VerifyAsync(side == Relation.Client ? holder.Client : holder.Vendor, await agreements.TextAsync(grant, number, ct), signature, ct);
            var agreement = await agreements.LoadAsync(grant, number, ct);
            RequireSound(agreement); // Weeks may lie between a draft and its signatures.
            await agreements.NoteAsync(grant, step, ct);
            var other = side == Relation.Client ? Relation.Vendor : Relation.Client;
            return (step, agreement.Terms, new AgreementSigned(
                step.Id, number, grant.Caller.Party, signer, await SignedText.ForLogAsync(signature, ct), InForce: version.IsSignedBy(other)));
        }, ct);

    /// <summary>Suspends the agreement: work rests until the same party resumes it.</summary>
    public Task<AgreementResult> SuspendAsync(Caller caller, AgreementId? id, CancellationToken ct) =>
        StepAsync(caller, Permission.SuspendAgreement, id, null, StepKind.Suspended, step => new AgreementSuspended(step.Id), ct);

    /// <summary>Takes the party's own suspension back.</summary>
    public Task<AgreementResult> ResumeAsync(Caller caller, AgreementId? id, CancellationToken ct) =>
        StepAsync(caller, Permission.SuspendAgreement, id, null, StepKind.Resumed, step => new AgreementResumed(step.Id), ct);

    /// <summary>Ends the agreement for good.</summary>
    public Task<AgreementResult> EndAsync(Caller caller, AgreementId? id, CancellationToken ct) =>
        StepAsync(caller, Permission.EndAgreement, id, null, StepKind.Ended, step => new AgreementEnded(step.Id), ct);

    /// <summary>The agreement's versions, as far as the caller's side sees them.</summary>
    public async Task<(LoggedEvent Logged, IReadOnlyList<(VersionStanding Standing, Agreement Text)> Versions)> VersionsAsync(Grant grant, CancellationToken ct)
    {
        grant.Require(Permission.ReadAgreement);
        var history = await agreements.HistoryAsync(grant, ct);
        var seen = new List<(VersionStanding, Agreement)>();
        foreach (var version in history.Versions.Where(v => IsVisible(grant, v))) seen.Add((version, await agreements.LoadAsync(grant, version.Number, ct)));
        return (await log.AppendAsync(new AgreementRead { Caller = grant.Caller, Terms = grant.Terms }), seen);
    }

    /// <summary>What both parties sign of a version; null where the caller's side doesn't see one of this number.</summary>
    public async Task<(LoggedEvent Logged, byte[]? Text)> TextAsync(Grant grant, int number, CancellationToken ct)
    {
        grant.Require(Permission.ReadAgreement);
        var isSeen = (await agreements.HistoryAsync(grant, ct)).Find(number) is { } version && IsVisible(grant, version);
        var logged = await log.AppendAsync(new AgreementRead { Caller = grant.Caller, Terms = grant.Terms });
        return (logged, isSeen ? await agreements.TextAsync(grant, number, ct) : null);
    }

    /// <summary>The agreements in which the caller's party has a part, as far as its roles may read them.</summary>
    public async Task<(LoggedEvent Logged, IReadOnlyList<AgreementTerms> Agreements)> ListAsync(Caller caller, CancellationToken ct)
    {
        var readable = (await agreements.OfPartyAsync(caller.Party, ct))
            .Where(t => AccessPolicy.Decide(caller, Permission.ReadAgreement, t, clock.GetUtcNow()) is AccessDecision.Granted).ToList();
        return (await log.AppendAsync(new AgreementsListed(readable.Count) { Caller = caller }), readable);
    }

    /// <summary>Runs while no step is taken: recovery must not settle one that is on its way.</summary>
    internal Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken ct) => _turn.RunAsync(work, ct);

    public void Dispose() => _turn.Dispose();

    private static AgreementCreated Created(Agreement agreement, AgreementStep step) => new(
        step.Id, agreement.Profile.Digest, agreement.Client.Certificate.Fingerprint.ToString(), agreement.Vendor.Certificate.Fingerprint.ToString());

    private static Relation SideOf(Grant grant) => grant.Terms!.RelationOf(grant.Caller.Party)!.Value;

    /// <summary>A draft is its author's party's alone. A first one that was taken back was never anybody else's.</summary>
    private static bool IsVisible(Grant grant, VersionStanding version) =>
        version.Author == SideOf(grant) || version.Stage is VersionStage.Proposed or VersionStage.InForce
        || (version.Stage == VersionStage.Withdrawn && version.WasProposed);

    private static VersionStanding Visible(Grant grant, AgreementHistory history, int number) =>
        history.Find(number) is { } version && IsVisible(grant, version)
            ? version
            : throw new AgreementException("agreement.no-such-version", "the agreement has no version of this number");

    private static AgreementException NotNow(StepKind kind) => new("agreement.wrong-state", kind switch
    {
        StepKind.Proposed => "only a draft can be proposed, by the party that wrote it",
        StepKind.Signed => "only a proposed version can be signed, once by each party",
        StepKind.Withdrawn => "only a version that isn't signed by both can be withdrawn or declined",
        StepKind.Suspended => "your party has suspended the agreement already, or it isn't in force",
        StepKind.Resumed => "your party hasn't suspended the agreement; what the other has suspended, only the other resumes",
        _ => "the agreement isn't in force",
    });

    private async Task<string> VerifyAsync(PartyTerms party, byte[] text, ReadOnlyMemory<byte> signature, CancellationToken ct) =>
        await SignedText.SignerAsync(party.InForce, text, signature, clock.GetUtcNow(), ct)
        ?? throw new AgreementException(
            "agreement.signature",
            $"the signature isn't a good one of this version's text by {party.Party}'s certificate in force; make it with sx agreement sign and that key");

    private void RequireSound(Agreement agreement)
    {
        agreement.RequireUsableCertificates(clock.GetUtcNow());
        witnessHosts.Require(agreement.Witnesses);
        noticeHosts.Require(agreement.RevealPeople?.Notify.Webhook);
    }

    private Task<AgreementResult> StepAsync(
        Caller caller, Permission permission, AgreementId? id, int? number, StepKind kind, Func<AgreementStep, AuditEvent> audited, CancellationToken ct) =>
        StepAsync(caller, permission, id, async (grant, history) =>
        {
            var version = number is { } named ? Visible(grant, history, named).Number : grant.Terms!.Number;
            var step = await StepOfAsync(grant, version, kind);
            if (!history.Takes(step)) throw NotNow(kind);
            var terms = (await agreements.LoadAsync(grant, version, ct)).Terms;
            await agreements.NoteAsync(grant, step, ct);
            return (step, terms, audited(step));
        }, ct);

    private Task<AgreementResult> StepAsync(
        Caller caller, Permission permission, AgreementId? id,
        Func<Grant, AgreementHistory, Task<(AgreementStep Step, AgreementTerms Terms, AuditEvent Audited)>> take, CancellationToken ct) => InTurnAsync(
        async () =>
        {
            var admission = await gate.AdmitAsync(caller, permission, id, ct); // (2)
            if (admission is not Admission.Admitted { Grant: var grant })
            {
                var refused = (Admission.Refused)admission;
                return new AgreementResult.Denied(refused.Reason, refused.Logged);
            }

            try
            {
                var (step, terms, audited) = await take(grant, await agreements.HistoryAsync(grant, ct)); // (3) (4)
                return await FinishAsync(caller, step, terms, audited);
            }
            catch (AgreementException e)
            {
                return await RefuseAsync(caller, grant.Terms, e);
            }
        }, ct);

    private async Task<AgreementStep> StepOfAsync(Grant grant, int number, StepKind kind, ReadOnlyMemory<byte> signature = default) =>
        AgreementStep.Of(grant.Agreement, number, kind, SideOf(grant), signature) with { LogSize = await log.SizeAsync(LogName.Of(grant.Agreement)) };

    private async Task<AgreementResult> FinishAsync(Caller caller, AgreementStep step, AgreementTerms terms, AuditEvent audited)
    {
        var logged = await log.AppendAsync(audited with { Caller = caller, Terms = terms }); // (5)
        await agreements.PublishAsync(step.Id, logged); // (6)
        return new AgreementResult.Done(terms.Id, step.Number, terms.Version, logged);
    }

    private async Task<AgreementResult> DenyCreateAsync(Caller caller, DenialReason reason) => new AgreementResult.Denied(
        reason, await log.AppendAsync(new AccessDenied(Permission.CreateAgreement, reason) { Caller = caller }));

    private async Task<AgreementResult> RefuseAsync(Caller caller, AgreementTerms? terms, AgreementException fault) =>
        new AgreementResult.Refused(fault, await log.AppendAsync(new AgreementRefused(fault.Code) { Caller = caller, Terms = terms }));
}

/// <summary>How a step of an agreement ended.</summary>
public abstract record AgreementResult
{
    private AgreementResult()
    {
    }

    /// <summary>It happened.</summary>
    /// <param name="Id">To which agreement.</param>
    /// <param name="Number">To which version.</param>
    /// <param name="Version">That version's digest.</param>
    /// <param name="Logged">Its event.</param>
    public sealed record Done(AgreementId Id, int Number, string Version, LoggedEvent Logged) : AgreementResult;

    /// <summary>The caller may not.</summary>
    public sealed record Denied(DenialReason Reason, LoggedEvent Logged) : AgreementResult;

    /// <summary>The text, the signature or the moment may not.</summary>
    public sealed record Refused(AgreementException Fault, LoggedEvent Logged) : AgreementResult;
}
