using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>What happens to the cells of one field, a batch at a time.</summary>
internal abstract class Transform : IDisposable
{
    private long _failures;

    private protected Transform()
    {
    }

    /// <summary>What takes the place of a value that couldn't be masked, where the profile says so.</summary>
    public static ReadOnlySpan<byte> Redacted => "[redacted]"u8;

    /// <summary>Whether a value that can't be masked is redacted, and doesn't refuse the file.</summary>
    public bool RedactsFailures { get; set; }

    /// <summary>Values that were redacted since they couldn't be masked.</summary>
    public virtual long Failures => _failures;

    /// <summary>Of free text: how often which entity was found and replaced.</summary>
    public virtual IReadOnlyList<EntityCount> Entities => [];

    /// <summary>Of free text: which of the known values that are put before its detectors were let through, before any real one is.</summary>
    public virtual PlantedCheck? TryPlanted(string field) => null;

    /// <summary>Masks each cell; an empty one stays empty. The masked column has as many cells, in the same order.</summary>
    /// <exception cref="RecordException">A cell can't be transformed. It is never passed on as it is.</exception>
    public virtual void Mask(CellColumn cells, CellColumn masked)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].IsEmpty) masked.Add([], cells.Row(i));
            else MaskOne(cells, i, masked);
        }
    }

    /// <summary>Turns each masked cell back; one that can't be is marked, not thrown: a return may be anything.</summary>
    public virtual void Restore(CellColumn masked, CellColumn restored)
    {
        for (var i = 0; i < masked.Count; i++)
        {
            if (masked[i].IsEmpty) restored.Add([], masked.Row(i));
            else if (RedactsFailures && masked[i].SequenceEqual(Redacted)) restored.Add(Redacted, masked.Row(i), masked.Kind(i));
            else RestoreCell(masked, i, restored);
        }
    }

    public void Dispose() => ZeroKeys();

    /// <summary>Masks one cell, or redacts it where that fails and the profile says so.</summary>
    protected void MaskOne(CellColumn cells, int i, CellColumn masked)
    {
        try
        {
            MaskCell(cells, i, masked);
        }
        catch (RecordException) when (RedactsFailures)
        {
            _failures++;
            masked.Add(Redacted, cells.Row(i));
        }
    }

    /// <summary>Whose value it is.</summary>
    /// <exception cref="RecordException">Nobody's: the field that says so is empty.</exception>
    protected static ReadOnlySpan<byte> RequireSubject(CellColumn cells, int i)
    {
        var subject = cells.Subject(i);
        return subject.IsEmpty ? throw cells.Fault(i, RecordError.MissingSubject, "the field that says whose it is, is empty") : subject;
    }

    /// <summary>Adds one cell to <paramref name="masked"/>.</summary>
    protected abstract void MaskCell(CellColumn cells, int i, CellColumn masked);

    protected virtual void ZeroKeys()
    {
    }

    protected virtual void RestoreCell(CellColumn masked, int i, CellColumn restored) =>
        throw new NotSupportedException("not reversible");
}
