using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a fixed text in the place of a value: always the same, the name of the field's type, or one from a dictionary.</summary>
/// <remarks>A dictionary passes on which of its values it was: it isn't for values of which each stands for one person.</remarks>
internal sealed class Replace : Transform
{
    private readonly byte[]? _with;
    private readonly Dictionary<byte[], byte[]> _dictionary;

    private Replace(byte[]? with, Dictionary<byte[], byte[]> dictionary)
    {
        _with = with;
        _dictionary = dictionary;
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        var dictionary = new Dictionary<byte[], byte[]>(Utf8Comparer.Instance);
        if (section.Flag("with-type", otherwise: false))
        {
            if (options.Type is not { } type) throw section.Wrong("with-type", "the field has no type to name");
            return Of(Encoding.UTF8.GetBytes($"<{type.ToUpperInvariant()}>"), dictionary);
        }

        if (section.Find("dictionary") is not { } node) return Of(Text(section, "with", section.Text("with")), dictionary);
        var entries = new ProfileSection(node, "dictionary");
        foreach (var (key, _) in entries.Entries) dictionary[Encoding.UTF8.GetBytes(key.Value)] = Text(entries, key.Value, entries.Text(key.Value));
        return Of(section.OptionalText("otherwise") is { } otherwise ? Text(section, "otherwise", otherwise) : null, dictionary);
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (!_dictionary.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(cells[i], out var with)) with = _with;
        if (with is null)
            throw cells.Fault(i, RecordError.NotInList, "not in the profile's dictionary, which says nothing of otherwise");
        masked.Add(with, cells.Row(i));
    }

    private static TransformRule Of(byte[]? with, Dictionary<byte[], byte[]> dictionary) => new((_, _) => new Replace(with, dictionary));

    private static byte[] Text(ProfileSection section, string key, string text)
    {
        if (text.Length > 256 || text.Any(char.IsControl)) throw section.Wrong(key, $"{key}: at most 256 characters, on one line");
        var with = Encoding.UTF8.GetBytes(text);
        return FormulaText.StartsLikeOne(with)
            ? throw section.Wrong(key, $"{key} must not start with = + - @: a spreadsheet would run it")
            : with;
    }
}
