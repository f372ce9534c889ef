using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Detection.Planting;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Transforms;

/// <summary>Replaces the personal data that detectors find in free text, and leaves the rest readable.</summary>
/// <remarks>Not for a field whose every value is personal: detectors miss some of what they look for, and a field that is
/// tokenised has nothing to miss.</remarks>
internal sealed class ScanText : Transform
{
    private readonly DetectorPool _detectors;
    private Detector? _detector; // Borrowed when a text is masked: what comes back needs none.
    private readonly TextTokenCodec _tokens;
    private readonly ScanActions _actions;
    private readonly bool _isTable; // A spreadsheet may open it, or make CSV of it.
    private readonly bool _isJson;
    private readonly DetectionList _found = new();
    private readonly Dictionary<string, long> _counts = [];
    private readonly EscapedText _escaped = new();
    private readonly EscapedText _value = new();
    private readonly HeldBytes _output = new();

    private ScanText(MaskingKeys keys, DetectorPool detectors, ScanActions actions, bool square, RecordFormat format)
    {
        _detectors = detectors;
        _tokens = new TextTokenCodec(keys, square, point: format == RecordFormat.X12);
        (_actions, _isTable, _isJson) = (actions, format is RecordFormat.Csv or RecordFormat.Xlsx, format is RecordFormat.Json or RecordFormat.Ndjson);
    }

