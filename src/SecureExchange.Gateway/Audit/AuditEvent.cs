using SecureExchange.Access;

namespace SecureExchange.Gateway.Audit;

/// <summary>One thing that happened: one entry of a log. Holds ids, counts, digests and field <em>names</em> only.</summary>
/// <remarks>Format: docs/formats/audit-event.md.</remarks>
public abstract record AuditEvent(AuditEventKind Kind)
{
    /// <summary>Who did it; null where it was the gateway, or nobody known.</summary>
    public Caller? Caller { get; init; }

    /// <summary>Under which agreement; null for the gateway's own log.</summary>
    public AgreementTerms? Terms { get; init; }

    /// <summary>Whether what happens is that content leaves: then the agreement's witnesses have to have seen it before.</summary>
    internal virtual bool IsRelease => false;

    /// <summary>Whose party gets content, findings or a value through it; null where nobody does. Its events have a number
    /// without gaps, so that "this and nothing else" can be proven.</summary>
    internal virtual PartyId? Recipient => null;

    /// <summary>The facts beside kind, caller, agreement and time.</summary>
    internal abstract void Write(AuditFacts facts);
}

/// <summary>Someone asked for what they may not have.</summary>
/// <remarks>What they asked for isn't named in the gateway's log: the id may be a guess, or somebody else's.</remarks>
public sealed record AccessDenied(Permission Permission, DenialReason Reason) : AuditEvent(AuditEventKind.AccessDenied)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("permission", Permission.ToString());
        facts.Add("reason", Reason.ToString());
    }
}

/// <summary>Somebody asked why a party's people may or may not.</summary>
/// <param name="About">Of which party.</param>
/// <param name="Roles">With which roles.</param>
/// <param name="Count">How many permissions were explained.</param>
public sealed record AccessExplained(PartyId About, IReadOnlyList<string> Roles, int Count) : AuditEvent(AuditEventKind.AccessExplained)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("about", About.Value);
        facts.Add("roles", Roles);
        facts.Add("count", Count);
    }
}

/// <summary>An agreement, or a step of one, was refused, with the fault's stable code.</summary>
public sealed record AgreementRefused(string Code) : AuditEvent(AuditEventKind.AgreementRefused)
{
    internal override void Write(AuditFacts facts) => facts.Add("code", Code);
}

/// <summary>An agreement's terms were read.</summary>
public sealed record AgreementRead() : AuditEvent(AuditEventKind.AgreementRead)
{
    internal override void Write(AuditFacts facts)
    {
    }
}

/// <summary>A caller looked at which agreements its party has a part in.</summary>
public sealed record AgreementsListed(int Count) : AuditEvent(AuditEventKind.AgreementsListed)
{
    internal override void Write(AuditFacts facts) => facts.Add("count", Count);
}

/// <summary>A file from the client was masked and sealed to the vendor.</summary>
/// <param name="Transfer">The dispatch.</param>
/// <param name="Origin">How it came, and whose signature it bore.</param>
/// <param name="Records">How many rows or objects.</param>
/// <param name="Profile">Digest of the masking profile.</param>
/// <param name="Attestation"><c>sha256:…</c> of the attestation.</param>
/// <param name="Fields">How many cells of each field went through which transform.</param>
/// <param name="Parts">What was sealed to whom.</param>
public sealed record DispatchAccepted(
    TransferId Transfer, Origin Origin, long Records, string Profile, string Attestation, IReadOnlyList<MaskedField> Fields,
    IReadOnlyList<SealedPart> Parts)
    : AuditEvent(AuditEventKind.DispatchAccepted)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add(Origin);
        facts.Add("records", Records);
        facts.Add("profile", Profile);
        facts.Add("attestation", Attestation);
        facts.Add(Fields);
        facts.Add(Parts);
    }
}

/// <summary>A file from the client was masked and sealed, and a gate of its profile holds it back.</summary>
/// <param name="Dispatch">What would have been accepted.</param>
/// <param name="Gates">The gates that it didn't pass.</param>
public sealed record DispatchHeld(DispatchAccepted Dispatch, IReadOnlyList<string> Gates) : AuditEvent(AuditEventKind.DispatchHeld)
{
    internal override void Write(AuditFacts facts)
    {
        Dispatch.Write(facts);
        facts.Add("gates", Gates);
    }
}

