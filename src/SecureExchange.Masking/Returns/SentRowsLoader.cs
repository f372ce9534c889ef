using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Returns;

/// <summary>Pass 1 over a manifest: rows by their tags, and the formulas that the client itself sent.</summary>
internal sealed class SentRowsLoader(MaskingProfile profile, TaggedFields fields, long expectedRows) : ManifestReader(profile, fields)
{
    public SentRows Sent { get; } = new(expectedRows);

    public HashSet<ulong> Formulas { get; } = [];

    /// <summary>Tags of rows that the client didn't send, and isn't to get.</summary>
    public HashSet<ulong> Canaries { get; } = [];

    protected override void Canary(ulong tag) => Canaries.Add(tag);

    protected override void Row(long number, ulong tag, ulong key, ReadOnlySpan<byte> cells) => Sent.Add(tag);

    protected override void Formula(ulong tag) => Formulas.Add(tag);
}
