using SecureExchange.Masking.Files;

namespace SecureExchange.Masking.Profiles;

/// <summary>What a message's profile says of attached files of one kind, for all audiences.</summary>
/// <param name="Name">What the profile calls them.</param>
/// <param name="Files">Names that they may have, with one star each at most; empty: whatever they are called.</param>
/// <param name="Media">Media types that they may be of; empty: whatever they say.</param>
/// <param name="Declared">How they are written, and their fields; null: they are messages, and read like the one they are in.</param>
internal sealed record AttachmentDeclaration(string Name, IReadOnlyList<string> Files, IReadOnlyList<string> Media, ProfileDeclaration? Declared)
{
    private const int MaxKinds = 64;

    public AttachmentRule For(Audience audience) => new(Name, Files, Media, Declared?.For(audience));

    /// <summary>Reads <c>attachments</c>; empty where the profile has none.</summary>
    /// <param name="top">The profile.</param>
    /// <param name="digest">The profile's.</param>
    /// <param name="fields">How many fields the message has itself.</param>
    public static IReadOnlyList<AttachmentDeclaration> ReadAll(ProfileSection top, byte[] digest, int fields)
    {
        if (top.Find("attachments") is not { } node) return [];
        var section = new ProfileSection(node, "attachments");
        if (section.Entries.Count is 0 or > MaxKinds) throw section.Wrong("", $"attachments needs 1 to {MaxKinds} kinds of files");
        if (top.Find("row-key") is not null) throw top.Wrong("row-key", "a profile with attachments has no row-key: what is attached has other fields than the message");
        if (top.Find("suppress") is not null) throw top.Wrong("suppress", "the message itself can't be left out of what it carries; say suppress of a kind of attached files, of whose records it is then");

        var isMeasured = (top.Find("risk") ?? top.Find("gates")) is not null;
        List<AttachmentDeclaration> kinds = [.. section.Entries.Select(entry => Read(entry.Key, entry.Value, digest, isMeasured))];
        if (fields + kinds.Sum(kind => kind.Declared?.Fields.Count ?? 0) > ProfileReader.MaxFields)
            throw section.Wrong("", $"with those of attachments there are more than {ProfileReader.MaxFields} fields");
        return kinds;
    }

    private static AttachmentDeclaration Read(YamlScalar key, YamlNode value, byte[] digest, bool isMeasured)
    {
        var name = key.Value;
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            throw new ProfileException(ProfileError.WrongValue, key.Line, key.Column, "attached files are called by up to 64 letters, digits, dots and dashes");
        var section = new ProfileSection(value, $"attachment '{name}'");
        var files = section.OptionalTexts("files");
        var media = section.OptionalTexts("media");
        if (files.Count + media.Count == 0) throw section.Wrong("", $"attachment '{name}' needs files, media or both, to be known by: files: [\"*.csv\"]");
        if (!files.All(FilePattern.IsOne)) throw section.Wrong("files", "a file's name is ASCII without slashes and quotes, with one star at most");
        if (media.Any(type => type.Count(c => c == '/') != 1 || type.Contains('*', StringComparison.Ordinal) || type.Any(char.IsUpper)))
            throw section.Wrong("media", "a media type is written like text/csv, in lower case");
        foreach (var (own, place) in section.Entries)
        {
            // A transfer has one row key, one measure of risk and one answer for rows that are missing.
            if (own.Value is "risk" or "gates")
                throw new ProfileException(ProfileError.WrongValue, place.Line, place.Column, $"attached files have no {own.Value} of their own: the whole profile has, with their fields as {name}/field");
            if (own.Value is "row-key" or "returns" or "trace")
                throw new ProfileException(ProfileError.WrongValue, place.Line, place.Column, $"attached files have no {own.Value}: it is about all records of a transfer, and a message's aren't alike; their rows are told apart by what turns back");
        }

        ProfileDeclaration? declared = null;
        if (section.Text("format") != "eml") declared = ProfileReader.ReadAttached(section, name, digest, isMeasured);
        section.RefuseOthers();
        return new AttachmentDeclaration(name, files, media, declared);
    }
}