/// <summary>An approver let a held dispatch go.</summary>
/// <param name="Transfer">The dispatch.</param>
/// <param name="Held">Index of the event that held it.</param>
public sealed record DispatchReleased(TransferId Transfer, long Held) : AuditEvent(AuditEventKind.DispatchReleased)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("held", Held);
    }
}

/// <summary>Somebody read how a transfer was masked.</summary>
public sealed record AttestationRead(TransferId Transfer) : AuditEvent(AuditEventKind.AttestationRead)
{
    internal override void Write(AuditFacts facts) => facts.Add("transfer", Transfer);
}

/// <summary>A file was refused. Nothing of it was kept.</summary>
/// <param name="Kind">Dispatch or return.</param>
/// <param name="Transfer">What it would have become.</param>
/// <param name="Code">The fault's stable code.</param>
/// <param name="Row">Where, if it was in a record: 1 is the first.</param>
/// <param name="Field">In which of the profile's fields.</param>
public sealed record TransferRefused(AuditEventKind Kind, TransferId Transfer, string Code, long? Row, string? Field) : AuditEvent(Kind)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("code", Code);
        facts.Add("row", Row);
        facts.Add("field", Field);
    }
}

/// <summary>A batch of records was masked and sealed.</summary>
public sealed record RecordsAccepted(
    TransferId Transfer, long Records, string Profile, string Attestation, IReadOnlyList<MaskedField> Fields,
    IReadOnlyList<SealedPart> Parts)
    : AuditEvent(AuditEventKind.RecordsAccepted)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("records", Records);
        facts.Add("profile", Profile);
        facts.Add("attestation", Attestation);
        facts.Add(Fields);
        facts.Add(Parts);
    }
}

/// <summary>Records of a batch were refused, each by itself. Nothing of them was kept.</summary>
/// <param name="Transfer">The batch that the others became, or would have.</param>
/// <param name="Count">How many.</param>
/// <param name="Codes">The faults' stable codes, each once.</param>
public sealed record RecordsRefused(TransferId Transfer, long Count, IReadOnlyList<string> Codes)
    : AuditEvent(AuditEventKind.RecordsRefused)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("count", Count);
        facts.Add("codes", Codes);
    }
}

/// <summary>Someone looked at which transfers there are.</summary>
public sealed record TransfersListed(int Count) : AuditEvent(AuditEventKind.TransfersListed)
{
    internal override void Write(AuditFacts facts) => facts.Add("count", Count);
}

/// <summary>A sealed part is about to leave: the entry is durable before the first byte goes.</summary>
/// <param name="Transfer">Of which transfer.</param>
/// <param name="Part">What was sealed to whom.</param>
/// <param name="Profile">Digest of the masking profile under which it was masked.</param>
/// <param name="Attestation">Digest of the statement of how it was masked; null where there is none.</param>
/// <param name="Offset">From which byte.</param>
/// <param name="Length">How many bytes.</param>
public sealed record ContentFetched(TransferId Transfer, SealedPart Part, string Profile, string? Attestation, long Offset, long Length)
    : AuditEvent(AuditEventKind.ContentFetched)
{
    internal override bool IsRelease => true;

    internal override PartyId? Recipient => Caller?.Party;

    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add([Part]);
        facts.Add("profile", Profile);
        facts.Add("attestation", Attestation);
        facts.Add("offset", Offset);
        facts.Add("length", Length);
    }
}

/// <summary>What the store gave back isn't what was sealed: the release was broken off.</summary>
public sealed record ContentDamaged(TransferId Transfer, string Part) : AuditEvent(AuditEventKind.ContentDamaged)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("part", Part);
    }
}

