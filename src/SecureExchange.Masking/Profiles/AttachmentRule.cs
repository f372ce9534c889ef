using SecureExchange.Masking.Files;

namespace SecureExchange.Masking.Profiles;

/// <summary>What a profile says of files of one kind that are attached to a message, for one audience.</summary>
/// <param name="Name">What the profile calls them.</param>
/// <param name="Files">Names that they may have, with one star each at most; empty: whatever they are called.</param>
/// <param name="Media">Media types that they may be of; empty: whatever they say.</param>
/// <param name="Profile">What becomes of their fields; null: they are messages, and read like the one that they are in.</param>
public sealed record AttachmentRule(string Name, IReadOnlyList<string> Files, IReadOnlyList<string> Media, MaskingProfile? Profile)
{
    /// <summary>Whether an attached file is one of these; with the pattern that its name fits, or null where it may have any.</summary>
    /// <param name="file">Its name; null: it has none.</param>
    /// <param name="type">Its media type.</param>
    /// <param name="pattern">The pattern.</param>
    internal bool Takes(string? file, string type, out string? pattern)
    {
        pattern = file is null ? null : Files.FirstOrDefault(one => FilePattern.Fits(one, file, StringComparison.OrdinalIgnoreCase));
        return (Files.Count == 0 || pattern is not null) && (Media.Count == 0 || Media.Contains(type));
    }
}
