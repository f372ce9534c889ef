using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Profiles.Conditions;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>One transform for some records and another for others: the first case whose condition holds, else the field's own.</summary>
/// <remarks>Cells of a case are masked together, in columns of their own, so that transforms which work on many at once still do.</remarks>
internal sealed class Conditional : Transform
{
    private readonly Case[] _cases; // The field's own is the last one.
    private readonly bool _comesBack;
    private readonly RecordFormat _format;
    private int[] _caseOfRow = [];

    private Conditional(FieldVariant otherwise, RecordFormat format, bool comesBack, MaskingKeys keys, FieldName field)
    {
        _format = format;
        _comesBack = comesBack;
        _cases = [.. field.Cases.Select(one => new Case(one.If, one.Variant, format, keys, field)), new Case(null, otherwise, format, keys, field)];
    }

    public override long Failures => _cases.Sum(one => one.Transform?.Failures ?? 0);

    public override IReadOnlyList<EntityCount> Entities =>
    [
        .. from one in _cases
           from entity in one.Transform?.Entities ?? []
           group entity.Count by entity.Entity into counts
           orderby counts.Key
           select new EntityCount(counts.Key, counts.Sum()),
    ];

    public override PlantedCheck? TryPlanted(string field)
    {
        var checks = _cases.Select(one => one.Transform?.TryPlanted(field)).OfType<PlantedCheck>().ToList();
        return checks.Count == 0 ? null : new PlantedCheck(field, checks.Sum(check => check.Planted), [.. checks.SelectMany(check => check.Missed)]);
    }

    /// <summary>What the spelling of a value is, when a case shows it as it came.</summary>
    public RecordCodec? Codec { get; set; }

    /// <summary>The rule that several make together.</summary>
    /// <exception cref="ProfileException">They don't go together.</exception>
    public static TransformRule Combine(ProfileSection section, RecordFormat format, FieldVariant otherwise, IReadOnlyList<FieldCase> cases)
    {
        List<TransformRule> rules = [otherwise.Rule, .. cases.Select(one => one.Variant.Rule)];
        if (rules.Exists(rule => rule.IsDrop)) throw section.Wrong("when", "drop takes a field out of all records; where a condition decides, redact it");
        if (rules.Exists(rule => rule.IsFreeText) && rules.Exists(rule => rule is { IsReversible: true, IsFreeText: false }))
            throw section.Wrong("when", "beside scan only what doesn't turn back: a text may come back changed, and a token elsewhere may not");
        var subjects = rules.Select(rule => rule.Subject).OfType<string>().Distinct().ToList();
        if (subjects.Count > 1) throw section.Wrong("when", "the transforms of one field have one subject");
        var comesBack = rules.Exists(rule => rule.IsReversible);
        return new TransformRule((keys, field) => new Conditional(otherwise, format, comesBack, keys, field))
        {
            IsKeyed = rules.Exists(rule => rule.IsKeyed),
            IsReversible = comesBack,
            IsAuthenticated = rules.TrueForAll(rule => rule.IsAuthenticated),
            NeedsMap = rules.Exists(rule => rule.NeedsMap),
            IsFreeText = rules.Exists(rule => rule.IsFreeText),
            TakesContainers = rules.TrueForAll(rule => rule.TakesContainers),
            Spelling = SpellingOf(rules, format),
            Subject = subjects.Count == 0 ? null : subjects[0],
        };
    }

    /// <summary>Decides for each record of a batch.</summary>
    public void Decide(RecordCells record, int rows)
    {
        if (_caseOfRow.Length < rows) _caseOfRow = new int[Math.Max(rows, 256)];
        for (var row = 0; row < rows; row++)
        {
            record.Row = row;
            var at = 0;
            while (_cases[at].If is { } condition && !condition.Holds(record)) at++;
            _caseOfRow[row] = at;
        }
    }