/// <summary>Batches of records are about to leave.</summary>
/// <param name="Transfers">Which batches.</param>
/// <param name="Records">How many records.</param>
/// <param name="Profiles">Digests of the masking profiles under which they were masked, each once.</param>
/// <param name="InClear">In clear over TLS, as the agreement's custody allows, instead of sealed.</param>
public sealed record RecordsFetched(IReadOnlyList<TransferId> Transfers, long Records, IReadOnlyList<string> Profiles, bool InClear)
    : AuditEvent(AuditEventKind.RecordsFetched)
{
    internal override bool IsRelease => true;

    internal override PartyId? Recipient => Caller?.Party;

    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfers", Transfers.Select(t => t.Value));
        facts.Add("records", Records);
        facts.Add("profiles", Profiles);
        facts.Add("in_clear", InClear);
    }
}

/// <summary>A vendor's file agreed with what was sent, was re-identified and sealed to the client.</summary>
public sealed record ReturnAccepted(
    TransferId Transfer, TransferId Of, Origin Origin, long Records, long MissingRows, int AddedColumns,
    IReadOnlyList<MaskedField> Fields, IReadOnlyList<SealedPart> Parts) : AuditEvent(AuditEventKind.ReturnAccepted)
{
    /// <summary>Digest of the agreement's version that the dispatch was masked under, which the return was checked with.</summary>
    public required string SentUnder { get; init; }

    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("return_of", Of);
        facts.Add("sent_under", SentUnder);
        facts.Add(Origin);
        facts.Add("records", Records);
        facts.Add("missing_rows", MissingRows);
        facts.Add("added_columns", AddedColumns);
        facts.Add(Fields);
        facts.Add(Parts);
    }
}

/// <summary>A vendor's file didn't agree with what was sent. It was sealed to the client as it came, with the findings.</summary>
public sealed record ReturnQuarantined(
    TransferId Transfer, TransferId Of, Origin Origin, long Records, long Findings, IReadOnlyList<SealedPart> Parts)
    : AuditEvent(AuditEventKind.ReturnQuarantined)
{
    /// <summary>Digest of the agreement's version that the dispatch was masked under, which the return was checked with.</summary>
    public required string SentUnder { get; init; }

    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("return_of", Of);
        facts.Add("sent_under", SentUnder);
        facts.Add(Origin);
        facts.Add("records", Records);
        facts.Add("findings", Findings);
        facts.Add(Parts);
    }
}

/// <summary>The findings of a quarantined return were read.</summary>
public sealed record FindingsRead(TransferId Transfer) : AuditEvent(AuditEventKind.FindingsRead)
{
    internal override PartyId? Recipient => Caller?.Party;

    internal override void Write(AuditFacts facts) => facts.Add("transfer", Transfer);
}

/// <summary>Log entries or a proof were read through the API.</summary>
public sealed record EventsRead(long From, long To) : AuditEvent(AuditEventKind.EventsRead)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("from", From);
        facts.Add("to", To);
    }
}

/// <summary>A log was searched.</summary>
/// <param name="Filters">For what: <c>name=value</c>, ids and names of fields only.</param>
/// <param name="From">From which entry on.</param>
public sealed record EventsSearched(IReadOnlyList<string> Filters, long From) : AuditEvent(AuditEventKind.EventsSearched)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("filters", Filters);
        facts.Add("from", From);
    }
}

/// <summary>Tokens were refused. They themselves are nowhere.</summary>
/// <param name="Reason">Why the last of them was.</param>
/// <param name="Count">How many since the event before.</param>
public sealed record SignInRefused(string Reason, int Count) : AuditEvent(AuditEventKind.SignInRefused)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("reason", Reason);
        facts.Add("count", Count);
    }
}

/// <summary>The gateway is about to give a caller a token of its own. It itself is nowhere.</summary>
/// <param name="Method"><c>assertion</c> of a machine, or <c>link</c>.</param>
public sealed record SignInGranted(string Method) : AuditEvent(AuditEventKind.SignInGranted)
{
    internal override void Write(AuditFacts facts) => facts.Add("method", Method);
}

/// <summary>The gateway started.</summary>
public sealed record GatewayStarted(string Version, string Certificate, int Settled) : AuditEvent(AuditEventKind.GatewayStarted)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("version", Version);
        facts.Add("certificate", Certificate);
        facts.Add("settled", Settled);
    }
}

