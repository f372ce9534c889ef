using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Gateway.Keys;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Storage;

/// <summary>The agreements: their versions, the steps that brought them where they are, and the keys under which their work
/// is.</summary>
public sealed class AgreementStore(Database database, CertificateStore certificates, KeyRing keys, StepWitness witness, TimeProvider clock)
{
    /// <summary>Parsed documents. A version's text never changes, so nothing here gets old.</summary>
    private readonly ConcurrentDictionary<(AgreementId, int), Agreement> _parsed = new();

    /// <summary>What the steps have made of an agreement, and how many steps that were.</summary>
    private readonly ConcurrentDictionary<AgreementId, (long Steps, AgreementHistory History)> _histories = new();

    /// <summary>An agreement's terms, as it stands: only for asking <see cref="AccessPolicy"/>.</summary>
    public async Task<AgreementTerms?> TermsAsync(AgreementId id, CancellationToken ct) => (await FindAsync(id, ct))?.Terms;

    /// <summary>All agreements.</summary>
    internal async Task<IReadOnlyList<AgreementId>> AllAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var ids = await connection.QueryAsync<string>("SELECT DISTINCT agreement FROM agreement_step WHERE event IS NOT NULL ORDER BY agreement");
        return [.. ids.Select(Id)];
    }

    /// <summary>The agreement as it stands; null where there is none.</summary>
    internal Task<Agreement?> StandingAsync(AgreementId id, CancellationToken ct) => FindAsync(id, ct);

    /// <summary>Whose cosignatures an agreement asks for before content leaves.</summary>
    internal async Task<TrustPolicy?> WitnessesAsync(AgreementId id) => (await FindAsync(id, CancellationToken.None))?.Witnesses;

    /// <summary>Whether a version gives the gateway custody of what is masked, beside what is to be sealed again.</summary>
    internal async Task<bool> HasCustodyAsync(AgreementId id, int number, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await HistoryAsync(connection, id) is null || (await ParsedAsync(connection, id, number)).CustodyOfMaskedRecords;
    }

    /// <summary>The grant's agreement, in the version that the grant was made under.</summary>
    public Task<Agreement> LoadAsync(Grant grant, CancellationToken ct) => LoadAsync(grant, grant.Terms!.Number, ct);

    /// <summary>A version of the grant's agreement, whatever has become of it since.</summary>
    public async Task<Agreement> LoadAsync(Grant grant, int number, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var (history, marks) = await HistoryAsync(connection, grant.Agreement)
            ?? throw new InvalidOperationException("a grant under an agreement that isn't there");
        return await StandingAsync(connection, history, marks, grant.Agreement, history.Find(number)!);
    }

    /// <summary>What has become of the grant's agreement.</summary>
    internal async Task<AgreementHistory> HistoryAsync(Grant grant, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return (await HistoryAsync(connection, grant.Agreement)
            ?? throw new InvalidOperationException("a grant under an agreement that isn't there")).History;
    }

    /// <summary>Whether there is an agreement of this id, for anybody. Also of one whose log is stopped: how else would it go on.</summary>
    internal async Task<bool> ExistsAsync(AgreementId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM agreement_step WHERE agreement = @id AND event IS NOT NULL", new { id = id.Value }) > 0;
    }

    /// <summary>What both parties sign of a version.</summary>
    internal async Task<byte[]> TextAsync(Grant grant, int number, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var (after, document) = await DocumentAsync(connection, grant.Agreement, number);
        return AgreementText.Canonical(grant.Agreement, number, after, document);
    }

    /// <summary>The agreements in which a party has, or had, a part.</summary>
    public async Task<IReadOnlyList<AgreementTerms>> OfPartyAsync(PartyId party, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var ids = await connection.QueryAsync<string>(
            "SELECT agreement FROM agreement_party WHERE party = @party ORDER BY agreement", new { party = party.Value });
        var found = new List<AgreementTerms>();
        foreach (var text in ids)
        {
            if (await TermsAsync(Id(text), ct) is { } terms) found.Add(terms);
        }

        return found;
    }

    /// <summary>Notes a new agreement with a key of its own, and its first step. It isn't there until <see cref="PublishAsync"/>.</summary>
    internal async Task BeginAsync(Grant grant, Agreement agreement, string document, AgreementStep step, CancellationToken ct)
    {
        grant.Require(Permission.CreateAgreement);
        var terms = agreement.Terms;
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // What an earlier attempt left, which the log hasn't: whoever asks has made sure that there is no such agreement.
        await connection.ExecuteAsync(
            """
            DELETE FROM agreement_step WHERE agreement = @id;
            DELETE FROM agreement_version WHERE agreement = @id;
            DELETE FROM agreement_party WHERE agreement = @id;
            DELETE FROM agreement WHERE id = @id;
            DELETE FROM secret WHERE purpose = @purpose;
            INSERT INTO agreement (id, client, vendor, created_at) VALUES (@id, @client, @vendor, @createdAt)
            """,
            new
            {
                id = terms.Id.Value,
                client = terms.Client.Value,
                vendor = terms.Vendor.Value,
                purpose = SecretPurpose.Of(terms.Id),
                createdAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            }, transaction);
        await keys.AddAgreementAsync(connection, transaction, terms.Id, clock.GetUtcNow());
        await NoteAsync(connection, transaction, agreement, document, after: null, step);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Notes a further version of an agreement, and the step that wrote it.</summary>
    internal async Task NoteAsync(Grant grant, Agreement agreement, string document, string? after, AgreementStep step, CancellationToken ct)
    {
        grant.Require(Permission.ChangeAgreement);
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await NoteAsync(connection, transaction, agreement, document, after, step);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Notes a step. It hasn't happened until <see cref="PublishAsync"/>.</summary>
    internal async Task NoteAsync(Grant grant, AgreementStep step, CancellationToken ct)
    {
        grant.Require(Permission.ChangeAgreement, Permission.SignAgreement, Permission.SuspendAgreement, Permission.EndAgreement);
        await using var connection = await database.ConnectAsync(ct);
        await InsertAsync(connection, null, step);
    }

    /// <summary>Lets a step have happened. Wants its logged event.</summary>
    internal async Task PublishAsync(string step, LoggedEvent logged)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE agreement_step SET event = @index WHERE id = @step AND event IS NULL", new { step, index = logged.Index });
    }

    /// <summary>Steps that a crash or an outage interrupted.</summary>
    internal async Task<IReadOnlyList<UnsettledStep>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Agreement, string Step, long LogSize)>(
            "SELECT agreement, id, log_size FROM agreement_step WHERE event IS NULL");
        return [.. rows.Select(row => new UnsettledStep(Id(row.Agreement), row.Step, row.LogSize))];
    }

    /// <summary>Forgets a step that its log doesn't have. Of a first one the agreement's row stays, unseen, for another attempt.</summary>
    internal async Task ForgetAsync(string step)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            DELETE FROM agreement_version WHERE EXISTS (SELECT 1 FROM agreement_step AS step WHERE step.id = @step AND step.event IS NULL
                AND step.kind = @drafted AND step.agreement = agreement_version.agreement AND step.number = agreement_version.number);
            DELETE FROM agreement_step WHERE id = @step AND event IS NULL
            """,
            new { step, drafted = StepKind.Drafted });
    }

    /// <summary>The last event of a log that the database knows to have happened; null where it knows none.</summary>
    internal async Task<long?> LastEventAsync(AgreementId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long?>(
            """
            SELECT max(event) FROM (SELECT event FROM agreement_step WHERE agreement = @id
                UNION ALL SELECT event FROM transfer WHERE agreement = @id
                UNION ALL SELECT event FROM reveal_step WHERE agreement = @id
                UNION ALL SELECT event FROM certificate_step WHERE agreement = @id
                UNION ALL SELECT event FROM reseal WHERE agreement = @id)
            """,
            new { id = id.Value });
    }

    /// <summary>Opens the key of the grant's agreement.</summary>
    internal Task<AgreementKey> OpenKeyAsync(Grant grant, CancellationToken ct) => OpenKeyAsync(grant.Agreement, ct);

    /// <summary>Opens the key of an agreement for what the gateway does by itself.</summary>
    /// <exception cref="ErasedException">The agreement was erased.</exception>
    internal Task<AgreementKey> OpenKeyAsync(AgreementId id, CancellationToken ct) => keys.OpenAgreementKeyAsync(id, ct);

    /// <summary>The agreement as it stands: the newest version that both have signed and that has started, or else the newest
    /// that both have signed, or else the newest.</summary>
    private async Task<Agreement?> FindAsync(AgreementId id, CancellationToken ct)
    {
        // Asked each time, also for what is in memory: how long the answer takes must not tell which ids there are.
        await using var connection = await database.ConnectAsync(ct);
        if (await HistoryAsync(connection, id) is not var (history, marks)) return null;
        Agreement? latest = null;
        foreach (var version in history.Versions.Where(v => v.Stage == VersionStage.InForce).Reverse())
        {
            var signed = await StandingAsync(connection, history, marks, id, version);
            if (signed.Terms.Starts <= clock.GetUtcNow()) return signed;
            latest ??= signed;
        }

        return latest ?? await StandingAsync(connection, history, marks, id, history.Open ?? history.Versions.Last());
    }

    private async Task<Agreement> StandingAsync(SqliteConnection connection, AgreementHistory history, Marks marks, AgreementId id, VersionStanding version)
    {
        var parsed = await ParsedAsync(connection, id, version.Number);
        var known = await certificates.HistoryAsync(connection, parsed.Terms, marks.CertificateSteps, () => PinnedAsync(connection, history, parsed));
        return parsed with
        {
            Certificates = known,
            Client = parsed.Client with { InForce = known.InForce(Relation.Client) },
            Vendor = parsed.Vendor with { InForce = known.InForce(Relation.Vendor) },
            RevealPeople = parsed.RevealPeople is { } people
                ? people with { Approvers = [.. people.Approvers.Select(a => a with { InForce = KeysOf(known, a) })] }
                : null,
            Terms = parsed.Terms with { Stage = version.Stage, IsSuspended = history.IsSuspended, IsEnded = history.IsEnded || marks.IsErased },
        };
    }

    private async Task<Agreement> ParsedAsync(SqliteConnection connection, AgreementId id, int number)
    {
        if (_parsed.TryGetValue((id, number), out var parsed)) return parsed;
        var (after, document) = await DocumentAsync(connection, id, number);
        parsed = Agreement.Parse(document, number, after);
        witness.Require(id, number, parsed.Terms.Version);
        return _parsed[(id, number)] = parsed;
    }

    /// <summary>An approver may have the party's own key, which is the party's to change.</summary>
    private static IReadOnlyList<OpenPgp.Keys.Certificate> KeysOf(CertificateHistory known, Approver approver) =>
        known.Find(approver.Certificate.Fingerprint) is { Holder: null, IsInForce: true } shared
            ? [shared.Certificate, .. known.InForce(Relation.Client, approver.Id)]
            : known.InForce(Relation.Client, approver.Id);

    /// <summary>The certificates of a version's text. One that an earlier version in force had already is as old as that.</summary>
    private async Task<IEnumerable<CertificateStanding>> PinnedAsync(SqliteConnection connection, AgreementHistory history, Agreement text)
    {
        var earlier = new List<Agreement>();
        foreach (var version in history.Versions.Where(v => v.Stage == VersionStage.InForce && v.Number < text.Terms.Number).Reverse())
            earlier.Add(await ParsedAsync(connection, text.Terms.Id, version.Number));
        var client = earlier.TakeWhile(e => e.Client.Certificate.Fingerprint == text.Client.Certificate.Fingerprint).LastOrDefault(text).Terms.Number;
        var vendor = earlier.TakeWhile(e => e.Vendor.Certificate.Fingerprint == text.Vendor.Certificate.Fingerprint).LastOrDefault(text).Terms.Number;

        return
        [
            new CertificateStanding(Relation.Client, null, text.Client.Certificate) { IsPinned = true, Since = (client, 0) },
            new CertificateStanding(Relation.Vendor, null, text.Vendor.Certificate) { IsPinned = true, Since = (vendor, 0) },
            .. (text.RevealPeople?.Approvers ?? []).Select(a => new CertificateStanding(Relation.Client, a.Id, a.Certificate) { IsPinned = true }),
        ];
    }

    private async Task<(AgreementHistory History, Marks Marks)?> HistoryAsync(SqliteConnection connection, AgreementId id)
    {
        witness.RequireWhole(id);
        // What is known, before it is counted: what another request takes up meanwhile isn't gone.
        var isKnown = _histories.TryGetValue(id, out var known);
        var certificateSteps = certificates.KnownSteps(id);
        // One question for all that can have changed: it is asked several times a request.
        var marks = await connection.QuerySingleAsync<Marks>(
            """
            SELECT (SELECT count(*) FROM agreement_step WHERE agreement = @id AND event IS NOT NULL) AS steps,
                (SELECT count(*) FROM certificate_step WHERE agreement = @id AND event IS NOT NULL) AS certificateSteps,
                EXISTS (SELECT 1 FROM secret WHERE purpose = @purpose AND length(wrapped) = 0) AS isErased
            """,
            new { id = id.Value, purpose = SecretPurpose.Of(id) });
        witness.RequireKept(id, "of the agreement", known.Steps, marks.Steps);
        witness.RequireKept(id, "of a certificate", certificateSteps, marks.CertificateSteps);
        if (marks.Steps == 0) return null;
        if (isKnown && known.Steps == marks.Steps) return (known.History, marks);
        var rows = (await connection.QueryAsync<(string Id, int Number, int Kind, int Side, byte[]? Signature, long Event)>(
            "SELECT id, number, kind, side, signature, event FROM agreement_step WHERE agreement = @id AND event IS NOT NULL ORDER BY event",
            new { id = id.Value })).ToList();
        var steps = rows.ConvertAll(r => new AgreementStep(
            r.Id, id, r.Number, (StepKind)r.Kind, r.Side == 1 ? Relation.Client : Relation.Vendor, r.Signature));
        await witness.RequireAsync(id, steps, rows.ConvertAll(r => r.Event));
        var history = AgreementHistory.Of(steps);
        _histories[id] = (rows.Count, history);
        return (history, marks);
    }

    private static async Task<(string? After, string Document)> DocumentAsync(SqliteConnection connection, AgreementId id, int number) =>
        await connection.QuerySingleAsync<(string?, string)>(
            "SELECT after, document FROM agreement_version WHERE agreement = @id AND number = @number", new { id = id.Value, number });

    private static async Task NoteAsync(
        SqliteConnection connection, System.Data.Common.DbTransaction transaction, Agreement agreement, string document, string? after, AgreementStep step)
    {
        await connection.ExecuteAsync(
            "INSERT INTO agreement_version (agreement, number, after, document) VALUES (@id, @number, @after, @document)",
            new { id = step.Agreement.Value, number = step.Number, after, document }, transaction);
        await connection.ExecuteAsync(
            "INSERT OR IGNORE INTO agreement_party (agreement, party) VALUES (@id, @party)",
            agreement.Terms.Auditors.Append(agreement.Terms.Client).Append(agreement.Terms.Vendor).Distinct()
                .Select(party => new { id = step.Agreement.Value, party = party.Value }), transaction);
        await InsertAsync(connection, transaction, step);
    }

    private static Task<int> InsertAsync(SqliteConnection connection, System.Data.Common.DbTransaction? transaction, AgreementStep step) =>
        connection.ExecuteAsync(
            """
            INSERT INTO agreement_step (id, agreement, number, kind, side, signature, log_size)
            VALUES (@id, @agreement, @number, @kind, @side, @signature, @logSize)
            """,
            new
            {
                id = step.Id,
                agreement = step.Agreement.Value,
                number = step.Number,
                kind = step.Kind,
                side = step.Side == Relation.Client ? 1 : 2,
                signature = step.Signature.IsEmpty ? null : step.Signature.ToArray(),
                logSize = step.LogSize,
            }, transaction);

    /// <summary>What tells whether something has changed.</summary>
    private sealed record Marks
    {
        public long Steps { get; init; }

        public long CertificateSteps { get; init; }

        /// <summary>Without its key there is no work under it any more, whoever hasn't ended it.</summary>
        public bool IsErased { get; init; }
    }

    private static AgreementId Id(string text) => AgreementId.TryParse(text, out var id) ? id : throw new InvalidDataException("agreement.id");
}

/// <summary>A step that a crash or an outage interrupted.</summary>
internal sealed record UnsettledStep(AgreementId Agreement, string Step, long LogSize);
