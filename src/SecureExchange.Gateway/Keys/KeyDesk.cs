using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Keys;

/// <summary>Lists and rotates keys for the operator. No key ever passes here.</summary>
public sealed class KeyDesk
{
    private readonly Gate _gate;
    private readonly AgreementStore _agreements;
    private readonly SecretStore _secrets;
    private readonly KeyRotation _rotation;
    private readonly AuditLog _log;

    internal KeyDesk(Gate gate, AgreementStore agreements, SecretStore secrets, KeyRotation rotation, AuditLog log) =>
        (_gate, _agreements, _secrets, _rotation, _log) = (gate, agreements, secrets, rotation, log);

    /// <summary>Which keys there are, in which epochs, and since when.</summary>
    public async Task<KeysResult> ListAsync(Caller caller, CancellationToken ct)
    {
        if (await _gate.AdmitToKeysAsync(caller) is Admission.Refused refused) return new KeysResult.Denied(refused);
        var root = await _secrets.RootAsync(ct) ?? throw new KeyException(KeyError.Missing, "root_key");
        var listed = new List<ListedKey> { new("root", root.Epoch, At(root.MadeAt), KeyUse.Current, root.Place.Split(' ')[0]) };
        foreach (var purpose in (await _secrets.AllAsync(ct)).GroupBy(secret => secret.Purpose))
        {
            var newest = purpose.Where(secret => secret.UsedFrom is not null).Max(secret => secret.Epoch);
            listed.AddRange(purpose.Select(secret => new ListedKey(
                secret.Purpose, secret.Epoch, At(secret.UsedFrom ?? secret.MadeAt),
                secret.Wrapped.Length == 0 ? KeyUse.Destroyed : secret.UsedFrom is null ? KeyUse.Pending : secret.Epoch == newest ? KeyUse.Current : KeyUse.Older,
                Place: null)));
        }

        return new KeysResult.Listed(listed, await _log.AppendAsync(new KeysListed(listed.Count) { Caller = caller }));
    }

    /// <summary>Rotates a key.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="kind">Which; not a client's.</param>
    /// <param name="agreement">Of an agreement's, or of its log's: whose. Null for a log: the gateway's own.</param>
    /// <param name="ct">Until it is noted: then it is finished.</param>
    /// <exception cref="KeyException">The new root key can't be kept.</exception>
    public async Task<KeysResult> RotateAsync(Caller caller, KeyKind kind, AgreementId? agreement, CancellationToken ct)
    {
        if (await _gate.AdmitToKeysAsync(caller) is Admission.Refused refused) return new KeysResult.Denied(refused);
        var isMissing = agreement is { } id ? !await _agreements.ExistsAsync(id, ct) : kind == KeyKind.Agreement;
        if (isMissing)
            return new KeysResult.Denied(await _gate.DenyAsync(caller, Permission.ManageKeys, terms: null, DenialReason.NotFound));
        return await _rotation.RunAsync(caller, kind, agreement?.Value ?? (kind == KeyKind.Log ? LogName.Gateway.Value : ""), ct) is var (logged, epoch)
            ? new KeysResult.Rotated(epoch, logged)
            : new KeysResult.Erased();
    }

    /// <summary>Rotates a client's key, and with it those of all its agreements.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="client">Whose.</param>
    /// <param name="ct">Until it is noted: then it is finished.</param>
    public async Task<KeysResult> RotateClientAsync(Caller caller, PartyId client, CancellationToken ct)
    {
        if (await _gate.AdmitToKeysAsync(caller) is Admission.Refused refused) return new KeysResult.Denied(refused);
        if ((await _secrets.FindAsync(SecretPurpose.OfClient(client.Value), ct)).Count == 0)
            return new KeysResult.Denied(await _gate.DenyAsync(caller, Permission.ManageKeys, terms: null, DenialReason.NotFound));
        return await _rotation.RunAsync(caller, KeyKind.Client, client.Value, ct) is var (logged, epoch)
            ? new KeysResult.Rotated(epoch, logged)
            : new KeysResult.Erased();
    }

    /// <summary>Goes on with rotations that a crash or an outage interrupted. Call it now and then.</summary>
    /// <returns>How many that was.</returns>
    public Task<int> RecoverAsync(CancellationToken ct) => _rotation.RecoverAsync(ct);

    private static DateTimeOffset At(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}

/// <summary>A key, without itself.</summary>
/// <param name="Purpose"><c>root</c>, or what for: docs/formats/keys.md.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Since">When it was made, or came into use.</param>
/// <param name="Use">What for now.</param>
/// <param name="Place">Of the root key: <c>file</c>, <c>passphrase</c> or <c>vault</c>.</param>
public sealed record ListedKey(string Purpose, int Epoch, DateTimeOffset Since, KeyUse Use, string? Place);

/// <summary>What a key is for now.</summary>
public enum KeyUse
{
    /// <summary>For what is new.</summary>
    Current,

    /// <summary>For what was made under it.</summary>
    Older,

    /// <summary>Made by a rotation that isn't through yet.</summary>
    Pending,

    /// <summary>Erased with its agreement.</summary>
    Destroyed,
}

/// <summary>What became of a question about keys.</summary>
public abstract record KeysResult
{
    private KeysResult()
    {
    }

    public sealed record Listed(IReadOnlyList<ListedKey> Keys, LoggedEvent Logged) : KeysResult;

    public sealed record Rotated(int Epoch, LoggedEvent Logged) : KeysResult;

    /// <summary>The agreement was erased: its key is gone, and no new one is made.</summary>
    public sealed record Erased : KeysResult;

    public sealed record Denied(Admission.Refused Refusal) : KeysResult;
}
