using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Certificates;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Storage;

/// <summary>What was done to the certificates of parties and approvers.</summary>
public sealed class CertificateStore(Database database, StepWitness witness)
{
    /// <summary>What text and steps have made of them, and how many steps that were.</summary>
    private readonly ConcurrentDictionary<(AgreementId, int), (long Steps, CertificateHistory History)> _histories = new();

    /// <summary>How many steps an agreement's certificates had when they were read last: they only grow.</summary>
    private readonly ConcurrentDictionary<AgreementId, long> _counts = new();

    /// <summary>How many steps were known of an agreement's certificates so far.</summary>
    internal long KnownSteps(AgreementId id) => _counts.GetValueOrDefault(id);

    /// <summary>An agreement's certificates.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="terms">Of its version whose text has the pinned ones.</param>
    /// <param name="count">How many steps there are.</param>
    /// <param name="pinned">Reads these, if they have to be.</param>
    internal async Task<CertificateHistory> HistoryAsync(
        SqliteConnection connection, AgreementTerms terms, long count, Func<Task<IEnumerable<CertificateStanding>>> pinned)
    {
        var (id, number) = (terms.Id, terms.Number);
        if (_histories.TryGetValue((id, number), out var known) && known.Steps == count) return known.History;
        var rows = (await connection.QueryAsync<Row>(
            """
            SELECT id, side, holder, certificate, kind, caller, at, version, octets, nonce, prove_by, event FROM certificate_step
            WHERE agreement = @id AND event IS NOT NULL ORDER BY event
            """,
            new { id = id.Value })).ToList();
        var steps = rows.ConvertAll(row => Read(row, id));
        await witness.RequireAsync(terms, steps, rows.ConvertAll(row => row.Event!.Value));
        var history = CertificateHistory.Of(await pinned(), steps);
        _histories[(id, number)] = (rows.Count, history);
        _counts.AddOrUpdate(id, rows.Count, (_, before) => Math.Max(before, rows.Count));
        return history;
    }

