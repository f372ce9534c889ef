using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Holds what the database says of an agreement against what its log says: who can write to the database alone can't
/// bring a version into force that nobody signed, nor change a word of one.</summary>
/// <remarks>The signatures wouldn't tell: the certificates that they are judged by stand in the same text. The log does, since its
/// events were written when the steps were taken and can't be written anew. A step that is taken out of the database while the gateway
/// runs is missed when the agreement is read next; one that was taken out before, by <see cref="StepWatch"/>.</remarks>
/// <param name="read">Entries of a log, each checked against the tree.</param>
/// <param name="stopped">Where the log is stopped if the two differ.</param>
public sealed class StepWitness(Func<LogName, IReadOnlyList<long>, CancellationToken, IAsyncEnumerable<LogEntry>> read, StoppedLogs stopped)
{
    private readonly ConcurrentDictionary<(AgreementId, int), string> _versions = new();
    private readonly ConcurrentDictionary<AgreementId, string> _missing = new();

    /// <summary>The agreements whose log has a step that the database hasn't.</summary>
    internal ICollection<AgreementId> Missing => _missing.Keys;

    /// <summary>Stops what goes on under an agreement, since its log has a step that the database hasn't.</summary>
    /// <param name="id">Which.</param>
    /// <param name="what">The step's kind.</param>
    /// <returns>What is said of it.</returns>
    internal string Miss(AgreementId id, string what)
    {
        _missing[id] = what;
        var finding = $"the log has a step ({what}) that the database hasn't";
        stopped.Stop(LogName.Of(id), finding);
        return finding;
    }

    /// <summary>Its database has all steps, again.</summary>
    internal void Found(AgreementId id) => _missing.TryRemove(id, out _);

    /// <summary>Wants that no step is missing, as far as is known.</summary>
    /// <exception cref="LogStoppedException">One is.</exception>
    internal void RequireWhole(AgreementId id)
    {
        if (!_missing.TryGetValue(id, out var what)) return;
        Miss(id, what);
        throw new LogStoppedException(LogName.Of(id));
    }

    /// <summary>Wants that there are at least as many steps as there were.</summary>
    /// <exception cref="LogStoppedException">One is gone.</exception>
    internal void RequireKept(AgreementId id, string what, long before, long now)
    {
        if (now >= before) return;
        Miss(id, what);
        throw new LogStoppedException(LogName.Of(id));
    }

    /// <summary>Looks each step up in the log.</summary>
    /// <param name="id">Of which agreement.</param>
    /// <param name="steps">In the order of their events.</param>
    /// <param name="events">Where each one's event stands.</param>
    /// <exception cref="LogStoppedException">One isn't there, or the log is stopped.</exception>
    internal async Task RequireAsync(AgreementId id, IReadOnlyList<AgreementStep> steps, IReadOnlyList<long> events)
    {
        var log = LogName.Of(id);
        stopped.Require(log);
        if (events.Distinct().Count() < events.Count) throw Stop(log, "two steps of the agreement for one event, so one");
        var at = 0;
        await foreach (var entry in read(log, events, CancellationToken.None))
        {
            var step = steps[at++];
            using var document = JsonDocument.Parse(entry.Data);
            var fact = document.RootElement;
            if (Text(fact, "step") != step.Id || !IsOf(step.Kind, Text(fact, "kind")) || IsOther(fact, step)) throw Stop(log, $"a step ({step.Kind}) of the agreement");
            if (step.Kind is StepKind.Drafted or StepKind.Signed) _versions[(id, step.Number)] = Text(fact, "agreement_version") ?? "";
        }

        if (at < steps.Count) throw Stop(log, "a step of the agreement");
    }

