using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>The first row of a sheet, put next to the profile.</summary>
internal sealed class SheetHeader
{
    /// <summary>A column that the profile doesn't have, and that goes.</summary>
    public const int Dropped = -1;

    /// <summary>One of a return that goes on as it is.</summary>
    public const int Passed = -2;

    private readonly Dictionary<int, int> _rules = [];
    private readonly Dictionary<int, ulong> _places = [];

    /// <summary>The columns that are there.</summary>
    public int Count => _rules.Count;

    /// <summary>What a column is: a rule, or one of the constants; null where the header has no cell.</summary>
    public int? Find(int column) => _rules.TryGetValue(column, out var rule) ? rule : null;

    /// <summary>Which of a pattern's columns it is; 0 for a field by name.</summary>
    public ulong Place(int column) => _places.GetValueOrDefault(column);

    /// <summary>Columns of a return that the profile doesn't know.</summary>
    public int Added => _rules.Values.Count(rule => rule == Passed);

    public static SheetHeader Read(IReadOnlyList<(int Column, string Name)> cells, MaskingProfile profile, bool isReturn, bool[] present)
    {
        var header = new SheetHeader();
        var names = new HashSet<string>(StringComparer.Ordinal);
        Array.Clear(present);
        foreach (var (column, name) in cells)
        {
            if (!names.Add(name)) throw CsvHeader.Bad(RecordError.DuplicateColumn, $"column {column}", $"column {column} has the name of another one; rename one");
            var rule = profile.Trees.Names!.Find(name);
            if (rule >= 0) present[rule] = true;
            else if (rule == FieldNames.Ambiguous && !isReturn) throw CsvHeader.Ambiguous($"column {column}");
            else if (!isReturn && profile.Unlisted == UnlistedFields.Refuse)
                throw CsvHeader.Bad(RecordError.UnlistedField, $"column {column}", $"the profile has no field for column {column}; add it there, or take it out of the file");
            if (rule >= 0 && profile.Fields[rule].IsPattern) header._places[column] = NamePattern.Place(Encoding.UTF8.GetBytes(name));
            header._rules[column] = rule >= 0 ? rule : isReturn ? Passed : Dropped;
        }

        if (header._rules.Values.All(rule => rule < 0))
            throw CsvHeader.Bad(RecordError.HeaderNotRecognised, null, "the first row of a sheet has none of the profile's fields; is it another file, or one without a header?");
        for (var i = 0; i < profile.Fields.Count && !isReturn; i++)
        {
            if (!present[i] && (!profile.Fields[i].IsOptional || i == profile.RowKeyIndex))
                throw CsvHeader.Bad(RecordError.MissingField, profile.Fields[i].Name, $"there is no column {profile.Fields[i].Name}; the profile has it");
        }

        return header;
    }
}
