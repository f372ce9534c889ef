using System.Buffers;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Returns;

namespace SecureExchange.Masking;

/// <summary>Checks a vendor's return against the manifest of its dispatch, and puts the real values back.</summary>
/// <remarks><code>
/// LoadManifest … → Check … → Complete → HasFindings? → Diagnose … → Findings
/// </code>
/// What was written to <c>reidentified</c> MUST be thrown away when there are findings or an exception.</remarks>
public sealed class ReturnChecker : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly MaskingLimits _limits;
    private readonly TaggedFields _fields;
    private readonly RowTags _tags;
    private readonly RecordCodec _codec;
    private readonly FileLayer _file;
    private readonly SentRowsLoader _loader;
    private readonly RestoredFields _restored;
    private readonly List<Suspect> _suspects = [];
    private readonly FindingList _findings;
    private Diagnosis? _diagnosis;
    private bool[] _guarded = [];
    private SentRows.Match[] _matches = [];
    private long _suspectCount;
    private long _brokenTexts;
    private long _rows;
    private long _neutralised;
    private long _canaries;
    private bool _headerChecked;
    private bool _columnsMissing;
    private bool _complete;
    private bool _failed;
    private bool _named;

    /// <param name="profile">The profile that the dispatch was masked with.</param>
    /// <param name="keys">The agreement's; not disposed by the checker.</param>
    /// <param name="manifestKey">32 bytes, the dispatch's own.</param>
    /// <param name="limits">Null for the defaults.</param>
    /// <param name="expectedRows">How many rows the dispatch had, where the caller knows: memory is then taken once. A
    /// wrong number costs time or memory, nothing else.</param>
    public ReturnChecker(
        MaskingProfile profile, MaskingKeys keys, ReadOnlySpan<byte> manifestKey, MaskingLimits? limits = null, long expectedRows = 0)
    {
        if (manifestKey.Length != 32) throw new ArgumentException("must be 32 bytes", nameof(manifestKey));
        _profile = profile;
        _limits = limits ?? new MaskingLimits();
        _fields = new TaggedFields(profile);
        _tags = new RowTags(profile, _fields, manifestKey);
        _codec = RecordCodec.Create(profile, _limits, isReturn: true);
        _file = FileLayer.Create(profile, _codec, _limits, RunBatch);
        _loader = new SentRowsLoader(profile, _fields, expectedRows);
        _restored = new RestoredFields(profile, keys, _codec);
        _findings = new FindingList(profile, _fields, (uint)_tags.Empty, _limits.MaxFindings);
    }

    /// <summary>Whether anything is wrong; final after <see cref="Complete"/>.</summary>
    public bool HasFindings => _columnsMissing || _suspectCount > 0 || _brokenTexts > 0 || (_complete && !_profile.AllowMissingRows && MissingRows > 0);

    /// <summary>At most <see cref="MaskingLimits.MaxFindings"/>, by row, missing rows last;
    /// <see cref="ReturnReport.TotalFindings"/> counts all.</summary>
    /// <exception cref="InvalidOperationException">There are findings, and the manifest hasn't been given to
    /// <see cref="Diagnose"/> to its end.</exception>
    public IReadOnlyList<ReturnFinding> Findings
    {
        get
        {
            NameFindings();
            return _findings.Findings;
        }
    }

    /// <summary>What was read so far.</summary>
    public ReturnReport Report => new(
        _rows, _loader.Rows, _columnsMissing ? 0 : MissingRows, _codec.AddedColumns, _neutralised,
        _restored.Counts,
        _named ? _findings.Total : _suspectCount + (_columnsMissing || _brokenTexts > 0 ? _findings.Total : 0))
    {
        Canaries = _canaries,
    };

    private long MissingRows => _loader.Sent.Count - _loader.Sent.TakenCount;

    /// <summary>Pass 1: the manifest, cut anywhere. Keeps about nine bytes for each row.</summary>
    /// <exception cref="RecordException">The manifest is damaged, or of another profile.</exception>
    public void LoadManifest(ReadOnlySpan<byte> manifest) => _loader.Read(manifest);

    /// <summary>The next piece of the returned file, cut anywhere. After the first finding nothing more is written.</summary>
    /// <exception cref="RecordException">The file can't be read as it stands, or the manifest was cut off.</exception>
    public void Check(ReadOnlySpan<byte> returned, IBufferWriter<byte> reidentified)
    {
        Enter();
        _file.Push(returned, reidentified);
        _failed = false;
    }

    /// <summary>The returned file ends here.</summary>
    /// <exception cref="RecordException">What is left isn't a whole record.</exception>
    public void Complete(IBufferWriter<byte> reidentified)
    {
        Enter();
        _file.Complete(reidentified);
        _complete = true;
        _failed = false;
    }

    /// <summary>Pass 2, only when there are findings: the same manifest again, cut anywhere, to name them.</summary>
    /// <exception cref="RecordException">The manifest is damaged.</exception>
    public void Diagnose(ReadOnlySpan<byte> manifest)
    {
        if (!_complete || _named) throw new InvalidOperationException("call Complete first, and Findings last");
        _diagnosis ??= new Diagnosis(_profile, _fields, _loader.Sent, _suspects, (uint)_tags.Empty, _limits.MaxFindings);
        _diagnosis.Read(manifest);
    }

    public void Dispose()
    {
        _failed = true;
        _codec.Zero();
        _file.Dispose();
        _tags.Dispose();
        _restored.Dispose();
    }

    private void Enter()
    {
        if (_complete || _failed) throw new InvalidOperationException("the checker was completed, or failed");
        if (!_loader.IsComplete)
            throw new RecordException(RecordError.ManifestDamaged, 0, null, "the manifest of this dispatch is cut off; restore it from its backup");
        _failed = true; // Until the call ends well.
    }

    private void RunBatch(ReadOnlySpan<byte> batch, IBufferWriter<byte> reidentified)
    {
        if (batch.Length > 0 && !_headerChecked) CheckHeader();
        _rows += _codec.Rows;
        if (!_columnsMissing)
        {
            _tags.Compute(_codec.Columns, _codec.Rows);
            var sound = TakeRows();
            _restored.Restore();
            CollectBrokenText();
            if (!sound) CollectSuspects();
            else if (_suspectCount == 0 && _brokenTexts == 0) Write(batch, reidentified);
        }
    }

    private void CheckHeader()
    {
        _headerChecked = true;
        for (var rule = 0; rule < _profile.Fields.Count; rule++)
        {
            var needed = rule == _profile.RowKeyIndex || _restored.IsRestored(rule) || _profile.Fields[rule].IsWitness;
            if (!needed || _codec.Present[rule] || _profile.Fields[rule].IsOptional) continue;
            _findings.Add(FindingKind.MissingColumn, 0, rule);
            _columnsMissing = true;
        }
    }

    private bool TakeRows()
    {
        if (_matches.Length < _codec.Rows) _matches = new SentRows.Match[_codec.Rows];
        var sound = true;
        for (var row = 0; row < _codec.Rows; row++)
        {
            _matches[row] = _loader.Sent.Take(_tags.Rows[row]);
            sound &= _matches[row] == SentRows.Match.Taken;
        }

        return sound;
    }

    private void Write(ReadOnlySpan<byte> batch, IBufferWriter<byte> reidentified)
    {
        if (_guarded.Length < _codec.Formulas.Count) _guarded = new bool[_codec.Formulas.Count];
        if (_codec.Formulas.Count > 0)
        {
            var tags = _tags.ComputeFormulas(_codec.Formulas);
            for (var i = 0; i < tags.Length; i++)
            {
                // What the client itself sent in this column comes back as it was; anything else is the vendor's.
                _guarded[i] = !_loader.Formulas.Contains(tags[i]);
                if (_guarded[i]) _neutralised++;
            }
        }

        if (_loader.Canaries.Count > 0) RemoveCanaries();
        _codec.Write(batch, _restored.Columns, _guarded, reidentified);
        _restored.Count();
    }

    private void RemoveCanaries()
    {
        for (var row = 0; row < _codec.Rows; row++)
        {
            if (!_loader.Canaries.Contains(_tags.Rows[row])) continue;
            _codec.Remove(row);
            _canaries++;
        }
    }

    private void CollectSuspects()
    {
        for (var row = 0; row < _codec.Rows; row++)
        {
            if (_matches[row] == SentRows.Match.Taken) continue;
            if (_suspectCount++ >= _limits.MaxFindings) continue;
            _suspects.Add(new Suspect
            {
                Row = _codec.FirstRow + row,
                Tag = _tags.Rows[row],
                IsRepeated = _matches[row] == SentRows.Match.Exhausted,
                Key = _fields.HasKey ? _tags.Cells(_fields.Key)[row] : 0,
                KeyState = _fields.HasKey ? StateOf(_fields.Key, row) : CellState.Sound,
                Cells = [.. _fields.Others.Select(rule => (uint)_tags.Cells(rule)[row])],
                States = [.. _fields.Others.Select(rule => StateOf(rule, row))],
                SentAt = new long[_fields.Others.Length],
                Filled = _fields.Others.Count(rule => _tags.Cells(rule)[row] != _tags.Empty),
            });
        }
    }

    /// <summary>A text isn't matched with what was sent, so what is wrong with its tokens is known from itself.</summary>
    private void CollectBrokenText()
    {
        for (var rule = 0; rule < _profile.Fields.Count; rule++)
        {
            if (!_profile.Fields[rule].Rule.IsFreeText || !_restored.IsRestored(rule)) continue;
            var cells = _restored.Columns[rule];
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells.State(i) == CellState.Sound) continue;
                _brokenTexts++;
                _findings.Add(cells.State(i) == CellState.Foreign ? FindingKind.ForeignToken : FindingKind.EditedToken, _codec.FirstRow + cells.Row(i), rule);
            }
        }
    }

    private CellState StateOf(int rule, int row)
    {
        if (!_restored.IsRestored(rule)) return CellState.Sound;
        var worst = CellState.Sound;
        var cells = _restored.Columns[rule];
        for (var i = cells.FirstOfRow(row); i < cells.Count && cells.Row(i) == row; i++)
        {
            if (cells.State(i) > worst) worst = cells.State(i);
        }

        return worst;
    }

    private void NameFindings()
    {
        if (_named || !HasFindings) return;
        if (!_columnsMissing)
        {
            if (_diagnosis is not { IsComplete: true })
                throw new InvalidOperationException("give the manifest to Diagnose first, to its end");
            foreach (var suspect in _suspects) _findings.AddSuspect(suspect);
            _findings.AddUnnamed(_suspectCount - _suspects.Count);
            // Which rows are missing, and which came back changed, can't be told apart when not all suspects were looked at.
            if (!_profile.AllowMissingRows && _suspectCount == _suspects.Count) AddMissing();
        }

        _named = true;
    }

    private void AddMissing()
    {
        var (count, first) = _diagnosis!.Missing();
        foreach (var row in first)
        {
            _findings.Add(FindingKind.MissingRow, row, sentRow: row);
            count--;
        }

        _findings.AddUnnamed(count);
    }
}
