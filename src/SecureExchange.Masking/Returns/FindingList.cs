using SecureExchange.Masking.Manifests;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Returns;

/// <summary>Puts names to what is wrong with the suspect rows, once the manifest was gone through.</summary>
internal sealed class FindingList(MaskingProfile profile, TaggedFields fields, uint empty, int max)
{
    private readonly List<ReturnFinding> _findings = [];

    public IReadOnlyList<ReturnFinding> Findings => _findings;

    public long Total { get; private set; }

    public void Add(FindingKind kind, long row, int rule = -1, long sentRow = 0)
    {
        Total++;
        if (_findings.Count < max)
            _findings.Add(new ReturnFinding(kind, row, rule < 0 ? null : profile.Fields[rule].Name, sentRow == 0 ? null : sentRow));
    }

    /// <summary>Findings that are only counted.</summary>
    public void AddUnnamed(long count) => Total += count;

    public void AddSuspect(Suspect suspect)
    {
        if (suspect.IsRepeated)
        {
            Add(FindingKind.DuplicatedRow, suspect.Row, sentRow: suspect.SentRow);
            return;
        }

        var before = Total;
        if (suspect.KeyState != CellState.Sound && !suspect.IsMatchedByKey)
            Add(suspect.KeyState == CellState.Foreign ? FindingKind.ForeignToken : FindingKind.EditedToken, suspect.Row, fields.Key, suspect.SentRow);
        else if (fields.HasKey && !suspect.IsMatchedByKey && suspect.HasOrigin(fields.HasKey))
            Add(FindingKind.EditedRowKey, suspect.Row, fields.Key, suspect.SentRow);

        var comesFromOne = suspect.HasOrigin(fields.HasKey);
        for (var cell = 0; cell < suspect.Cells.Length; cell++)
        {
            if (comesFromOne && !suspect.Differs[cell]) continue;
            AddCell(suspect, cell, comesFromOne);
        }

        if (Total == before) Add(FindingKind.ForeignRow, suspect.Row);
    }

    private void AddCell(Suspect suspect, int cell, bool comesFromOne)
    {
        var rule = fields.Others[cell];
        var sentAt = suspect.SentAt[cell];
        if (suspect.States[cell] == CellState.Foreign) Add(FindingKind.ForeignToken, suspect.Row, rule);
        else if (suspect.States[cell] == CellState.Edited) Add(FindingKind.EditedToken, suspect.Row, rule, suspect.SentRow);
        else if (sentAt != 0) Add(FindingKind.SwappedToken, suspect.Row, rule, sentAt);
        else if (!comesFromOne) return; // Nothing of the row is known: it is one finding, a foreign row.
        else if (suspect.Cells[cell] == empty || !IsAuthenticated(rule)) Add(FindingKind.EditedToken, suspect.Row, rule, suspect.SentRow);
        // In arrays the manifest has one tag for all of them: the values are the agreement's, but don't stand as they were sent.
        else if (profile.Fields[rule].Path.HasElements) Add(FindingKind.SwappedToken, suspect.Row, rule);
        else Add(FindingKind.ForeignToken, suspect.Row, rule);
    }

    private bool IsAuthenticated(int rule) => profile.Fields[rule].Rule.IsAuthenticated;
}
