using System.Collections.Concurrent;

namespace SecureExchange.Masking.Detection;

/// <summary>Detectors of one kind, lent one after the other: one that has seen texts before has worked out most states of its patterns.</summary>
/// <remarks>What a detector answers doesn't hang on what it saw before, and nothing of a text is left in it between two borrowers. Safe for
/// several threads; each detector has one borrower at a time.</remarks>
internal sealed class DetectorPool(DetectorOptions options)
{
    /// <summary>More than this many would hold memory for a rush that is over.</summary>
    private const int MaxWaiting = 8;

    private readonly ConcurrentBag<Detector> _waiting = [];

    public Detector Borrow() => _waiting.TryTake(out var detector) ? detector : new Detector(options);

    /// <summary>Takes one back; the borrower has no use of it any more.</summary>
    public void GiveBack(Detector detector)
    {
        detector.Zero();
        if (_waiting.Count < MaxWaiting) _waiting.Add(detector);
    }
}
