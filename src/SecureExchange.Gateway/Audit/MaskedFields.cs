using SecureExchange.Masking;

namespace SecureExchange.Gateway.Audit;

/// <summary>The masking engine's counts, as events have them.</summary>
internal static class MaskedFields
{
    internal static IReadOnlyList<MaskedField> Of(IReadOnlyList<FieldCount> counts) =>
        [.. counts.Select(c => new MaskedField(c.Name, c.Transform, c.Count))];
}
