using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Reveal;

namespace SecureExchange.Gateway.Storage;

/// <summary>Requests to see one cell, their steps, and what approvers are still to be told.</summary>
public sealed class RevealStore(Database database)
{
    private const string Columns =
        "reveal.id, reveal.agreement, number, version, transfer, record, field, purpose, ticket, reveal.caller, break_glass, sealed_cell, sealed_subject, requested_at, expires_at";

    /// <summary>Under which agreement a request is: only for asking <see cref="AccessPolicy"/>.</summary>
    public async Task<AgreementId?> AgreementOfAsync(RevealId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var found = await connection.ExecuteScalarAsync<string?>(
            "SELECT agreement FROM reveal_step WHERE reveal = @id AND kind = @requested AND event IS NOT NULL",
            new { id = id.Value, requested = RevealStepKind.Requested });
        return AgreementId.TryParse(found, out var agreement) ? agreement : null;
    }

    /// <summary>One request of the grant's agreement, and its steps in the order of the log; null where there is none.</summary>
    internal async Task<(RevealRequest Request, IReadOnlyList<RevealStep> Steps)?> FindAsync(Grant grant, RevealId id, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM reveal WHERE id = @id AND agreement = @agreement", new { id = id.Value, agreement = grant.Agreement.Value });
        return row is null ? null : (Read(row), await StepsAsync(connection, id.Value));
    }

    /// <summary>The grant's agreement's requests, newest first.</summary>
    internal async Task<IReadOnlyList<(RevealRequest Request, IReadOnlyList<RevealStep> Steps)>> ListAsync(
        Grant grant, string? caller, int limit, CancellationToken ct)
    {
        grant.Require(Permission.ReadReveals);
        await using var connection = await database.ConnectAsync(ct);
        var rows = (await connection.QueryAsync<Row>(
            $"""
             SELECT {Columns} FROM reveal JOIN reveal_step AS step ON step.reveal = reveal.id AND step.kind = @requested AND step.event IS NOT NULL
             WHERE reveal.agreement = @agreement AND (@caller IS NULL OR reveal.caller = @caller) ORDER BY requested_at DESC, reveal.id LIMIT @limit
             """,
            new { agreement = grant.Agreement.Value, caller, limit, requested = RevealStepKind.Requested })).ToList();
        var found = new List<(RevealRequest, IReadOnlyList<RevealStep>)>();
        foreach (var row in rows) found.Add((Read(row), await StepsAsync(connection, row.Id)));
        return found;
    }

    /// <summary>How many requests there were since a moment: of a caller, and of everybody under the agreement.</summary>
    internal async Task<(long OfCaller, long OfAll)> CountSinceAsync(Grant grant, DateTimeOffset since, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return await connection.QuerySingleAsync<(long, long)>(
            "SELECT coalesce(sum(caller = @caller), 0), count(*) FROM reveal WHERE agreement = @agreement AND requested_at > @since",
            new { caller = grant.Caller.ToString(), agreement = grant.Agreement.Value, since = since.ToUnixTimeMilliseconds() });
    }

