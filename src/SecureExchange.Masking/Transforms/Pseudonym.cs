using SecureExchange.Masking.Lists;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts another name, address, e-mail address or telephone number of the same country in the place of a value, the same for the
/// same value each time, and telling nothing of sex or origin: for readers whom tokens would hinder.</summary>
/// <remarks>A pseudonym looks real, and people will take it for real: not where it could be sent to somebody. Chosen from short lists,
/// two values may have one pseudonym; with <c>reversible: true</c> they don't, and the token map remembers whose each is.</remarks>
internal sealed class Pseudonym : Transform
{
    private const int MaxAttempts = 1000;

    private readonly KeyedChoice _choice;
    private readonly PseudonymMaker _maker;
    private readonly TokenMap? _map;
    private readonly byte[] _field;

    private Pseudonym(MaskingKeys keys, FieldName field, PseudonymMaker maker, bool reversible)
    {
        _choice = new KeyedChoice(keys, "pseudonym", field.Canonical);
        _maker = maker;
        _map = reversible ? VaultToken.RequireMap(keys) : null;
        _field = field.Canonical;
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        var kind = section.OptionalText("kind") ?? options.Type ?? throw section.Wrong("kind", $"kind, or the field's type, is one of {PseudonymMaker.Kinds}");
        if (!PseudonymMaker.IsKind(kind)) throw section.Wrong("kind", $"there are no pseudonyms of kind '{kind}'; there are {PseudonymMaker.Kinds}");
        var locale = section.Text("locale");
        if (!NameLists.Locales.Contains(locale)) throw section.Wrong("locale", $"locale is one of {string.Join(", ", NameLists.Locales)}");
        var reversible = section.Flag("reversible", otherwise: false);
        return new TransformRule((keys, field) => new Pseudonym(keys, field, new PseudonymMaker(kind, locale), reversible))
        {
            IsKeyed = true,
            IsReversible = reversible,
            IsAuthenticated = reversible,
            NeedsMap = reversible,
            Spelling = reversible ? JsonSpelling.SlashOnly : JsonSpelling.Free,
        };
    }

    protected override void ZeroKeys() => _choice.Dispose();

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (cells.Kind(i) is not (CellKind.Text or CellKind.Slashed)) throw cells.Fault(i, RecordError.WrongType, "only text is given pseudonyms");
        var cell = cells[i];
        if (_map is not null && _map.TryGetToken(_field, cell, out var known))
        {
            masked.Add(known, cells.Row(i), cells.Kind(i));
            return;
        }

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var made = _maker.Make(cell, _choice.Of(cell, default, attempt), attempt);
            // A value that happened to be its own pseudonym would go out in clear.
            if (cell.SequenceEqual(made) || (_map is not null && !_map.TryAdd(_field, cell, made))) continue;
            masked.Add(made, cells.Row(i), cells.Kind(i));
            return;
        }

        throw cells.Fault(i, RecordError.TokenMapFull, "no pseudonym is left that nobody has, or the token map is full; tokenise the field instead");
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        if (_map!.TryGetValue(_field, masked[i], out var value)) restored.Add(value, masked.Row(i), masked.Kind(i));
        else restored.AddBroken(masked.Row(i), CellState.Edited);
    }
}
