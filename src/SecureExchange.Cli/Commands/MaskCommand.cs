using System.Buffers;
using System.CommandLine;
using SecureExchange.Cli.Masking;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx mask</c>, <c>sx unmask</c>: the masking engine by itself, no gateway.</summary>
internal static class MaskCommand
{
    private static Option<string?> Report { get; } = new("--report") { Description = "file for what was done, as JSON, or a page if its name ends in .html: counts, no values" };

    private static Option<string?> NewRecord { get; } = new("--trace-record") { Description = "file for what traces a leak to this copy; profiles with a trace section need one" };

    private static Option<string?> Recipient { get; } = new("--recipient") { Description = "who gets the copy: what sx trace will say" };

    private static Option<string?> OldRecord { get; } = new("--trace-record") { Description = "the copy's own record: its canary rows are taken out" };

    internal static Command CreateMask()
    {
        var command = new Command("mask", "mask records from stdin to stdout by a profile; no gateway, nothing is remembered")
        {
            ProfileFile.Profile, ProfileFile.Audience, ProfileFile.KeyFile, ProfileFile.Format, Report, NewRecord, Recipient,
        };
        command.SetAction((parsed, ct) =>
        {
            var profile = ProfileFile.Read(parsed);
            ReportFile.Require(parsed.GetValue(Report));
            using var key = Key(profile, parsed.GetValue(ProfileFile.KeyFile));
            using var record = NewTraceRecord(profile, key, parsed);
            using var masker = record is null ? new Masker(profile, key?.Keys ?? MaskingKeys.None) : new Masker(profile, key!.Keys, key.KeyOf(record.Copy));
            var manifest = new ArrayBufferWriter<byte>();
            PieceCopy.Run(
                (piece, output) =>
                {
                    if (piece.IsEmpty) masker.Complete(output, manifest);
                    else masker.Mask(piece, output, manifest);
                    record?.Write(manifest.WrittenSpan);
                    manifest.ResetWrittenCount();
                },
                ct);
            key?.SaveMap();
            record?.Keep();
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
            ProfileFile.Profile, ProfileFile.Audience, ProfileFile.KeyFile, ProfileFile.Format, OldRecord,
        };
        command.SetAction((parsed, ct) =>
        {
            var profile = ProfileFile.Read(parsed);
            if (!profile.Fields.Any(field => field.IsReversible))
                throw new CliException(Terminal.Usage, "no field of this profile turns back");
            using var key = Key(profile, parsed.GetValue(ProfileFile.KeyFile));
            using var record = parsed.GetValue(OldRecord) is { } path ? TraceRecord.Open(path) : null;
            if (profile.HasCanaries && record is null)
                throw new CliException(Terminal.Usage, "the profile puts canary rows between the others: name the copy's --trace-record, which says which they are");
            using var unmasker = record is null || key is null ? new Unmasker(profile, key?.Keys ?? MaskingKeys.None) : new Unmasker(profile, key.Keys, key.KeyOf(record.Copy));
            if (key is not null) record?.ReadAll(unmasker.LoadManifest);
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

    private static TraceRecord? NewTraceRecord(MaskingProfile profile, OpenedMaskingKey? key, ParseResult parsed)
    {
        if (parsed.GetValue(NewRecord) is not { } path)
        {
            return profile.IsTraced
                ? throw new CliException(Terminal.Usage, "the profile has its copies told apart: name a file for this one's --trace-record, and its --recipient")
                : null;
        }

        if (key is null) throw new CliException(Terminal.Usage, "a trace record goes with a masking key: name one with --key-file");
        return TraceRecord.Create(path, parsed.GetValue(Recipient) ?? throw new CliException(Terminal.Usage, "--recipient: say who gets the copy"));
    }

    private static OpenedMaskingKey? Key(MaskingProfile profile, string? path)
    {
        if (path is not null) return MaskingKeyFile.Read(path, profile.NeedsMap);
        if (!profile.NeedsKey) return null;
        var field = profile.Fields.First(rule => rule.NeedsKey);
        throw new CliException(Terminal.Usage, $"the field {field.Name} is masked with a key ({field.Transform}): name one with --key-file; sx key masking makes one");
    }
}