    /// <summary>Notes a request, its first step, and whom to tell. None of it is there until <see cref="PublishAsync"/>.</summary>
    internal async Task BeginAsync(
        Grant grant, RevealRequest request, RevealStep step, long logSize, IEnumerable<(NoticeChannel Channel, string Target)> notices, CancellationToken ct)
    {
        grant.Require(Permission.RequestReveal);
        await using var connection = await database.ConnectAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            """
            INSERT INTO reveal (id, agreement, number, version, transfer, record, field, purpose, ticket, caller, break_glass, sealed_cell, sealed_subject, requested_at, expires_at)
            VALUES (@id, @agreement, @number, @version, @transfer, @record, @field, @purpose, @ticket, @caller, @breakGlass, @sealedCell, @sealedSubject, @requestedAt, @expiresAt)
            """,
            new
            {
                id = request.Id.Value,
                agreement = request.Agreement.Value,
                number = request.Number,
                version = request.Version,
                transfer = request.Transfer.Value,
                record = request.Record,
                field = request.Field,
                purpose = request.Purpose,
                ticket = request.Ticket,
                caller = request.Caller,
                breakGlass = request.IsBreakGlass,
                sealedCell = request.SealedCell,
                sealedSubject = request.SealedSubject,
                requestedAt = request.RequestedAt.ToUnixTimeMilliseconds(),
                expiresAt = request.ExpiresAt.ToUnixTimeMilliseconds(),
            }, transaction);
        await InsertAsync(connection, transaction, request.Agreement, step, logSize);
        await connection.ExecuteAsync(
            "INSERT INTO notice (reveal, channel, target, due_at) VALUES (@reveal, @channel, @target, @due)",
            notices.Select(n => new { reveal = request.Id.Value, channel = n.Channel, target = n.Target, due = request.RequestedAt.ToUnixTimeMilliseconds() }), transaction);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Notes a step. It hasn't happened until <see cref="PublishAsync"/>.</summary>
    internal async Task NoteAsync(Grant grant, RevealStep step, long logSize, CancellationToken ct)
    {
        grant.Require(Permission.RequestReveal, Permission.DecideReveal, Permission.ShowReveal);
        await using var connection = await database.ConnectAsync(ct);
        await InsertAsync(connection, null, grant.Agreement, step, logSize);
    }

