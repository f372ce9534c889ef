using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>What stands above a value in a hierarchy that the profile gives: Berlin is Germany at level 1, and Europe at level 2.</summary>
/// <remarks>Only as coarse as the profile's author made it: a branch with one leaf hides nothing.</remarks>
internal sealed class Generalise(Dictionary<byte[], byte[]> above, byte[]? otherwise) : Transform
{
    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        var level = (int)section.Number("level", 1, 5, otherwise: 1);
        var above = new Dictionary<byte[], byte[]>(Utf8Comparer.Instance);
        Add(section, section.Require("hierarchy"), [], level, above);
        var otherwise = section.OptionalText("otherwise") is { } text ? Checked(section, text) : null;
        return new TransformRule((_, _) => new Generalise(above, otherwise));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (!above.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(cells[i], out var with)) with = otherwise;
        if (with is null) throw cells.Fault(i, RecordError.NotInList, "not in the profile's hierarchy, which says nothing of otherwise");
        masked.Add(with, cells.Row(i));
    }

    private static void Add(ProfileSection section, YamlNode node, List<string> path, int level, Dictionary<byte[], byte[]> above)
    {
        if (node is YamlMap map)
        {
            foreach (var (key, value) in map.Entries) Add(section, value, [.. path, key.Value], level, above);
            return;
        }

        foreach (var leaf in node is YamlList list ? list.Items : [node])
        {
            if (leaf is not YamlScalar { Value: var text } || path.Count == 0)
                throw section.Wrong("hierarchy", "a hierarchy is a map of names to maps, and at last to lists of values");
            if (path.Count < level) throw section.Wrong("level", $"the hierarchy isn't {level} deep everywhere");
            if (!above.TryAdd(Encoding.UTF8.GetBytes(text), Checked(section, path[^level])))
                throw new ProfileException(ProfileError.DuplicateKey, leaf.Line, leaf.Column, "the hierarchy has this value twice");
        }
    }

    private static byte[] Checked(ProfileSection section, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return FormulaText.StartsLikeOne(bytes)
            ? throw section.Wrong("hierarchy", "what is written must not start with = + - @: a spreadsheet would run it")
            : bytes;
    }
}
