using System.Security.Cryptography;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Certificates;

/// <summary>Takes a party's certificates from their registration to their end, beside those that the agreement's text has.</summary>
/// <remarks><code>
/// party ─► (1) authorise ─► (2) check ─► (3) note ─► (4) log ─► (5) publish
/// </code>
/// Registered by one person, proven with its secret key, confirmed by a second person: only then is it used. One step at a time, so that
/// what it was checked against is what it is applied to.</remarks>
public sealed class CertificateDesk(
    Gate gate, AgreementStore agreements, CertificateStore certificates, AuditLog log, KeyRing keys, WebKeyLookup directories, string gatewayName,
    TimeProvider clock) : IDisposable
{
    /// <summary>The longest certificate, in bytes.</summary>
    public const int MaxCertificate = 256 * 1024;

    /// <summary>The longest signature.</summary>
    public const int MaxSignature = SignedText.MaxSignature;

    /// <summary>The most certificates of one side of an agreement, used or not: each is read whenever the agreement is.</summary>
    private const int MaxOfSide = 40;

    private readonly Turn _turn = new();

    /// <summary>Brings a certificate. It isn't used before it is proven and confirmed.</summary>
    /// <param name="caller">Who brings it.</param>
    /// <param name="id">Under which agreement.</param>
    /// <param name="octets">The certificate, armored or not.</param>
    /// <param name="asApprover">Whether it is the caller's own, as an approver of reveals, and not the party's.</param>
    /// <param name="ct">The connection.</param>
    public Task<CertificateResult> RegisterAsync(Caller caller, AgreementId? id, ReadOnlyMemory<byte> octets, bool asApprover, CancellationToken ct) =>
        InTurnAsync(async () =>
        {
            var admission = await gate.AdmitAsync(caller, Permission.ChangeCertificates, id, ct); // (1)
            if (admission is not Admission.Admitted { Grant: var grant }) return new CertificateResult.Denied((Admission.Refused)admission);
            if (Read(octets, out var certificate) is { } unreadable) return await RefuseAsync(grant, null, unreadable); // (2)
            CallerId? holder = asApprover ? caller.Id : null;
            if (AccessPolicy.ForbidsCertificate(grant, holder) is { } reason) return await DenyAsync(grant, reason);
            if (asApprover && grant.Terms!.Reveals?.Approvers.Contains(caller.Id) != true) return await DenyAsync(grant, DenialReason.NotApprover);
            var agreement = await agreements.LoadAsync(grant, ct);
            var now = Now();
            var challenge = CertificateChallenge.New(now);
            var step = StepOf(grant, holder, certificate!.Fingerprint, CertificateStepKind.Registered, now) with
            {
                Octets = certificate.ToBytes(),
                Challenge = challenge,
            };
            if (Unfit(certificate, mayBeForSigningOnly: asApprover) is { } unfit) return await RefuseAsync(grant, step.Certificate, unfit);
            if (!agreement.Certificates.Takes(step)) return await RefuseAsync(grant, step.Certificate, WhyNot(agreement.Certificates.Find(step.Certificate)!, step));
            if (agreement.Certificates.All.Count(s => s.Side == step.Side) >= MaxOfSide) return await RefuseAsync(grant, step.Certificate, CertificateFault.TooMany);
            return await TakeAsync(grant, step, new CertificateRegistered(
                step.Id, caller.Party, $"{step.Certificate}", Digest(step.Octets.Span), asApprover, challenge.Nonce, CertificateText.Moment(challenge.ProveBy)), ct);
        }, ct);

    /// <summary>What the holder has to sign: sealed to the certificate where it can be, so that one signature shows both keys.</summary>
    public async Task<CertificateResult> ChallengeAsync(Caller caller, AgreementId? id, string certificate, CancellationToken ct)
    {
        var (ended, grant, standing) = await AdmitAsync(caller, id, certificate, ct);
        if (ended is not null) return ended;
        if (standing is not { Stage: CertificateStage.Registered, Challenge: { } challenge }) return await RefuseAsync(grant!, standing!.Certificate.Fingerprint, CertificateFault.WrongState);
        var text = challenge.Text(gatewayName, grant!.Agreement, caller.Party, standing.Holder, standing.Certificate.Fingerprint);
        var isSealed = CanOpen(standing.Certificate);
        var content = isSealed ? await SealAsync(standing.Certificate, text, ct) : text;
        return new CertificateResult.Challenged(content, isSealed, await log.AppendAsync(new AgreementRead { Caller = caller, Terms = grant.Terms }));
    }

    /// <summary>Takes the signature of the challenge: the secret key is at hand.</summary>
    public Task<CertificateResult> ProveAsync(Caller caller, AgreementId? id, string certificate, ReadOnlyMemory<byte> signature, CancellationToken ct) =>
        StepAsync(caller, id, certificate, CertificateStepKind.Proven, async (grant, standing, step) =>
        {
            var challenge = standing.Challenge!;
            if (challenge.ProveBy <= step.At) return (step, null, CertificateFault.Late);
            var text = challenge.Text(gatewayName, grant.Agreement, caller.Party, standing.Holder, step.Certificate);
            if (await SignedText.SignerAsync([standing.Certificate], text, signature, clock.GetUtcNow(), ct) is null) return (step, null, CertificateFault.Proof);
            return (step with { Octets = signature }, new CertificateProven(
                step.Id, caller.Party, $"{step.Certificate}", await SignedText.ForLogAsync(signature, ct), CanOpen(standing.Certificate)), null);
        }, ct);

    /// <summary>Confirms that the fingerprint is the one that its holder names: by somebody else than whoever brought and proved it.</summary>
    public Task<CertificateResult> ConfirmAsync(Caller caller, AgreementId? id, string certificate, CancellationToken ct) => InTurnAsync(async () =>
    {
        var admission = await gate.AdmitAsync(caller, Permission.ConfirmCertificate, id, ct); // (1)
        if (admission is not Admission.Admitted { Grant: var grant }) return new CertificateResult.Denied((Admission.Refused)admission);
        if (await FindAsync(grant, certificate, ct) is not { } standing) return await RefuseAsync(grant, null, CertificateFault.Unknown);
        var step = StepOf(grant, standing.Holder, standing.Certificate.Fingerprint, CertificateStepKind.Confirmed, Now());
        if (standing.Stage != CertificateStage.Proven) return await RefuseAsync(grant, step.Certificate, CertificateFault.WrongState);
        if (!AccessPolicy.MayConfirm(grant, [standing.RegisteredBy, standing.ProvenBy])) return await DenyAsync(grant, DenialReason.OwnRequest);
        if (Unfit(standing.Certificate, mayBeForSigningOnly: standing.Holder is not null) is { } unfit) return await RefuseAsync(grant, step.Certificate, unfit);
        return await TakeAsync(grant, step, new CertificateConfirmed(step.Id, caller.Party, $"{step.Certificate}"), ct);
    }, ct);

    /// <summary>Merges a newer copy: another end, other subkeys, revocations. The primary key is what the certificate is, and never changes.</summary>
    public Task<CertificateResult> UpdateAsync(Caller caller, AgreementId? id, string certificate, ReadOnlyMemory<byte> octets, CancellationToken ct) =>
        StepAsync(caller, id, certificate, CertificateStepKind.Updated, (_, standing, step) =>
        {
            if (Read(octets, out var copy) is { } unreadable) return Task.FromResult<Taken>((step, null, unreadable));
            return Task.FromResult<Taken>(Merged(standing, copy!, step, caller.Party, "upload"));
        }, ct);

    /// <summary>Takes a certificate out of use for good, without a copy that says so itself: nothing that is sealed to it leaves any more.</summary>
    public Task<CertificateResult> RevokeAsync(Caller caller, AgreementId? id, string certificate, CancellationToken ct) =>
        StepAsync(caller, id, certificate, CertificateStepKind.Revoked, (_, _, step) => Task.FromResult<Taken>(
            (step, new CertificateChanged(AuditEventKind.CertificateRevoked, step.Id, caller.Party, $"{step.Certificate}", "word", Digest: null), null)), ct);

    /// <summary>Looks in the Web Key Directories of the certificate's addresses for a newer copy, and merges it.</summary>
    public async Task<CertificateResult> LookUpAsync(Caller caller, AgreementId? id, string certificate, CancellationToken ct)
    {
        var (ended, grant, standing) = await AdmitAsync(caller, id, certificate, ct); // (1)
        if (ended is not null) return ended;
        // Asked before it is this step's turn: a directory that is slow holds up nobody else.
        var (copy, fault) = await LookUpAsync(standing!.Certificate, ct);
        if (fault is not null) return await RefuseAsync(grant!, standing.Certificate.Fingerprint, fault);
        return await StepAsync(caller, id, certificate, CertificateStepKind.Updated, (_, now, step) => Task.FromResult<Taken>(
            Merged(now, copy!, step, caller.Party, "wkd")), ct);
    }

    /// <summary>The same of all certificates in use under an agreement, by the gateway itself. What can't be asked is left for the next time.</summary>
    internal async Task LookUpAllAsync(AgreementId id, CancellationToken ct)
    {
        foreach (var standing in (await agreements.StandingAsync(id, ct))?.Certificates.All.Where(s => s.IsInForce && directories.CanAsk(s.Certificate)).ToList() ?? [])
        {
            var (copy, fault) = await LookUpAsync(standing.Certificate, ct);
            if (fault == CertificateFault.DirectoryAway || fault == CertificateFault.NotInDirectory) continue;
            await InTurnAsync(async () =>
            {
                var agreement = (await agreements.StandingAsync(id, ct))!;
                var party = standing.Side == Relation.Client ? agreement.Client.Party : agreement.Vendor.Party;
                var step = new CertificateStep(
                    Guid.NewGuid().ToString("N"), id, standing.Side, standing.Holder, standing.Certificate.Fingerprint, CertificateStepKind.Updated, Caller: null,
                    Now(), agreement.Terms.Number);
                var (changed, audited, why) = fault is null
                    ? Merged(agreement.Certificates.Find(step.Certificate)!, copy!, step, party, "wkd")
                    : (step, null, fault);
                if (why is null) await TakeAsync(agreement.Terms, caller: null, changed, audited!, ct);
                else if (why != CertificateFault.NothingNew) await log.AppendAsync(new CertificateRefused($"{step.Certificate}", why.Code) { Terms = agreement.Terms });
                return true;
            }, ct);
        }
    }

    /// <summary>All certificates of both parties under an agreement.</summary>
    public async Task<CertificateResult> ListAsync(Caller caller, AgreementId? id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ReadAgreement, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new CertificateResult.Denied((Admission.Refused)admission);
        var agreement = await agreements.LoadAsync(grant, ct);
        var views = agreement.Certificates.All.OrderBy(s => s.Side).ThenBy(s => s.Holder?.Value, StringComparer.Ordinal).ThenByDescending(s => s.Since)
            .Select(s => View(agreement, s)).ToList();
        return new CertificateResult.Listed(views, await log.AppendAsync(new AgreementRead { Caller = caller, Terms = grant.Terms }));
    }

    /// <summary>Runs while no step is taken: recovery must not settle one that is on its way.</summary>
    internal Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken ct) => _turn.RunAsync(work, ct);

    public void Dispose() => _turn.Dispose();

    /// <summary>What the directories have of a certificate, in one copy.</summary>
    private async Task<(Certificate? Copy, CertificateFault? Fault)> LookUpAsync(Certificate certificate, CancellationToken ct)
    {
        if (!directories.CanAsk(certificate)) return (null, CertificateFault.NoDirectory);
        try
        {
            var (copies, hasOther) = await directories.FindAsync(certificate, ct);
            if (copies.Count == 0) return (null, hasOther ? CertificateFault.OtherPrimary : CertificateFault.NotInDirectory);
            return (copies.Aggregate((all, copy) => all.Merge(copy)), null);
        }
        catch (HttpRequestException)
        {
            return (null, CertificateFault.DirectoryAway);
        }
        catch (PgpException e)
        {
            return (null, FaultOf(e));
        }
    }

    /// <summary>What a copy adds to a certificate that is known.</summary>
    private (CertificateStep Step, AuditEvent? Audited, CertificateFault? Fault) Merged(
        CertificateStanding standing, Certificate copy, CertificateStep step, PartyId party, string source)
    {
        if (copy.Fingerprint != standing.Certificate.Fingerprint) return (step, null, CertificateFault.OtherPrimary);
        try
        {
            var merged = standing.Certificate.Merge(copy);
            var octets = merged.ToBytes();
            if (octets.AsSpan().SequenceEqual(standing.Certificate.ToBytes())) return (step, null, CertificateFault.NothingNew);
            var now = clock.GetUtcNow();
            var isRevoked = CertificateStanding.Problem(merged, now) is PgpError.CertificateRevoked && !standing.IsRevokedAt(now);
            step = step with { Octets = octets, Kind = isRevoked ? CertificateStepKind.Revoked : CertificateStepKind.Updated };
            return (step, new CertificateChanged(
                isRevoked ? AuditEventKind.CertificateRevoked : AuditEventKind.CertificateUpdated, step.Id, party, $"{step.Certificate}", source, Digest(octets)), null);
        }
        catch (PgpException e)
        {
            return (step, null, FaultOf(e));
        }
    }

    private Task<CertificateResult> StepAsync(
        Caller caller, AgreementId? id, string certificate, CertificateStepKind kind,
        Func<Grant, CertificateStanding, CertificateStep, Task<Taken>> take, CancellationToken ct) => InTurnAsync(async () =>
    {
        var (ended, grant, standing) = await AdmitAsync(caller, id, certificate, ct); // (1)
        if (ended is not null) return ended;
        var step = StepOf(grant!, standing!.Holder, standing.Certificate.Fingerprint, kind, Now());
        var known = (await agreements.LoadAsync(grant!, ct)).Certificates;
        if (!known.Takes(step)) return await RefuseAsync(grant!, step.Certificate, WhyNot(standing, step)); // (2)
        var (taken, audited, fault) = await take(grant!, standing, step);
        return fault is null ? await TakeAsync(grant!, taken, audited!, ct) : await RefuseAsync(grant!, step.Certificate, fault);
    }, ct);

    private async Task<CertificateResult> TakeAsync(Grant grant, CertificateStep step, AuditEvent audited, CancellationToken ct)
    {
        var logged = await TakeAsync(grant.Terms!, grant.Caller, step, audited, ct);
        var agreement = await agreements.LoadAsync(grant, CancellationToken.None);
        return new CertificateResult.Done(View(agreement, agreement.Certificates.Find(step.Certificate)!), logged);
    }

    private async Task<LoggedEvent> TakeAsync(AgreementTerms terms, Caller? caller, CertificateStep step, AuditEvent audited, CancellationToken ct)
    {
        var agreement = (await agreements.StandingAsync(terms.Id, ct))!;
        var party = step.Side == Relation.Client ? terms.Client : terms.Vendor;
        var notice = CertificateText.Notice(agreement, audited.Kind, party, $"{step.Certificate}", step.At);
        await certificates.NoteAsync(step, notice, await log.SizeAsync(LogName.Of(terms.Id)), ct); // (3)
        var logged = await log.AppendAsync(audited with { Caller = caller, Terms = terms }); // (4)
        await certificates.PublishAsync(step.Id, logged); // (5)
        return logged;
    }

    /// <summary>The other side's certificates aren't there for whoever changes the own ones.</summary>
    private async Task<(CertificateResult? Ended, Grant? Grant, CertificateStanding? Standing)> AdmitAsync(
        Caller caller, AgreementId? id, string certificate, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ChangeCertificates, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return (new CertificateResult.Denied((Admission.Refused)admission), null, null);
        if (await FindAsync(grant, certificate, ct) is not { } standing) return (await RefuseAsync(grant, null, CertificateFault.Unknown), null, null);
        return AccessPolicy.ForbidsCertificate(grant, standing.Holder) is { } reason ? (await DenyAsync(grant, reason), null, null) : (null, grant, standing);
    }

    private async Task<CertificateStanding?> FindAsync(Grant grant, string certificate, CancellationToken ct) =>
        Fingerprint.TryParse(certificate, out var fingerprint)
        && (await agreements.LoadAsync(grant, ct)).Certificates.Find(fingerprint) is { } standing && standing.Side == SideOf(grant)
            ? standing
            : null;

    private CertificateView View(Agreement agreement, CertificateStanding standing)
    {
        var now = clock.GetUtcNow();
        var party = standing.Side == Relation.Client ? agreement.Client : agreement.Vendor;
        var newest = party.InForce.FirstOrDefault(c => CertificateStanding.Problem(c, now) is null);
        return new CertificateView(
            standing, party.Party, standing.Holder is null && newest?.Fingerprint == standing.Certificate.Fingerprint, standing.Certificate.ExpiresAt(now), now)
        {
            EndsWithinDays = standing.IsInForce ? CertificateEnd.DaysBefore(CertificateEnd.Within30Days(standing.Certificate, now), now) : null,
        };
    }

    private async Task<byte[]> SealAsync(Certificate certificate, byte[] text, CancellationToken ct)
    {
        using var sealedText = new MemoryStream();
        await using (var writer = PgpMessage.Seal(
            sealedText, new SealOptions { Recipients = [certificate], Signers = [keys.GatewayKey], Now = clock.GetUtcNow(), Armor = true }))
        {
            await writer.WriteAsync(text, ct);
            await writer.CompleteAsync(ct);
        }

        return sealedText.ToArray();
    }

    private static CertificateFault? Read(ReadOnlyMemory<byte> octets, out Certificate? certificate)
    {
        certificate = null;
        try
        {
            certificate = Certificate.Read(octets);
            return null;
        }
        catch (PgpException e)
        {
            return FaultOf(e);
        }
    }

    private static CertificateFault FaultOf(PgpException e) => new(PgpFault.Code(e.Error), $"the certificate can't be used: {e.Message}");

    private bool CanOpen(Certificate certificate) => CertificateStanding.Problem(certificate, clock.GetUtcNow()) is null;

    /// <summary>What keeps a certificate from coming into use. An approver's key only signs.</summary>
    private CertificateFault? Unfit(Certificate certificate, bool mayBeForSigningOnly)
    {
        try
        {
            certificate.RequireUsableForEncryption(clock.GetUtcNow());
            return null;
        }
        catch (PgpException e)
        {
            return mayBeForSigningOnly && e.Error == PgpError.NoEncryptionSubkey ? null : FaultOf(e);
        }
    }

    private static CertificateFault WhyNot(CertificateStanding standing, CertificateStep step) =>
        (standing.Side, standing.Holder) != (step.Side, step.Holder) ? CertificateFault.OtherHolder
        : standing.Stage == CertificateStage.Withdrawn ? CertificateFault.Withdrawn
        : step.Kind == CertificateStepKind.Registered ? CertificateFault.Known
        : CertificateFault.WrongState;

    private static CertificateStep StepOf(Grant grant, CallerId? holder, Fingerprint certificate, CertificateStepKind kind, DateTimeOffset now) => new(
        Guid.NewGuid().ToString("N"), grant.Agreement, SideOf(grant), holder, certificate, kind, grant.Caller.ToString(), now, grant.Terms!.Number);

    private static Relation SideOf(Grant grant) => grant.Terms!.RelationOf(grant.Caller.Party)!.Value;

    private static string Digest(ReadOnlySpan<byte> octets) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(octets))}";

    /// <summary>To the millisecond, as it is stored: what is signed has to be what is read back.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task<CertificateResult> DenyAsync(Grant grant, DenialReason reason) =>
        new CertificateResult.Denied(await gate.DenyAsync(grant.Caller, grant.Permission, grant.Terms, reason));

    private async Task<CertificateResult> RefuseAsync(Grant grant, Fingerprint? certificate, CertificateFault fault) => new CertificateResult.Refused(
        fault, await log.AppendAsync(new CertificateRefused(certificate?.ToString(), fault.Code) { Caller = grant.Caller, Terms = grant.Terms }));

    /// <summary>A step to be taken with its event, or why not.</summary>
    private readonly record struct Taken(CertificateStep Step, AuditEvent? Audited, CertificateFault? Fault)
    {
        public static implicit operator Taken((CertificateStep Step, AuditEvent? Audited, CertificateFault? Fault) taken) => new(taken.Step, taken.Audited, taken.Fault);
    }
}