    /// <summary>Lets a step have happened. Wants its logged event.</summary>
    internal async Task PublishAsync(string step, LoggedEvent logged)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE reveal_step SET event = @index WHERE id = @step AND event IS NULL", new { step, index = logged.Index });
    }

    /// <summary>Steps that a crash or an outage interrupted.</summary>
    internal async Task<IReadOnlyList<UnsettledStep>> UnsettledAsync(CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(string Agreement, string Step, long LogSize)>(
            "SELECT agreement, id, log_size FROM reveal_step WHERE event IS NULL");
        return [.. rows.Select(row => new UnsettledStep(
            AgreementId.TryParse(row.Agreement, out var id) ? id : throw new InvalidDataException("reveal_step.agreement"), row.Step, row.LogSize))];
    }

    /// <summary>Forgets a step that its log doesn't have; with a first one, the request.</summary>
    internal async Task ForgetAsync(string step)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        var reveal = await connection.ExecuteScalarAsync<string?>(
            "SELECT reveal FROM reveal_step WHERE id = @step AND event IS NULL AND kind = @requested",
            new { step, requested = RevealStepKind.Requested }, transaction);
        await connection.ExecuteAsync(
            """
            DELETE FROM reveal_step WHERE id = @step AND event IS NULL;
            DELETE FROM notice WHERE reveal = @reveal;
            DELETE FROM reveal WHERE id = @reveal
            """,
            new { step, reveal }, transaction);
        await transaction.CommitAsync();
    }

    /// <summary>Notices of requests that have happened, whose time has come.</summary>
    internal async Task<IReadOnlyList<DueNotice>> DueNoticesAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        var rows = await connection.QueryAsync<(long Id, string Reveal, string Agreement, long Channel, string Target, long Attempts)>(
            """
            SELECT notice.id, notice.reveal, step.agreement, channel, target, attempts FROM notice
            JOIN reveal_step AS step ON step.reveal = notice.reveal AND step.kind = @requested AND step.event IS NOT NULL
            WHERE sent_at IS NULL AND due_at <= @now ORDER BY due_at LIMIT 100
            """,
            new { now = now.ToUnixTimeMilliseconds(), requested = RevealStepKind.Requested });
        return [.. rows.Select(r => new DueNotice(
            r.Id, RevealId.TryParse(r.Reveal, out var reveal) ? reveal : throw new InvalidDataException("notice.reveal"),
            AgreementId.TryParse(r.Agreement, out var agreement) ? agreement : throw new InvalidDataException("reveal_step.agreement"),
            (NoticeChannel)r.Channel, r.Target, (int)r.Attempts))];
    }

    /// <summary>The request of a notice.</summary>
    internal async Task<RevealRequest> RequestOfAsync(DueNotice notice, CancellationToken ct)
    {
        await using var connection = await database.ConnectAsync(ct);
        return Read(await connection.QuerySingleAsync<Row>($"SELECT {Columns} FROM reveal WHERE id = @id", new { id = notice.Reveal.Value }));
    }

    /// <summary>Notes how an attempt to tell somebody ended.</summary>
    internal async Task NoticeTriedAsync(DueNotice notice, DateTimeOffset? sentAt, DateTimeOffset nextAt)
    {
        await using var connection = await database.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE notice SET attempts = attempts + 1, sent_at = @sentAt, due_at = @nextAt WHERE id = @id",
            new { id = notice.Id, sentAt = sentAt?.ToUnixTimeMilliseconds(), nextAt = nextAt.ToUnixTimeMilliseconds() });
    }

    private static async Task<IReadOnlyList<RevealStep>> StepsAsync(SqliteConnection connection, string reveal)
    {
        var rows = await connection.QueryAsync<(string Id, string Reveal, long Kind, string Caller, long At, byte[]? Signature)>(
            "SELECT id, reveal, kind, caller, at, signature FROM reveal_step WHERE reveal = @reveal AND event IS NOT NULL ORDER BY event", new { reveal });
        return [.. rows.Select(r => new RevealStep(
            r.Id, RevealId.TryParse(r.Reveal, out var id) ? id : throw new InvalidDataException("reveal_step.reveal"), (RevealStepKind)r.Kind, r.Caller,
            DateTimeOffset.FromUnixTimeMilliseconds(r.At), r.Signature))];
    }

    private static Task<int> InsertAsync(
        SqliteConnection connection, System.Data.Common.DbTransaction? transaction, AgreementId agreement, RevealStep step, long logSize) =>
        connection.ExecuteAsync(
            """
            INSERT INTO reveal_step (id, reveal, agreement, kind, caller, at, signature, log_size)
            VALUES (@id, @reveal, @agreement, @kind, @caller, @at, @signature, @logSize)
            """,
            new
            {
                id = step.Id,
                reveal = step.Reveal.Value,
                agreement = agreement.Value,
                kind = step.Kind,
                caller = step.Caller,
                at = step.At.ToUnixTimeMilliseconds(),
                signature = step.Signature.IsEmpty ? null : step.Signature.ToArray(),
                logSize,
            }, transaction);

    private static RevealRequest Read(Row row) => new(
        RevealId.TryParse(row.Id, out var id) ? id : throw new InvalidDataException("reveal.id"),
        AgreementId.TryParse(row.Agreement, out var agreement) ? agreement : throw new InvalidDataException("reveal.agreement"), (int)row.Number, row.Version,
        TransferId.TryParse(row.Transfer, out var transfer) ? transfer : throw new InvalidDataException("reveal.transfer"), row.Record, row.Field,
        row.Purpose, row.Ticket, row.Caller, row.Break_glass != 0, DateTimeOffset.FromUnixTimeMilliseconds(row.Requested_at),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Expires_at))
    {
        SealedCell = row.Sealed_cell,
        SealedSubject = row.Sealed_subject,
    };

    private sealed record Row(
        string Id, string Agreement, long Number, string Version, string Transfer, long Record, string Field, string Purpose, string Ticket, string Caller,
        long Break_glass, byte[] Sealed_cell, byte[]? Sealed_subject, long Requested_at, long Expires_at);
}

/// <summary>How somebody is told. Persisted: append only.</summary>
internal enum NoticeChannel
{
    Webhook = 1,
    Mail = 2,
}

/// <summary>Somebody who is to be told of a request.</summary>
internal sealed record DueNotice(long Id, RevealId Reveal, AgreementId Agreement, NoticeChannel Channel, string Target, int Attempts);
