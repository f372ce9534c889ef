using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>Says that a log's key was replaced: a note signed by the old key and by the new one.</summary>
/// <remarks><code>
/// secureexchange.log-key/v1 ORIGIN
/// epoch 2
/// old VKEY
/// new VKEY
/// </code>
/// Beside the log as <c>keys/2</c>, <c>keys/3</c> and so on. Who trusts one key of the chain follows it to the newest, and knows those
/// before it again. docs/formats/log.md.</remarks>
public static class KeyStatement
{
    /// <summary>A key's name has no space, so this first line is no log's origin.</summary>
    private const string Magic = "secureexchange.log-key/v1 ";

    /// <summary>A log whose key changes once a month for eighty years.</summary>
    private const int MaxEpochs = 1000;

    /// <summary>Where the statement that leads to an epoch is.</summary>
    /// <param name="epoch">From 2.</param>
    public static string PathOf(int epoch) => string.Create(CultureInfo.InvariantCulture, $"keys/{epoch}");

    /// <summary>Whether a path is one of a statement.</summary>
    public static bool IsPath(string path) =>
        path.StartsWith("keys/", StringComparison.Ordinal) && int.TryParse(path.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
        && epoch is > 1 and <= MaxEpochs && path == PathOf(epoch);

    /// <summary>States it.</summary>
    /// <param name="epoch">The new key's, from 2.</param>
    /// <param name="old">The key before.</param>
    /// <param name="next">The new one, of the same name.</param>
    public static string Write(int epoch, NoteSigner old, NoteSigner next)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{Magic}{next.Verifier.Name}\nepoch {epoch}\nold {old.Verifier}\nnew {next.Verifier}\n");
        return $"{text}\n{old.SignText(text).ToLine()}{next.SignText(text).ToLine()}";
    }

    /// <summary>The keys that a log has had, as its statements say, oldest first, the newest last.</summary>
    /// <param name="tiles">The log.</param>
    /// <param name="known">A key of it that is trusted.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>With <paramref name="known"/> in it; only that where nothing is stated of it.</returns>
    /// <exception cref="TransparencyException">A statement is malformed, or isn't signed by both of its keys.</exception>
    public static async ValueTask<IReadOnlyList<NoteVerifier>> FollowAsync(TileReader tiles, NoteVerifier known, CancellationToken ct)
    {
        var chain = new List<NoteVerifier>();
        for (var epoch = 2; epoch <= MaxEpochs && await tiles.ReadAsync(PathOf(epoch), ct) is { } note; epoch++)
        {
            var (old, next) = Read(note, epoch, known.Name);
            if (chain.Count == 0) chain.Add(old);
            if (old.ToString() != chain[^1].ToString()) throw Malformed(epoch);
            chain.Add(next);
        }

        return chain.Any(key => key.ToString() == known.ToString()) ? chain : [known];
    }

    private static (NoteVerifier Old, NoteVerifier New) Read(ReadOnlyMemory<byte> note, int epoch, string origin)
    {
        var lines = Encoding.UTF8.GetString(note.Span).Split('\n');
        if (lines.Length < 6 || lines[0] != Magic + origin || lines[1] != string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}")
            || !lines[2].StartsWith("old ", StringComparison.Ordinal) || !lines[3].StartsWith("new ", StringComparison.Ordinal) || lines[4].Length > 0)
        {
            throw Malformed(epoch);
        }

        var (old, next) = (NoteVerifier.Parse(lines[2][4..]), NoteVerifier.Parse(lines[3][4..]));
        return old.Name == origin && next.Name == origin && SignedNote.Open(note.Span, old, next).Verified.Count == 2 ? (old, next) : throw Malformed(epoch);
    }

    private static TransparencyException Malformed(int epoch) => new(TransparencyError.MalformedNote, PathOf(epoch));
}
