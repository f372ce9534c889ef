using System.CommandLine;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Masking;

/// <summary>The options that say what is masked how, and what is read with them.</summary>
internal static class ProfileFile
{
    internal static Option<string> Profile { get; } = new("--profile") { Description = "file of the masking profile", Required = true };

    internal static Option<string?> Audience { get; } = new("--audience")
    {
        Description = "who will read the masked copy, such as vendor.agent@offshore; nobody in particular where left out",
    };

    internal static Option<string?> KeyFile { get; } = new("--key-file") { Description = "the masking key, made by sx key masking; only transforms that need no key go without" };

    internal static Option<string?> Format { get; } = new("--format") { Description = "how the records are written, where that isn't what the profile says" };

    /// <summary>The profile that the options name, for the audience that they name.</summary>
    internal static MaskingProfile Read(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(Profile);
        var profile = Read(path, parsed.GetValue(Format));
        return For(profile, parsed);
    }

    /// <summary>The profile for the audience that the options name.</summary>
    internal static MaskingProfile For(MaskingProfile profile, ParseResult parsed)
    {
        if (parsed.GetValue(Audience) is not { } text) return profile;
        return SecureExchange.Masking.Profiles.Audience.TryParse(text, out var audience)
            ? profile.For(audience)
            : throw new CliException(Terminal.Usage, $"--audience is a role, a location behind @, or both, such as vendor.agent@offshore; "
                + $"roles are {string.Join(", ", SecureExchange.Masking.Profiles.Audience.Roles)}");
    }

    /// <summary>A profile for nobody in particular.</summary>
    internal static MaskingProfile Read(string path, string? format = null)
    {
        RecordFormat? written = null;
        if (format is not null)
        {
            var all = RecordFormatNames.All.ToArray();
            var at = Array.FindIndex(all, known => known.Name.Equals(format, StringComparison.OrdinalIgnoreCase));
            if (at < 0) throw new CliException(Terminal.Usage, $"--format is one of {string.Join(", ", all.Select(known => known.Name))}");
            written = all[at].Format;
        }

        try
        {
            return MaskingProfile.Parse(GivenFile.ReadAll(path, "a masking profile"), written);
        }
        catch (ProfileException e)
        {
            throw new CliException(Terminal.Refused, $"{path}, {e.Message}");
        }
    }
}
