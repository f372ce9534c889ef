using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Transforms;

/// <summary>A transform as a profile declares it: options checked, no keys yet.</summary>
/// <param name="Bind">Makes the transform for one field; null for <c>keep</c>, which does nothing.</param>
internal sealed record TransformRule(Func<MaskingKeys, FieldName, Transform>? Bind)
{
    /// <summary>Whether it uses the agreement's keys.</summary>
    public bool IsKeyed { get; init; }

    /// <summary>Whether the masked value turns back into the real one.</summary>
    public bool IsReversible { get; init; }

    /// <summary>Whether a masked value that was changed is known as such from itself.</summary>
    public bool IsAuthenticated { get; init; }

    /// <summary>Whether a value has two tokens, so that the choice between them can tell one copy from another.</summary>
    public bool CanBeMarked { get; init; }

    /// <summary>Whether it needs a token map to turn back.</summary>
    public bool NeedsMap { get; init; }

    /// <summary>Whether the field is left out of the masked copy.</summary>
    public bool IsDrop { get; init; }

    /// <summary>Whether different values stay different, in a form that a return can be matched by.</summary>
    public bool TellsRowsApart { get; init; }

    /// <summary>Whether the masked value is a text that may be written in: a return isn't matched by it, and each of its tokens is looked
    /// at for itself.</summary>
    public bool IsFreeText { get; init; }

    /// <summary>Whether the first or last characters of a value go out as they are, although the rest is encrypted.</summary>
    public bool ShowsEnds { get; init; }

    /// <summary>Whether it takes the place of a whole JSON object or array too.</summary>
    public bool TakesContainers { get; init; }

    /// <summary>Which spelling of a JSON string it must give back exactly.</summary>
    public JsonSpelling Spelling { get; init; }

    /// <summary>The field whose value says whose record it is.</summary>
    public string? Subject { get; init; }
}

/// <summary>The field that a transform is bound to: keys, tweaks and associated data hold its name.</summary>
internal readonly record struct FieldName(string Name, byte[] Canonical)
{
    /// <summary>Decides between a value's two tokens; null: the first.</summary>
    public TransferMark? Mark { get; init; }

    /// <summary>What becomes of it in some records instead.</summary>
    public required IReadOnlyList<FieldCase> Cases { get; init; }
}

/// <summary>What a transform makes of the escapes in a JSON string.</summary>
internal enum JsonSpelling : byte
{
    /// <summary>The text counts, not how it was written.</summary>
    Free,

    /// <summary>The transform can carry the spelling: it is given the raw string where that isn't the usual one.</summary>
    Carried,

    /// <summary>The transform works on the raw string, both ways, where the spelling isn't the usual one.</summary>
    Raw,

    /// <summary>The value must come back as it was and has no room for a spelling: only <c>\/</c> is taken.</summary>
    SlashOnly,
}
