using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Keys;

/// <summary>Rotates keys while the gateway runs.</summary>
/// <remarks><code>
/// root:       (1) note ─► (2) keep the new one ─► (3) log ─► (4) wrap all secrets anew ─► (5) destroy the old one ─► (6) done
/// the others: (1) note, with the new secret unused ─► (3) log ─► (4) use it
/// a client's: the same, and then (5) each of its agreements is rotated, so that it goes with the new one ─► (6) done
/// a log:      the same; its last event under the old key is that of (3), and (4) signs what is there anew (<see cref="LogKeyChange"/>)
/// </code>
/// Once noted, a rotation is finished, however often it takes: nothing is lost by a new key that nobody has asked for twice. (4) is one
/// transaction, so that at any moment exactly one root key opens everything.</remarks>
internal sealed class KeyRotation(RotationStore rotations, KeyRing keys, AgreementStore agreements, AuditLog log, LogWatch watch) : IDisposable
{
    /// <summary>One at a time.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Rotates a key. One that was interrupted before is finished instead.</summary>
    /// <returns>The event, and the epoch; null where the key was destroyed.</returns>
    /// <exception cref="KeyException">The new root key can't be kept.</exception>
    internal async Task<(LoggedEvent Logged, int Epoch)?> RunAsync(Caller caller, KeyKind kind, string subject, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var interrupted = (await rotations.UnsettledAsync(ct)).FirstOrDefault(r => r.Kind == kind && r.Subject == subject);
            var rotation = interrupted ?? await NoteAsync(caller, kind, subject, ct); // (1)
            return rotation is null ? null : (await FinishAsync(rotation, mayBeLogged: interrupted is not null), rotation.Epoch);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Goes on with what a crash or an outage interrupted.</summary>
    /// <returns>How many rotations that was.</returns>
    internal async Task<int> RecoverAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var settled = 0;
            foreach (var rotation in await rotations.UnsettledAsync(ct))
            {
                try
                {
                    await FinishAsync(rotation, mayBeLogged: true);
                    settled++;
                }
                catch (Exception e) when (IsOfOneLog(e))
                {
                    // A log, a store or a vault that is away must not hold up the others: tried again.
                }
            }

            return settled;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<Rotation?> NoteAsync(Caller caller, KeyKind kind, string subject, CancellationToken ct)
    {
        var logSize = await log.SizeAsync(LogOf(kind, subject));
        if (kind == KeyKind.Root) return await rotations.NoteRootAsync(caller.ToString(), logSize, ct);
        var purpose = PurposeOf(kind, subject);
        var client = kind == KeyKind.Agreement ? SecretPurpose.OfClient(KeyRing.ClientOf(AgreementOf(subject))) : null;
        using var secret = kind == KeyKind.Gateway ? keys.NewGatewayKey() : SecretBytes.Random(32);
        return await rotations.NoteAsync(
            kind, subject, purpose, client, at => keys.Wrap(at.Root, purpose, at.Epoch, secret.Span), caller.ToString(), logSize, ct);
    }

    private async Task<LoggedEvent> FinishAsync(Rotation rotation, bool mayBeLogged)
    {
        var name = LogOf(rotation.Kind, rotation.Subject);
        var terms = name == LogName.Gateway ? null : await agreements.TermsAsync(AgreementOf(rotation.Subject), CancellationToken.None);
        if (rotation is { Kind: KeyKind.Root, Place: null })
            rotation = await rotations.PlacedAsync(rotation, await keys.KeepNewRootAsync(rotation.Epoch)); // (2)
        var logged = (mayBeLogged ? await FindAsync(rotation, terms) : null)
            ?? await log.AppendAsync(await EventOfAsync(rotation) with { Caller = CallerOf(rotation), Terms = terms }); // (3)
        if (rotation.Kind == KeyKind.Root)
        {
            if (rotation.State == RotationState.Noted) rotation = await keys.SwitchRootAsync(rotations, rotation); // (4)
            await rotations.ScrubAsync();
            await keys.DestroyRootAsync(rotation.Epoch - 1, rotation.Old!); // (5)
            await rotations.DoneAsync(rotation); // (6)
        }
        else if (rotation.Kind == KeyKind.Client)
        {
            rotation = await rotations.SwitchAsync(rotation, PurposeOf(rotation.Kind, rotation.Subject), RotationState.Switched); // (4)
            await RotateAgreementsAsync(rotation); // (5)
            await rotations.DoneAsync(rotation); // (6)
        }
        else if (rotation.Kind == KeyKind.Log)
        {
            await watch.InTurnAsync(() => log.ChangeKeyAsync(
                name, () => rotations.SwitchAsync(rotation, SecretPurpose.Of(name), RotationState.Done)));
        }
        else
        {
            await rotations.SwitchAsync(rotation, PurposeOf(rotation.Kind, rotation.Subject), RotationState.Done); // (4)
            if (rotation.Kind == KeyKind.Gateway) await keys.LoadGatewayKeysAsync(CancellationToken.None);
            if (rotation.Kind == KeyKind.CallerTags) await keys.LoadCallerTagsAsync(CancellationToken.None);
        }

        return logged;
    }

    /// <summary>Rotates every agreement of a client that doesn't go with its newest key. One whose log can't be written doesn't hold up the
    /// others; the rotation goes on until it is through.</summary>
    private async Task RotateAgreementsAsync(Rotation ofClient)
    {
        Exception? away = null;
        foreach (var subject in await rotations.BehindAsync(ofClient))
        {
            try
            {
                var interrupted = (await rotations.UnsettledAsync(CancellationToken.None)).FirstOrDefault(r => r.Kind == KeyKind.Agreement && r.Subject == subject);
                if (interrupted is not null) await FinishAsync(interrupted, mayBeLogged: true);
                if (interrupted is not null && !(await rotations.BehindAsync(ofClient)).Contains(subject)) continue;
                if (await NoteAsync(CallerOf(ofClient), KeyKind.Agreement, subject, CancellationToken.None) is { } noted) await FinishAsync(noted, mayBeLogged: false);
            }
            catch (Exception e) when (IsOfOneLog(e))
            {
                away = e;
            }
        }

        if (away is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(away);
    }

    private static bool IsOfOneLog(Exception e) => e is LogUnavailableException or TransparencyException or LogRolledBackException or LogStoppedException
        or BlobStoreException or KeyException;

    private async Task<KeyRotated> EventOfAsync(Rotation rotation) => rotation.Kind switch
    {
        KeyKind.Root => new RootKeyRotated(rotation.Id, rotation.Epoch, rotation.Place!.Split(' ')[0]),
        KeyKind.Agreement => new AgreementKeyRotated(rotation.Id, rotation.Epoch),
        KeyKind.Client => new ClientKeyRotated(rotation.Id, rotation.Epoch),
        KeyKind.CallerTags => new CallerTagsRotated(rotation.Id, rotation.Epoch),
        KeyKind.Gateway => new GatewayKeyRotated(
            rotation.Id, rotation.Epoch, await keys.FingerprintOfAsync(rotation.Epoch), await keys.FingerprintOfAsync(rotation.Epoch - 1)),
        KeyKind.Log => new LogKeyRotated(
            rotation.Id, rotation.Epoch, (await keys.LogVerifierAsync(LogOf(rotation.Kind, rotation.Subject), rotation.Epoch)).ToString(),
            (await keys.LogVerifierAsync(LogOf(rotation.Kind, rotation.Subject), rotation.Epoch - 1)).ToString()),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The event of a rotation that was interrupted, if it is in the log.</summary>
    private async Task<LoggedEvent?> FindAsync(Rotation rotation, AgreementTerms? terms)
    {
        // Once this is in, no earlier append that was given up can still come in.
        await log.AppendAsync(new RecoveryRan(1) { Terms = terms });
        var name = LogOf(rotation.Kind, rotation.Subject);
        await foreach (var entry in log.ReadAsync(name, rotation.LogSize, long.MaxValue, CancellationToken.None))
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (json.RootElement.TryGetProperty("rotation", out var id) && id.ValueEquals(rotation.Id)) return AuditLog.Known(name, entry.Index);
        }

        return null;
    }

    private static Caller CallerOf(Rotation rotation) =>
        rotation.Caller.Split('/', 2) is [var party, var id] && PartyId.TryParse(party, out var of) && CallerId.TryParse(id, out var caller)
            ? new Caller(of, caller, [])
            : throw new InvalidDataException("key_rotation.caller");

    private static AgreementId AgreementOf(string subject) =>
        AgreementId.TryParse(subject, out var id) ? id : throw new InvalidDataException("key_rotation.subject");

    private static LogName LogOf(KeyKind kind, string subject) => kind is KeyKind.Agreement or KeyKind.Log && subject != LogName.Gateway.Value
        ? LogName.Of(AgreementOf(subject))
        : LogName.Gateway;

    private static string PurposeOf(KeyKind kind, string subject) => kind switch
    {
        KeyKind.Agreement => SecretPurpose.Of(AgreementOf(subject)),
        KeyKind.Log => SecretPurpose.Of(LogOf(kind, subject)),
        KeyKind.Client => SecretPurpose.OfClient(subject),
        KeyKind.CallerTags => SecretPurpose.CallerTag,
        _ => SecretPurpose.Gateway,
    };
}