    public override IReadOnlyList<EntityCount> Entities =>
        [.. _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => new EntityCount(count.Key, count.Value))];

    public override PlantedCheck? TryPlanted(string field)
    {
        var (cells, masked, missed, planted) = (new CellColumn(field), new CellColumn(field), new List<string>(), 0);
        foreach (var value in PlantedValues.For(Borrowed()))
        {
            if (_actions.Of(value.Entity) == ScanAction.Keep) continue;
            cells.Clear();
            masked.Clear();
            cells.Add(value.Text, row: 0);
            MaskCell(cells, 0, masked);
            planted++;
            if (value.IsLeftIn(masked[0])) missed.Add(value.Entity);
        }

        _counts.Clear();
        return new PlantedCheck(field, planted, missed);
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        var detection = new DetectorOptions
        {
            Entities = section.OptionalWords("entities", Detector.AllEntities),
            Countries = section.OptionalWords("countries", [.. Detector.AllCountries, "all"]) ?? DetectorOptions.DefaultCountries,
            MinScore = section.Percent("min-score", 40),
        };
        var detectors = new DetectorPool(detection);
        var actions = ScanActions.Read(section);
        var format = options.Format;
        var square = section.Choice("brackets", format is RecordFormat.Eml or RecordFormat.X12, ("unicode", false), ("square", true));
        return new TransformRule((keys, _) => new ScanText(keys, detectors, actions, square, format))
        {
            IsKeyed = true,
            IsReversible = true,
            IsAuthenticated = true,
            IsFreeText = true,
            Spelling = JsonSpelling.Raw,
        };
    }

    protected override void ZeroKeys()
    {
        _tokens.Dispose();
        // Once only: two borrowers would read each other's texts.
        if (Interlocked.Exchange(ref _detector, null) is { } detector) _detectors.GiveBack(detector);
        _escaped.Zero();
        _value.Zero();
        _output.Dispose();
    }

    private Detector Borrowed() => _detector ??= _detectors.Borrow();

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (cells.Kind(i) is CellKind.Number or CellKind.Literal)
            throw cells.Fault(i, RecordError.WrongType, "not text; a number is for fpe or tokenise");
        var raw = cells[i];
        var isRaw = cells.Kind(i) == CellKind.RawText;
        if (isRaw) _escaped.Load(raw);
        var text = isRaw ? _escaped.Text : raw;
        Borrowed().Detect(text, _found);
        _output.Clear();
        // What looks like a token of ours would be taken for one on its way back.
        var looks = TextToken.TryFind(text, 0, out var lookalike);
        var at = 0;
        if (_isTable && FormulaText.IsOne(text)) at = MaskSign(text, looks ? lookalike.Start : text.Length);
        foreach (ref readonly var one in _found.Found)
        {
            while (looks && lookalike.Start <= (int)one.Start)
            {
                if (lookalike.Start >= at) at = Replace(raw, text, isRaw, at, lookalike.Start, lookalike.End, TextTokenCodec.PlainText, ScanAction.Token);
                looks = TextToken.TryFind(text, Math.Max(at, lookalike.End), out lookalike);
            }

            if (one.Start < at) continue;
            var end = (int)one.End;
            // A detection may end within what looks like a token; both go together then.
            while (looks && lookalike.Start < end)
            {
                end = Math.Max(end, lookalike.End);
                looks = TextToken.TryFind(text, end, out lookalike);
            }

            at = Replace(raw, text, isRaw, at, (int)one.Start, end, one.Entity, end > one.End ? ScanAction.Token : _actions.Of(one.Entity));
        }

        for (; looks; looks = TextToken.TryFind(text, at, out lookalike))
            at = Replace(raw, text, isRaw, at, lookalike.Start, lookalike.End, TextTokenCodec.PlainText, ScanAction.Token);
        _output.Write(isRaw ? raw[_escaped.Place(at)..] : text[at..]);
        masked.Add(_output.Written, cells.Row(i), cells.Kind(i));
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        var raw = masked[i];
        var isRaw = masked.Kind(i) == CellKind.RawText;
        if (isRaw) _escaped.Load(raw);
        var text = isRaw ? _escaped.Text : raw;
        // What was escaped in its own way comes back so, and then all of the string has to be written as JSON has it.
        var asRaw = isRaw || (_isJson && HasRawToken(text));
        var (at, worst) = (0, CellState.Sound);
        _output.Clear();
        // No masked text begins like a formula: one that does is of whoever sent it back.
        if (_isTable && FormulaText.IsOne(text)) _output.Write("'"u8);
        while (TextToken.TryFind(text, at, out var token))
        {
            var state = _tokens.TryRead(text, token, out var value, out var kind);
            if (state > worst) worst = state;
            if (isRaw) _output.Write(raw[_escaped.Place(at).._escaped.Place(token.Start)]);
            else AppendValue(text[at..token.Start], CellKind.Text, asRaw);
            AppendValue(value, kind, asRaw);
            at = token.End;
        }

        if (isRaw) _output.Write(raw[_escaped.Place(at)..]);
        else AppendValue(text[at..], CellKind.Text, asRaw);
        if (worst == CellState.Sound) restored.Add(_output.Written, masked.Row(i), asRaw ? CellKind.RawText : masked.Kind(i));
        else restored.AddBroken(masked.Row(i), worst);
    }

    private bool HasRawToken(ReadOnlySpan<byte> text)
    {
        for (var at = 0; TextToken.TryFind(text, at, out var token); at = token.End)
        {
            if (_tokens.TryRead(text, token, out _, out var kind) == CellState.Sound && kind == CellKind.RawText) return true;
        }

        return false;
    }

    private int MaskSign(ReadOnlySpan<byte> text, int limit)
    {
        if (limit == 0 || (_found.Count > 0 && _found.Found[0].Start == 0 && _actions.Of(_found.Found[0].Entity) != ScanAction.Keep)) return 0;
        return Replace(text, text, false, 0, 0, 1, TextTokenCodec.PlainText, ScanAction.Token);
    }

    private int Replace(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text, bool isRaw, int at, int start, int end, string entity, ScanAction action)
    {
        _output.Write(isRaw ? raw[_escaped.Place(at).._escaped.Place(start)] : text[at..start]);
        var value = isRaw ? raw[_escaped.Place(start).._escaped.Place(end)] : text[start..end];
        if (action != ScanAction.Keep && entity != TextTokenCodec.PlainText) CollectionsMarshal.GetValueRefOrAddDefault(_counts, entity, out _)++;
        switch (action)
        {
            case ScanAction.Token:
                var kind = isRaw && value.Contains((byte)'\\') ? CellKind.RawText : CellKind.Text;
                var length = _tokens.Length(entity, value.Length);
                _tokens.Write(entity, value, kind, _output.GetSpan(length)[..length]);
                _output.Advance(length);
                break;
            case ScanAction.Redact:
                _output.Write(Redacted);
                break;
            case ScanAction.Replace:
                _output.Write("<"u8);
                _output.Advance(Encoding.ASCII.GetBytes(entity, _output.GetSpan(entity.Length)));
                _output.Write(">"u8);
                break;
            case ScanAction.Mask:
                foreach (var b in text[start..end])
                {
                    if (!Utf8Text.IsContinuation(b)) _output.Write([b is (byte)' ' or (byte)'-' or (byte)'.' or (byte)'/' ? b : (byte)'*']);
                }

                break;
            case ScanAction.Keep:
                _output.Write(value);
                break;
        }

        return end;
    }

    private void AppendValue(ReadOnlySpan<byte> value, CellKind kind, bool intoRaw)
    {
        if (intoRaw == (kind == CellKind.RawText))
        {
            _output.Write(value);
        }
        else if (intoRaw)
        {
            var writer = new SpanWriter(_output);
            JsonText.Write(ref writer, value, escapeSlashes: false);
            writer.Flush();
        }
        else
        {
            // Its string was written anew on the way: the text counts now.
            _value.Load(value);
            _output.Write(_value.Text);
        }
    }
}
