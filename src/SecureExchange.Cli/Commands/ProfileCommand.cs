using System.CommandLine;
using SecureExchange.Cli.Masking;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx profile init|check|explain|diff</c></summary>
internal static class ProfileCommand
{
    private const int SampleSize = 1 << 20;

    private static Argument<string> Sample { get; } = new("file") { Description = "a file as it will be sent: CSV with a header line, or NDJSON; its first megabyte is looked at" };

    private static Argument<string> Profile { get; } = new("profile") { Description = "file of a masking profile" };

    private static Argument<string> Before { get; } = new("before") { Description = "file of the profile as it was" };

    private static Argument<string> After { get; } = new("after") { Description = "file of the profile as it is to be" };

    internal static Command Create() => new("profile", "write, check, explain and compare masking profiles") { CreateInit(), CreateCheck(), CreateExplain(), CreateDiff() };

    private static Command CreateInit()
    {
        var command = new Command("init", "propose a profile from a sample, with a reason beside each line, to stdout") { Sample };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(Sample);
            using var file = GivenFile.Open(path, "a file as it will be sent");
            var sample = new byte[SampleSize];
            var length = file.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false);
            try
            {
                var name = string.Concat(Path.GetFileNameWithoutExtension(path).Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_').Take(64));
                Console.Out.Write(ProfileProposal.Write(name.Length == 0 ? "proposed" : name, sample.AsSpan(0, length)));
            }
            catch (RecordException e)
            {
                throw new CliException(Terminal.Refused, $"{path}, {e.Message}");
            }
        });
        return command;
    }

    private static Command CreateCheck()
    {
        var command = new Command("check", "find a profile's first mistake, with line and column") { Profile };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(Profile);
            var profile = ProfileFile.Read(path);
            Terminal.Print($"{path}: {profile.Name}, version {profile.Version}: {profile.Fields.Count} fields, no mistake");
        });
        return command;
    }

    private static Command CreateExplain()
    {
        var command = new Command("explain", "say in words who gets what of each field") { Profile, ProfileFile.Audience };
        command.SetAction(parsed =>
        {
            var profile = ProfileFile.Read(parsed.GetRequiredValue(Profile));
            var audiences = parsed.GetValue(ProfileFile.Audience) is null ? profile.Audiences : [ProfileFile.For(profile, parsed).Audience];
            foreach (var audience in audiences.OrderBy(audience => audience.ToString(), StringComparer.Ordinal))
                ProfileTable.Print(profile.For(audience));
        });
        return command;
    }

    private static Command CreateDiff()
    {
        var command = new Command("diff", "say who gains and who loses sight of what from one profile to another") { Before, After };
        command.SetAction(parsed =>
        {
            var (before, after) = (ProfileFile.Read(parsed.GetRequiredValue(Before)), ProfileFile.Read(parsed.GetRequiredValue(After)));
            var audiences = before.Audiences.Union(after.Audiences).OrderBy(audience => audience.ToString(), StringComparer.Ordinal);
            if (audiences.Sum(audience => ProfileTable.PrintDifferences(before.For(audience), after.For(audience))) == 0)
                Terminal.Print("nobody gains or loses sight of anything");
        });
        return command;
    }
}