/// <summary>The gateway looks in this log for what an interruption left unfinished.</summary>
/// <remarks>Also the barrier that makes looking safe: once this is in, no earlier append that was given up can still
/// come in before it.</remarks>
public sealed record RecoveryRan(int Unsettled) : AuditEvent(AuditEventKind.RecoveryRan)
{
    internal override void Write(AuditFacts facts) => facts.Add("unsettled", Unsettled);
}

/// <summary>How long each of these logs was, and its root: so that one that is rolled back or rewritten contradicts this one.</summary>
/// <param name="Anchors">Named by <see cref="Anchor.LogTag"/>, since this log is public and agreements aren't.</param>
public sealed record CheckpointsAnchored(IReadOnlyList<Anchor> Anchors) : AuditEvent(AuditEventKind.CheckpointsAnchored)
{
    /// <summary>How many an entry holds: it has at most 65,535 bytes.</summary>
    internal const int MaxAnchors = 400;

    internal override void Write(AuditFacts facts) => facts.Add(Anchors);
}

/// <summary>Says what the log was before it, so that whoever takes one event out, puts one in or moves one, and signs the rest
/// again, contradicts it.</summary>
/// <param name="Number">Which statement of this log, from 1.</param>
/// <param name="Since">The first day that no statement before has closed.</param>
/// <param name="Day">The day that it closes; what lies between had no event but <paramref name="Since"/>'s.</param>
/// <param name="From">The first entry that no statement before has counted.</param>
/// <param name="Size">The first entry that it doesn't count: how many there were.</param>
/// <param name="Root">The root of these <paramref name="Size"/> entries, base64.</param>
/// <param name="Counts">Of the entries from <paramref name="From"/> on.</param>
public sealed record DayClosed(long Number, DateOnly Since, DateOnly Day, long From, long Size, string Root, DayCounts Counts)
    : AuditEvent(AuditEventKind.DayClosed)
{
    /// <summary>An entry has at most 65,535 bytes. Of more callers there is a digest.</summary>
    internal const int MaxCallers = 400;

    internal override void Write(AuditFacts facts)
    {
        facts.Add("since", Text(Since));
        facts.Add("day", Text(Day));
        facts.Add("from", From);
        facts.Add("size", Size);
        facts.Add("root", Root);
        facts.Add("kinds", "kind", Counts.Kinds);
        facts.Add("recipients", "recipient", Counts.Numbers, "number");
        if (Counts.Callers.Count <= MaxCallers) facts.Add("callers", "caller", Counts.Callers);
        else facts.Add("callers_digest", Counts.CallersDigest);
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The gateway has verified a log, and it isn't what it was.</summary>
/// <param name="LogTag">Which: see <see cref="Anchor.TagOf"/>.</param>
public sealed record LogDiffers(string LogTag) : AuditEvent(AuditEventKind.LogDiffers)
{
    internal override void Write(AuditFacts facts) => facts.Add("log", LogTag);
}

/// <summary>An operator had a log verified.</summary>
/// <param name="LogTag">Which.</param>
/// <param name="IsIntact">Whether it is what it was.</param>
public sealed record LogChecked(string LogTag, bool IsIntact) : AuditEvent(AuditEventKind.LogChecked)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("log", LogTag);
        facts.Add("intact", IsIntact);
    }
}

/// <summary>The gateway stopped in good order.</summary>
public sealed record GatewayStopped() : AuditEvent(AuditEventKind.GatewayStopped)
{
    internal override void Write(AuditFacts facts)
    {
    }
}

/// <summary>How many cells of a field went through a transform.</summary>
public sealed record MaskedField(string Field, string Transform, long Count);

/// <summary>Bytes in the store, sealed.</summary>
/// <param name="Name">Which part of the transfer.</param>
/// <param name="Size">Bytes, as stored.</param>
/// <param name="Digest"><c>sha256:…</c> of these bytes.</param>
/// <param name="Recipient">Fingerprint of the certificate it is sealed to; null for what's under the gateway's data key.</param>
public sealed record SealedPart(string Name, long Size, string Digest, string? Recipient);