    public override void Mask(CellColumn cells, CellColumn masked)
    {
        foreach (var one in _cases) one.Begin(cells);
        for (var i = 0; i < cells.Count; i++)
        {
            var one = _cases[_caseOfRow[cells.Row(i)]];
            if (one.Transform is not null && one.IsFree && cells.Kind(i) == CellKind.RawText && Codec is not null) one.Cells.CopyText(cells, i, Codec.Plain(cells[i]));
            else if (one.TakesPlainOnly && cells.Kind(i) == CellKind.RawText)
                throw cells.Fault(i, RecordError.EscapedValue, "characters that needn't be are escaped, and the value couldn't come back as it was; write them plainly");
            else if (one.Transform is not null) one.Cells.Copy(cells, i);
            else if (_comesBack && cells.Kind(i) == CellKind.RawText && _format is not (RecordFormat.Json or RecordFormat.Ndjson))
                throw cells.Fault(i, RecordError.EscapedValue, "a spelling that the value couldn't come back in; write it plainly");
        }

        foreach (var one in _cases) one.Transform?.Mask(one.Cells, one.Results);
        Merge(cells, masked);
    }

    public override void Restore(CellColumn masked, CellColumn restored)
    {
        foreach (var one in _cases) one.Begin(masked);
        for (var i = 0; i < masked.Count; i++)
        {
            var one = _cases[_caseOfRow[masked.Row(i)]];
            if (one.IsReversible) one.Cells.Copy(masked, i);
        }

        foreach (var one in _cases)
        {
            if (one.IsReversible) one.Transform!.Restore(one.Cells, one.Results);
        }

        Merge(masked, restored);
    }

    protected override void ZeroKeys()
    {
        foreach (var one in _cases) one.Dispose();
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked) => throw new NotSupportedException("cells are masked case by case");

    private void Merge(CellColumn cells, CellColumn merged)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            var one = _cases[_caseOfRow[cells.Row(i)]];
            if (one.Results.Count > one.Taken) merged.Copy(one.Results, one.Taken++);
            else merged.Copy(cells, i); // As it came: kept, or masked for good.
        }
    }

    /// <summary>A value that is kept goes on, and comes back, in the spelling that it has; of two that need others the plainest is asked for.</summary>
    private static JsonSpelling SpellingOf(List<TransformRule> rules, RecordFormat format)
    {
        if (rules.Exists(rule => rule.Bind is null)) return format is RecordFormat.Json or RecordFormat.Ndjson ? JsonSpelling.Raw : JsonSpelling.Carried;
        var others = rules.Select(rule => rule.Spelling).Where(spelling => spelling != JsonSpelling.Free).Distinct().ToList();
        return others.Count == 0 ? JsonSpelling.Free : others.Count == 1 ? others[0] : JsonSpelling.SlashOnly;
    }

    private sealed class Case : IDisposable
    {
        internal Case(Condition? condition, FieldVariant variant, RecordFormat format, MaskingKeys keys, FieldName field)
        {
            If = condition;
            Transform = variant.Rule.Bind?.Invoke(keys, field);
            if (Transform is not null) Transform.RedactsFailures = variant.OnFailure == OnFailure.Redact;
            IsReversible = variant.Rule.IsReversible;
            IsFree = variant.Rule.Spelling == JsonSpelling.Free || (variant.Rule.Spelling == JsonSpelling.Raw && format is not (RecordFormat.Json or RecordFormat.Ndjson));
            TakesPlainOnly = variant.Rule.Spelling == JsonSpelling.SlashOnly;
            (Cells, Results) = (new CellColumn(field.Name), new CellColumn(field.Name));
        }

        internal Condition? If { get; }

        /// <summary>Null where the value is kept.</summary>
        internal Transform? Transform { get; }

        internal bool IsReversible { get; }

        /// <summary>Whether it takes the text, however that was spelled.</summary>
        internal bool IsFree { get; }

        /// <summary>Whether it has no room for a spelling of its own.</summary>
        internal bool TakesPlainOnly { get; }

        internal CellColumn Cells { get; }

        internal CellColumn Results { get; }

        /// <summary>Results that were merged already.</summary>
        internal int Taken { get; set; }

        public void Dispose()
        {
            Transform?.Dispose();
            Cells.Zero();
            Results.Zero();
        }

        internal void Begin(CellColumn source)
        {
            Cells.Clear();
            Results.Clear();
            Cells.Follow(source);
            Taken = 0;
        }
    }
}