    /// <summary>Looks each step of a certificate up in the log.</summary>
    /// <param name="terms">Under which agreement.</param>
    /// <param name="steps">In the order of their events.</param>
    /// <param name="events">Where each one's event stands.</param>
    /// <exception cref="LogStoppedException">One isn't there, or the log is stopped.</exception>
    internal async Task RequireAsync(AgreementTerms terms, IReadOnlyList<CertificateStep> steps, IReadOnlyList<long> events)
    {
        if (steps.Count == 0) return;
        var log = LogName.Of(terms.Id);
        stopped.Require(log);
        if (events.Distinct().Count() < events.Count) throw Stop(log, "two steps of certificates for one event, so one");
        var at = 0;
        await foreach (var entry in read(log, events, CancellationToken.None))
        {
            var step = steps[at++];
            using var document = JsonDocument.Parse(entry.Data);
            if (!IsSame(document.RootElement, step, terms)) throw Stop(log, $"a step ({step.Kind}) of a certificate");
        }

        if (at < steps.Count) throw Stop(log, "a step of a certificate");
    }

    /// <summary>Whose certificate, which one, by whom, and to the byte what came: all that decides what is sealed to.</summary>
    private static bool IsSame(JsonElement fact, CertificateStep step, AgreementTerms terms) =>
        Text(fact, "step") == step.Id
        && Text(fact, "kind") == AuditEventKindNames.Of(KindOf(step.Kind))
        && Text(fact, "certificate") == step.Certificate.ToString()
        && Text(fact, "caller") == step.Caller
        && Text(fact, "party") == (step.Side == Relation.Client ? terms.Client : terms.Vendor).Value
        && (step.Kind == CertificateStepKind.Proven || Text(fact, "digest") == (step.Octets.IsEmpty ? null : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(step.Octets.Span))}"))
        && (step.Kind != CertificateStepKind.Registered || IsSameRegistration(fact, step));

    private static bool IsSameRegistration(JsonElement fact, CertificateStep step) =>
        Text(fact, "nonce") == step.Challenge?.Nonce
        && fact.TryGetProperty("of_approver", out var ofApprover) && ofApprover.GetBoolean() == step.Holder is not null
        && (step.Holder is not { } holder || step.Caller?.EndsWith($"/{holder}", StringComparison.Ordinal) == true);

    private static AuditEventKind KindOf(CertificateStepKind kind) => kind switch
    {
        CertificateStepKind.Registered => AuditEventKind.CertificateRegistered,
        CertificateStepKind.Proven => AuditEventKind.CertificateProven,
        CertificateStepKind.Confirmed => AuditEventKind.CertificateConfirmed,
        CertificateStepKind.Updated => AuditEventKind.CertificateUpdated,
        CertificateStepKind.Revoked => AuditEventKind.CertificateRevoked,
    };

    /// <summary>Wants a version's text to be the one that was logged when it was written and signed.</summary>
    /// <exception cref="LogStoppedException">It's another.</exception>
    internal void Require(AgreementId id, int number, string digest)
    {
        if (_versions.GetValueOrDefault((id, number)) != digest) throw Stop(LogName.Of(id), $"the text of version {number}");
    }

    private static bool IsOther(JsonElement fact, AgreementStep step) =>
        fact.TryGetProperty("number", out var number) && number.GetInt32() != step.Number;

    private static bool IsOf(StepKind step, string? kind) =>
        AuditEventKindNames.TryParse(kind, out var known) && step == known switch
        {
            AuditEventKind.AgreementCreated or AuditEventKind.AgreementDrafted => StepKind.Drafted,
            AuditEventKind.AgreementProposed => StepKind.Proposed,
            AuditEventKind.AgreementSigned => StepKind.Signed,
            AuditEventKind.AgreementWithdrawn => StepKind.Withdrawn,
            AuditEventKind.AgreementSuspended => StepKind.Suspended,
            AuditEventKind.AgreementResumed => StepKind.Resumed,
            AuditEventKind.AgreementEnded => StepKind.Ended,
            _ => null,
        };

    private static string? Text(JsonElement fact, string name) => fact.TryGetProperty(name, out var value) ? value.GetString() : null;

    private LogStoppedException Stop(LogName log, string what)
    {
        stopped.Stop(log, $"the database has {what} that the log hasn't");
        return new LogStoppedException(log);
    }
}
