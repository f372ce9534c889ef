using SecureExchange.Access;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Storage;

/// <summary>What a transfer is. Persisted: append only.</summary>
public enum TransferKind
{
    Dispatch = 1,
    Return = 2,
    Records = 3,
}

/// <summary>How a transfer stands. Persisted: append only. Below <see cref="Published"/> nobody sees it.</summary>
public enum TransferState
{
    Receiving = 1,
    Staged = 2,
    Published = 3,
    Quarantined = 4,

    /// <summary>A dispatch that a gate of its profile stopped: the client sees it, and an approver may release it.</summary>
    Held = 5,

    /// <summary>Held, and its release is on the way into the log.</summary>
    Releasing = 6,

    /// <summary>Its keys and parts are destroyed; the row stays for its event and its place in the order.</summary>
    Erased = 7,
}

/// <summary>What the states mean to a query, as conditions on the column <c>state</c>.</summary>
internal static class StateSql
{
    /// <summary>It can be seen, by somebody.</summary>
    internal static string IsVisible { get; } = $"(state >= {TransferState.Published:D} AND state <> {TransferState.Erased:D})";

    /// <summary>It waits for an approver.</summary>
    internal static string IsHeld { get; } = $"state IN ({TransferState.Held:D}, {TransferState.Releasing:D})";
}

/// <summary>A transfer that can be seen.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Agreement">Under which agreement.</param>
/// <param name="Kind">Dispatch, return or records.</param>
/// <param name="State">Published or quarantined.</param>
/// <param name="ReturnOf">Of a return: the dispatch that it answers.</param>
/// <param name="Name">The sender's name for the file: data, never a path.</param>
/// <param name="Records">How many rows or objects.</param>
/// <param name="CreatedAt">When it was sent.</param>
/// <param name="Event">Index of the event that accepted it, in its agreement's log.</param>
/// <param name="Sequence">Its place in the order of publication, from 1, without gaps; 0 while it is held.</param>
/// <param name="Parts">What is stored of it.</param>
public sealed record Transfer(
    TransferId Id, AgreementId Agreement, TransferKind Kind, TransferState State, TransferId? ReturnOf, string? Name,
    long Records, DateTimeOffset CreatedAt, long Event, long Sequence, IReadOnlyList<SealedPart> Parts)
{
    /// <summary>The agreement's version that it was sent under, from 1. A return is checked with the profile of its dispatch's.</summary>
    public int AgreementVersion { get; init; } = 1;

    internal byte[] WrappedKey { get; init; } = [];

    /// <summary>The epoch of the agreement's key that it was masked under, and that wraps its data key.</summary>
    internal int KeyEpoch { get; init; } = 1;

    /// <summary>Who sent it, as <c>party/caller</c>.</summary>
    internal string Sender { get; init; } = "";

    /// <summary>Whether it waits for an approver, so that the vendor isn't shown it.</summary>
    public bool IsHeld => State is TransferState.Held or TransferState.Releasing;

    /// <summary>What is for the vendor, as it was sealed last.</summary>
    internal SealedPart Masked => Part(PartName.Masked);

    /// <summary>The part called <paramref name="name"/>, or what took its place when it was sealed again.</summary>
    internal SealedPart Part(string name) => Parts.First(part => PartName.Is(part.Name, name));
}

/// <summary>The parts' names, in events and in the store.</summary>
public static class PartName
{
    /// <summary>A dispatch or records as the vendor gets it: masked, sealed to the vendor.</summary>
    public const string Masked = "masked.pgp";

    private const string Sealed = ".pgp";

    /// <summary>The name of a sealed part that takes the place of another: <c>masked-2.pgp</c>, <c>masked-3.pgp</c>. Parts are written once.</summary>
    internal static string Again(string before)
    {
        var stem = before[..^Sealed.Length];
        var dash = stem.LastIndexOf('-');
        var next = dash < 0 ? 2 : int.Parse(stem[(dash + 1)..], System.Globalization.CultureInfo.InvariantCulture) + 1;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(dash < 0 ? stem : stem[..dash])}-{next}{Sealed}");
    }

    /// <summary>Whether a part is one that was given a name, or took its place.</summary>
    internal static bool Is(string? name, string given) => name == given
        || (given.EndsWith(Sealed, StringComparison.Ordinal) && name?.StartsWith($"{given[..^Sealed.Length]}-", StringComparison.Ordinal) == true
            && name.EndsWith(Sealed, StringComparison.Ordinal));

    /// <summary>Whether a part is what the vendor gets.</summary>
    internal static bool IsMasked(string? name) => Is(name, Masked);

    /// <summary>A dispatch or records as it came, sealed to the client.</summary>
    public const string Original = "original.pgp";

    /// <summary>A return with its tokens turned back, sealed to the client.</summary>
    public const string Result = "result.pgp";

    /// <summary>A quarantined return as it came, sealed to the client.</summary>
    public const string Returned = "returned.pgp";

    /// <summary>What a return is checked against, under the transfer's data key.</summary>
    public const string Manifest = "manifest";

    /// <summary>A return as it comes, under its data key, until it is known whether it goes into quarantine; there, until the client has had it,
    /// where the agreement has results sealed again.</summary>
    public const string Spool = "spool";

    /// <summary>What was wrong with a quarantined return, under its data key.</summary>
    public const string Findings = "findings";

    /// <summary>How it was masked (docs/formats/attestation.md), under the data key.</summary>
    public const string Attestation = "attestation";

    /// <summary>The gateway's detached signature over the attestation, armored; under the data key.</summary>
    public const string AttestationSignature = "attestation.sig";

    /// <summary>What its random tokens and reversible pseudonyms stand for, under the data key (docs/formats/token-map.md).</summary>
    public const string Tokens = "tokens";

    /// <summary>What is masked, under the data key, where the agreement gives the gateway custody of it, or has it sealed again. Of a return
    /// the result, until the client has had it, where the agreement has results sealed again.</summary>
    public const string Custody = "custody";

    /// <summary>The values that can't be turned back, under the data key, where the agreement gives the gateway custody of them.</summary>
    public const string Originals = "originals";
}