    /// <summary>Notes a step. It hasn't happened until <see cref="PublishAsync"/>.</summary>
    internal async Task NoteAsync(CertificateStep step, CertificateNotice? notice, long logSize, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            """
            INSERT INTO certificate_step (id, agreement, side, holder, certificate, kind, caller, at, version, octets, nonce, prove_by, log_size)
            VALUES (@id, @agreement, @side, @holder, @certificate, @kind, @caller, @at, @version, @octets, @nonce, @proveBy, @logSize)
            """,
            new
            {
                id = step.Id,
                agreement = step.Agreement.Value,
                side = step.Side == Relation.Client ? 1 : 2,
                holder = step.Holder?.Value,
                certificate = step.Certificate.ToString(),
                kind = step.Kind,
                caller = step.Caller,
                at = step.At.ToUnixTimeMilliseconds(),
                version = step.Version,
                octets = step.Octets.IsEmpty ? null : step.Octets.ToArray(),
                nonce = step.Challenge?.Nonce,
                proveBy = step.Challenge?.ProveBy.ToUnixTimeMilliseconds(),
                logSize,
            }, transaction);
        await TellAsync(connection, transaction, step.Agreement, step.Id, notice, step.At);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Whether a warning has been given.</summary>
    internal async Task<bool> IsWarnedAsync(AgreementId agreement, string certificate, DateTimeOffset end, int days, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM certificate_warning WHERE agreement = @agreement AND certificate = @certificate AND ends = @ends AND days = @days",
            new { agreement = agreement.Value, certificate, ends = end.ToUnixTimeMilliseconds(), days }) > 0;
    }

    /// <summary>Notes that a warning has been given, and what is still to be told of it.</summary>
    internal async Task WarnedAsync(AgreementId agreement, string certificate, DateTimeOffset end, int days, CertificateNotice? notice, DateTimeOffset now)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "INSERT OR IGNORE INTO certificate_warning (agreement, certificate, ends, days) VALUES (@agreement, @certificate, @ends, @days)",
            new { agreement = agreement.Value, certificate, ends = end.ToUnixTimeMilliseconds(), days }, transaction);
        await TellAsync(connection, transaction, agreement, step: null, notice, now);
        await transaction.CommitAsync();
    }

    /// <summary>Notices of what has happened, whose time has come.</summary>
    internal async Task<IReadOnlyList<DueCertificateNotice>> DueNoticesAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(long Id, string Agreement, string Target, string Body, long Attempts)>(
            """
            SELECT id, agreement, target, body, attempts FROM certificate_notice
            WHERE sent_at IS NULL AND due_at <= @now
                AND (step IS NULL OR EXISTS (SELECT 1 FROM certificate_step WHERE certificate_step.id = step AND certificate_step.event IS NOT NULL))
            ORDER BY due_at LIMIT 100
            """,
            new { now = now.ToUnixTimeMilliseconds() });
        return [.. rows.Select(r => new DueCertificateNotice(
            r.Id, AgreementId.TryParse(r.Agreement, out var id) ? id : throw new InvalidDataException("certificate_notice.agreement"),
            new CertificateNotice(r.Target, r.Body), (int)r.Attempts))];
    }

    /// <summary>Notes how an attempt to tell somebody ended.</summary>
    internal async Task NoticeTriedAsync(DueCertificateNotice notice, DateTimeOffset? sentAt, DateTimeOffset nextAt)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE certificate_notice SET attempts = attempts + 1, sent_at = @sentAt, due_at = @nextAt WHERE id = @id",
            new { id = notice.Id, sentAt = sentAt?.ToUnixTimeMilliseconds(), nextAt = nextAt.ToUnixTimeMilliseconds() });
    }

    /// <summary>Lets a step have happened. Wants its logged event.</summary>
    internal async Task PublishAsync(string step, LoggedEvent logged)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE certificate_step SET event = @index WHERE id = @step AND event IS NULL", new { step, index = logged.Index });
    }

    /// <summary>Steps that a crash or an outage interrupted.</summary>
    internal async Task<IReadOnlyList<UnsettledStep>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Agreement, string Step, long LogSize)>(
            "SELECT agreement, id, log_size FROM certificate_step WHERE event IS NULL");
        return [.. rows.Select(row => new UnsettledStep(
            AgreementId.TryParse(row.Agreement, out var id) ? id : throw new InvalidDataException("certificate_step.agreement"), row.Step, row.LogSize))];
    }

    /// <summary>Forgets a step that its log doesn't have.</summary>
    internal async Task ForgetAsync(string step)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            DELETE FROM certificate_notice WHERE step IN (SELECT id FROM certificate_step WHERE id = @step AND event IS NULL);
            DELETE FROM certificate_step WHERE id = @step AND event IS NULL
            """,
            new { step });
    }

    private static async Task TellAsync(
        SqliteConnection connection, System.Data.Common.DbTransaction transaction, AgreementId agreement, string? step, CertificateNotice? notice, DateTimeOffset at)
    {
        if (notice is null) return;
        await connection.ExecuteAsync(
            "INSERT INTO certificate_notice (agreement, step, body, target, due_at) VALUES (@agreement, @step, @body, @target, @due)",
            new { agreement = agreement.Value, step, body = notice.Body, target = notice.Target, due = at.ToUnixTimeMilliseconds() }, transaction);
    }

    private static CertificateStep Read(Row row, AgreementId agreement) => new(
        row.Id, agreement, row.Side == 1 ? Relation.Client : Relation.Vendor, CallerId.TryParse(row.Holder, out var holder) ? holder : null,
        Fingerprint.Parse(row.Certificate), (CertificateStepKind)row.Kind, row.Caller, DateTimeOffset.FromUnixTimeMilliseconds(row.At), (int)row.Version)
    {
        Octets = row.Octets,
        Challenge = row.Nonce is null ? null : new CertificateChallenge(row.Nonce, DateTimeOffset.FromUnixTimeMilliseconds(row.Prove_by!.Value)),
    };

    private sealed record Row(
        string Id, long Side, string? Holder, string Certificate, long Kind, string? Caller, long At, long Version, byte[]? Octets, string? Nonce, long? Prove_by, long? Event);
}

/// <summary>Something about a certificate that is to be told.</summary>
internal sealed record DueCertificateNotice(long Id, AgreementId Agreement, CertificateNotice Notice, int Attempts);
