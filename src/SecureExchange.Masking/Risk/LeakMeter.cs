using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Detection.Planting;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Risk;

/// <summary>Looks for personal data in fields that a profile passes on as they are: it shouldn't be there.</summary>
internal sealed class LeakMeter : IDisposable
{
    private readonly MaskingProfile _profile;
    private readonly int[] _kept;
    private readonly Detector _detector;
    private readonly DetectionList _found = new();
    private readonly Dictionary<(int Field, string Entity), (long Count, long FirstRow)> _leaks = [];

    /// <param name="profile">The profile, for its names.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="kept">Indices of the fields that are passed on as they are.</param>
    public LeakMeter(MaskingProfile profile, DetectorOptions options, IEnumerable<int> kept)
    {
        _profile = profile;
        _kept = [.. kept];
        _detector = new Detector(options);
    }

    /// <summary>Which of the known values that are put before the detector it didn't find.</summary>
    public PlantedCheck TryPlanted()
    {
        var (planted, missed) = (0, new List<string>());
        foreach (var value in PlantedValues.For(_detector))
        {
            _detector.Detect(value.Text, _found);
            planted++;
            if (!value.IsCovered(_found.Found)) missed.Add(value.Entity);
        }

        return new PlantedCheck(null, planted, missed);
    }

    /// <summary>Takes a batch in the form in which it goes out.</summary>
    public void Add(CellColumn[] masked)
    {
        foreach (var field in _kept)
        {
            var cells = masked[field];
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells[i].IsEmpty) continue;
                _detector.Detect(cells[i], _found);
                foreach (var detection in _found.Found)
                {
                    var (count, first) = _leaks.GetValueOrDefault((field, detection.Entity), (0, cells.RowNumber(i)));
                    _leaks[(field, detection.Entity)] = (count + 1, first);
                }
            }
        }
    }

    /// <summary>What was found so far, by field and then by entity.</summary>
    public IReadOnlyList<Leak> Leaks() =>
    [
        .. from leak in _leaks
           orderby leak.Key.Field, leak.Key.Entity
           select new Leak(_profile.Fields[leak.Key.Field].Name, leak.Key.Entity, leak.Value.Count, leak.Value.FirstRow),
    ];

    public void Dispose() => _detector.Zero();
}
