using System.CommandLine;
using SecureExchange.Cli.Masking;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx mask</c>, <c>sx unmask</c>: the masking engine by itself, no gateway.</summary>
internal static class MaskCommand
{
    private static Option<string?> Report { get; } = new("--report") { Description = "file for what was done, as JSON, or a page if its name ends in .html: counts, no values" };

    internal static Command CreateMask()
    {
        var command = new Command("mask", "mask records from stdin to stdout by a profile; no gateway, nothing is remembered")
        {
            ProfileFile.Profile, ProfileFile.Audience, ProfileFile.KeyFile, ProfileFile.Format, Report,
        };
        command.SetAction((parsed, ct) =>
        {
            var profile = ProfileFile.Read(parsed);
            using var key = Key(profile, parsed.GetValue(ProfileFile.KeyFile));
            using var masker = new Masker(profile, key?.Keys ?? MaskingKeys.None);
            PieceCopy.Run(
                (piece, output) =>
                {
                    if (piece.IsEmpty) masker.Complete(output);
                    else masker.Mask(piece, output);
                },
                ct);
            key?.SaveMap();
            if (parsed.GetValue(Report) is { } path) ReportFile.Write(path, profile, masker.Report);
            if (masker.Report.Suppressed > 0) Terminal.Say($"records that were left out, as the profile says: {masker.Report.Suppressed}");
            var failed = masker.Report.Fields.Sum(field => field.Failed);
            if (failed > 0) Terminal.Say($"values that couldn't be masked and were redacted: {failed}; --report says in which fields");
            return Task.FromResult(0);
        });
        return command;
    }

    internal static Command CreateUnmask()
    {
        var command = new Command("unmask", "turn a masked file back, stdin to stdout; what came back from a vendor is for sx return, which checks its rows")
        {
            ProfileFile.Profile, ProfileFile.Audience, ProfileFile.KeyFile, ProfileFile.Format,
        };
        command.SetAction((parsed, ct) =>
        {
            var profile = ProfileFile.Read(parsed);
            if (!profile.Fields.Any(field => field.IsReversible))
                throw new CliException(Terminal.Usage, "no field of this profile turns back");
            using var key = Key(profile, parsed.GetValue(ProfileFile.KeyFile));
            using var unmasker = new Unmasker(profile, key?.Keys ?? MaskingKeys.None);
            PieceCopy.Run(
                (piece, output) =>
                {
                    if (piece.IsEmpty) unmasker.Complete(output);
                    else unmasker.Unmask(piece, output);
                },
                ct);
            return Task.FromResult(0);
        });
        return command;
    }

    private static OpenedMaskingKey? Key(MaskingProfile profile, string? path)
    {
        if (path is not null) return MaskingKeyFile.Read(path, profile.NeedsMap);
        if (!profile.NeedsKey) return null;
        var field = profile.Fields.First(rule => rule.NeedsKey);
        throw new CliException(Terminal.Usage, $"the field {field.Name} is masked with a key ({field.Transform}): name one with --key-file; sx key masking makes one");
    }
}
