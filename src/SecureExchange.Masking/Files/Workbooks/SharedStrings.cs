using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Files.Workbooks;

/// <summary>The texts that cells of a workbook refer to by number. They are read, and never written: each cell that stays gets
/// its own text, so no value of a masked cell is left anywhere.</summary>
internal sealed class SharedStrings : IDisposable
{
    private readonly HeldBytes _text = new();
    private readonly List<int> _ends = [];

    /// <summary>How many had formatting or phonetic hints within the text, which go.</summary>
    public int Formatted { get; private set; }

    public int Count => _ends.Count;

    public ReadOnlySpan<byte> this[int i] => _text.Written[(i == 0 ? 0 : _ends[i - 1]).._ends[i]];

    public void Read(ReadOnlySpan<byte> part)
    {
        var tokens = new XmlTokens(part, 0, final: true);
        var (inItem, inText, inPhonetic, hasRuns) = (false, false, false, false);
        while (tokens.Next(out var token))
        {
            if (token.OpensElement || token.Kind == XmlTokenKind.End)
            {
                var name = XmlPart.LocalName(part, token);
                var opens = token.Kind == XmlTokenKind.Start;
                if (name.SequenceEqual("si"u8)) (inItem, hasRuns) = Turn(opens || token.Kind == XmlTokenKind.Empty, opens, inItem, hasRuns);
                else if (name.SequenceEqual("t"u8)) inText = opens && inItem;
                else if (name.SequenceEqual("rPh"u8)) (inPhonetic, hasRuns) = (opens, true);
                else if (name.SequenceEqual("r"u8)) hasRuns = true;
            }
            else if (inText && !inPhonetic)
            {
                var raw = part[token.Start..token.End];
                if (token.Kind == XmlTokenKind.Text) Append(raw);
                else if (token.Kind == XmlTokenKind.CharacterData) Add(raw[9..^3]);
            }
        }
    }

    public void Dispose() => _text.Dispose();

    private (bool InItem, bool HasRuns) Turn(bool begins, bool opens, bool wasIn, bool hadRuns)
    {
        if (begins && wasIn) throw new XmlFault("a text within a text");
        if (!begins || !opens) _ends.Add(_text.Length);
        if (!begins && hadRuns) Formatted++;
        return (opens, false);
    }

    private void Append(ReadOnlySpan<byte> raw)
    {
        var output = _text.GetSpan(raw.Length);
        var text = XmlText.Decode(raw, output);
        if (!text.Overlaps(output)) text.CopyTo(output);
        _text.Advance(text.Length);
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_text.GetSpan(text.Length));
        _text.Advance(text.Length);
    }
}
