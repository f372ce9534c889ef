using System.Text;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Audit;

/// <summary>What sx remembers of a log: its key, and the newest checkpoint that it has verified. This is what a gateway
/// that rewrites its history can't reach.</summary>
internal sealed class KnownLog
{
    private KnownLog(NoteVerifier verifier, Checkpoint? checkpoint, bool isNew, IReadOnlyList<NoteVerifier>? chain = null)
    {
        Verifier = verifier;
        Verifiers = chain ?? [verifier];
        Checkpoint = checkpoint;
        IsNew = isNew;
    }

    internal NoteVerifier Verifier { get; }

    /// <summary>The keys that the log has had, the newest last, as far as its statements say: of what they signed before.</summary>
    internal IReadOnlyList<NoteVerifier> Verifiers { get; }

    internal Checkpoint? Checkpoint { get; }

    /// <summary>Whether the key was taken from the log itself just now.</summary>
    internal bool IsNew { get; }

    /// <summary>The same of a log that can be read: where its key was replaced, as statements that the known one has signed say, the newest.</summary>
    internal static async Task<KnownLog> MeetAsync(string? given, TileReader tiles, LogPlace place, CancellationToken ct)
    {
        var published = await tiles.ReadAsync("vkey", ct);
        var text = given ?? (published is { } bytes ? Encoding.ASCII.GetString(bytes.Span).Trim() : null);
        if (text is null) return Meet(given, published, place);
        var verifier = NoteVerifier.Parse(text);
        var remembered = ConfigFolder.Find("logs", verifier.Name) is { } known ? Encoding.UTF8.GetString(known).Split('\n', 2) : null;
        var trusted = given is null && remembered is not null ? NoteVerifier.Parse(remembered[0]) : verifier;
        var chain = await KeyStatement.FollowAsync(tiles, trusted, ct);
        var newest = chain[^1];
        if (chain.Count == 1 || (given is null && newest.ToString() != text)) return Meet(given, published, place);
        place.Require(newest.Name);
        if (newest.ToString() != trusted.ToString()) Terminal.Say($"{newest.Name}: its key was replaced by {newest}; the key that was known has signed that");
        var isKnown = remembered is not null && chain.Any(key => key.ToString() == remembered[0]);
        return new KnownLog(newest, isKnown ? Remembered(remembered!, [.. chain]) : null, isNew: given is null && remembered is null, chain);
    }

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

        return new KnownLog(verifier, Remembered(lines, [verifier]), isNew: false);
    }

    /// <summary>A checkpoint that the newest key has signed; null for one that it hasn't.</summary>
    internal Checkpoint? TryOpen(ReadOnlyMemory<byte> note)
    {
        try
        {
            return Checkpoint.Open(note.Span, Verifier);
        }
        catch (TransparencyException e) when (e.Error == TransparencyError.UnknownKey)
        {
            return null;
        }
    }

    /// <summary>Remembers the key, and a checkpoint whose whole tree was verified.</summary>
    internal static void Remember(NoteVerifier verifier, Checkpoint? checkpoint) => ConfigFolder.Remember(
        "logs", verifier.Name, Encoding.UTF8.GetBytes($"{verifier}\n{checkpoint?.Note}"));

    private static Checkpoint? Remembered(string[] lines, NoteVerifier[] verifiers)
    {
        try
        {
            return lines is [_, { Length: > 0 } note] ? Checkpoint.Open(Encoding.UTF8.GetBytes(note), verifiers) : null;
        }
        catch (TransparencyException)
        {
            throw new CliException(
                Terminal.NotVerified, $"what sx remembered of {verifiers[0].Name} is damaged; delete it from the config folder to start again");
        }
    }
}
