using System.Buffers;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Tracing;

/// <summary>Says of a file that got out which transfer it is a copy of, and how likely it is that this is chance.</summary>
/// <remarks><code>
/// Read … → Complete → for each transfer: Begin → candidate.Read(manifest) … → Findings
/// </code>
/// Rows may be missing, come in another order, and lack columns, as long as the header names those that are left. The arithmetic is in
/// <c>docs/decisions/0029-tracing.md</c>. Not safe for several threads.</remarks>
public sealed class LeakTracer : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly TaggedFields _fields;
    private readonly RecordCodec _codec;
    private readonly FileLayer _file;
    private readonly CellColumn[] _cells;
    private readonly TokenCodec?[] _tokens;
    private readonly HashSet<byte[]> _seen = new(Utf8Comparer.Instance);
    private readonly List<MarkedValue> _marked = [];
    private readonly List<TraceCandidate> _candidates = [];
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly int _maxRows;
    private bool _complete;

    /// <param name="profile">The one that the transfers in question were masked with, for the same audience.</param>
    /// <param name="keys">The agreement's; not disposed here.</param>
    /// <param name="limits">Null for the defaults.</param>
    public LeakTracer(MaskingProfile profile, MaskingKeys keys, MaskingLimits? limits = null)
    {
        limits ??= new MaskingLimits();
        _profile = profile;
        _fields = new TaggedFields(profile);
        _codec = RecordCodec.Create(profile, limits, isReturn: true);
        _file = FileLayer.Create(profile, _codec, limits, TakeBatch);
        _cells = [.. profile.Fields.Select(field => new CellColumn(field.Name))];
        _tokens = [.. profile.Fields.Select((field, i) => profile.IsMarked(i) ? new TokenCodec(field.KeysOf(keys), field.KeyName) : null)];
        _maxRows = 1_000_000;
    }

    /// <summary>Different rows of the file, up to a million: more isn't looked at.</summary>
    public int Rows { get; private set; }

    /// <summary>What was found of each transfer, the likeliest first.</summary>
    /// <exception cref="RecordException">A manifest was cut off.</exception>
    public IReadOnlyList<TraceFinding> Findings =>
        [.. _candidates.Select(candidate => candidate.Finding(_candidates)).OrderBy(finding => finding.Chance).ThenByDescending(finding => finding.Rows)];

    /// <summary>The next piece of the file, cut anywhere.</summary>
    /// <exception cref="RecordException">It can't be read as a file of this profile.</exception>
    public void Read(ReadOnlySpan<byte> piece) => _file.Push(piece, new ArrayBufferWriter<byte>());

    /// <summary>The file ends here.</summary>
    public void Complete()
    {
        _file.Complete(new ArrayBufferWriter<byte>());
        _complete = true;
    }

    /// <summary>Looks at one transfer more.</summary>
    /// <param name="name">What the findings call it.</param>
    /// <param name="manifestKey">32 bytes, the transfer's own.</param>
    public TraceCandidate Begin(string name, ReadOnlySpan<byte> manifestKey)
    {
        if (!_complete) throw new InvalidOperationException("read the file to its end first");
        var candidate = new TraceCandidate(name, _profile, _fields, _cells, Rows, _marked, manifestKey);
        _candidates.Add(candidate);
        return candidate;
    }

    public void Dispose()
    {
        _codec.Zero();
        _file.Dispose();
        foreach (var column in _cells) column.Zero();
        foreach (var token in _tokens) token?.Dispose();
    }

    private void TakeBatch(ReadOnlySpan<byte> batch, IBufferWriter<byte> output)
    {
        for (var row = 0; row < _codec.Rows && Rows < _maxRows; row++)
        {
            if (IsNew(row)) Take(row);
        }
    }

    /// <summary>A row that was copied over and over says no more than once.</summary>
    private bool IsNew(int row)
    {
        _row.ResetWrittenCount();
        for (var rule = 0; rule < _cells.Length; rule++)
        {
            var cells = _codec.Columns[rule];
            for (var i = cells.FirstOfRow(row); i < cells.Count && cells.Row(i) == row; i++)
            {
                _row.Write([(byte)rule, (byte)(rule >> 8)]);
                _row.Write(cells[i]);
                _row.Write("\0"u8);
            }
        }

        return _seen.Add(System.Security.Cryptography.SHA256.HashData(_row.WrittenSpan));
    }

    private void Take(int row)
    {
        for (var rule = 0; rule < _cells.Length; rule++)
        {
            if (rule != _fields.Key && !_fields.Others.Contains(rule)) continue;
            var cells = _codec.Columns[rule];
            for (var i = cells.FirstOfRow(row); i < cells.Count && cells.Row(i) == row; i++)
            {
                _cells[rule].Add(cells[i], Rows, cells.Kind(i), cells.Place(i), cells.Element(i));
                if (_tokens[rule] is { } tokens) TakeMark(rule, tokens, cells[i]);
            }
        }

        Rows++;
    }

    private void TakeMark(int rule, TokenCodec tokens, ReadOnlySpan<byte> token)
    {
        var value = new byte[token.Length];
        if (tokens.TryRead(token, value, out var length, out _) != CellState.Sound) return;
        byte[] question = [(byte)rule, (byte)(rule >> 8), 1, .. token];
        if (_seen.Add(question)) _marked.Add(new MarkedValue(_profile.Fields[rule].KeyName, value[..length], tokens.IsSecond));
    }
}

/// <summary>A value of which the file has one of its two tokens.</summary>
internal sealed record MarkedValue(byte[] Field, byte[] Value, bool IsSecond)
{
    public override string ToString() => "[personal data]";
}

/// <summary>What was found of one transfer in a file that got out.</summary>
/// <param name="Name">As <see cref="LeakTracer.Begin"/> was told.</param>
/// <param name="Rows">Different rows of the file that were sent in it, by all their masked values.</param>
/// <param name="OnlyHere">Those of them that were sent in none of the other transfers.</param>
/// <param name="Canaries">Its canary rows that are in the file.</param>
/// <param name="Marks">Values in the file whose token is the one that this transfer has.</param>
/// <param name="Marked">Values in the file with one of two tokens; another transfer's copy has the right one for half of them.</param>
/// <param name="Chance">How likely a file that isn't a copy of this transfer looks as much like one, for the whole search: 0 to 1. From
/// canaries and marks alone.</param>
public sealed record TraceFinding(string Name, int Rows, int OnlyHere, int Canaries, int Marks, int Marked, double Chance)
{
    /// <summary>Above this chance nothing is called traced: one innocent file in a million.</summary>
    public const double Limit = 1e-6;

    /// <summary>Whether it is a copy of this transfer, as far as anybody can tell.</summary>
    public bool IsTraced => Chance <= Limit;
}
