using System.Text;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Cli.Audit;

/// <summary>What sx remembers of a log: its key, and the newest checkpoint that it has verified. This is what a gateway
/// that rewrites its history can't reach.</summary>
internal sealed class KnownLog
{
    private KnownLog(NoteVerifier verifier, Checkpoint? checkpoint, bool isNew)
    {
        Verifier = verifier;
        Checkpoint = checkpoint;
        IsNew = isNew;
    }

    internal NoteVerifier Verifier { get; }

    internal Checkpoint? Checkpoint { get; }

    /// <summary>Whether the key was taken from the log itself just now.</summary>
    internal bool IsNew { get; }

    /// <summary>The key that was given, or the one remembered, or the one that the log publishes.</summary>
    /// <param name="given">From <c>--key</c>, or null.</param>
    /// <param name="published">The log's own <c>vkey</c>, or null where it has none.</param>
    /// <param name="place">Where the log is.</param>
    /// <exception cref="CliException">There is none, or it isn't the one remembered.</exception>
    internal static KnownLog Meet(string? given, ReadOnlyMemory<byte>? published, LogPlace place)
    {
        var text = given ?? (published is { } bytes ? Encoding.ASCII.GetString(bytes.Span).Trim() : null)
            ?? throw new CliException(Terminal.NotVerified, "the log publishes no key (vkey): name it with --key");
        var verifier = NoteVerifier.Parse(text);
        place.Require(verifier.Name);
        if (ConfigFolder.Find("logs", verifier.Name) is not { } known) return new KnownLog(verifier, null, isNew: given is null);
        var lines = Encoding.UTF8.GetString(known).Split('\n', 2);
        if (lines[0] != text)
        {
            if (given is not null) return new KnownLog(verifier, null, isNew: false);
            throw new CliException(
                Terminal.NotVerified,
                $"{verifier.Name} shows another key than when it was first seen: it isn't the same log, or it was replaced. If the key was "
                + "changed in good order, get the new one from the operator and name it with --key");
        }

        return new KnownLog(verifier, Remembered(lines, verifier), isNew: false);
    }

    /// <summary>Remembers the key, and a checkpoint whose whole tree was verified.</summary>
    internal static void Remember(NoteVerifier verifier, Checkpoint? checkpoint) => ConfigFolder.Remember(
        "logs", verifier.Name, Encoding.UTF8.GetBytes($"{verifier}\n{checkpoint?.Note}"));

    private static Checkpoint? Remembered(string[] lines, NoteVerifier verifier)
    {
        try
        {
            return lines is [_, { Length: > 0 } note] ? Checkpoint.Open(Encoding.UTF8.GetBytes(note), verifier) : null;
        }
        catch (TransparencyException)
        {
            throw new CliException(
                Terminal.NotVerified, $"what sx remembered of {verifier.Name} is damaged; delete it from the config folder to start again");
        }
    }
}
