using System.Text;
using SecureExchange.Masking.Detection;

namespace SecureExchange.Masking.Profiles;

/// <summary>What detectors make of a field of a sample, its name taken for a word nearby.</summary>
internal sealed class EntityGuess
{
    private const int MaxValues = 200;
    private const double Most = 0.9;

    private static readonly (string Entity, string Rule)[] s_rules =
    [
        ("PERSON", "type: person, transform: tokenise"),
        ("ADDRESS", "type: street, transform: redact"),
        ("PHONE_NUMBER", "type: phone, transform: mask, keep-last: 2"),
        ("URL", "type: url, transform: tokenise"),
        ("VIN", "type: vehicle, transform: tokenise"),
        ("IMEI", "type: device, transform: tokenise"),
        ("MAC_ADDRESS", "type: device, transform: tokenise"),
        ("COORDINATES", "type: coordinates, transform: truncate, what: coordinates"),
        ("UK_POSTCODE", "type: postcode, transform: truncate, what: postcode, keep: 2"),
        ("DE_PLZ", "type: postcode, transform: truncate, what: postcode, keep: 2"),
        ("DATE_OF_BIRTH", "type: date, transform: redact"), // In a way of writing that isn't known.
        ("EMAIL_ADDRESS", "type: email, transform: tokenise"),
        ("CREDIT_CARD", "type: card, transform: mask, keep-last: 4"),
        ("MEDICAL_RECORD_NUMBER", "type: medical-record, transform: tokenise"),
    ];

    // Low, since a proposal is read by somebody; dates are known by their form.
    private readonly Detector _detector = new(new DetectorOptions { Countries = ["all"], MinScore = 50, Entities = [.. Detector.AllEntities.Where(entity => entity != "DATE_TIME")] });
    private readonly DetectionList _found = new();

    /// <summary>The rule for a field of which nearly every value is one entity, and the entity; null where it isn't so.</summary>
    public (string Rule, string Entity)? OfValues(string name, IReadOnlyList<string> values)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var looked = values.Take(MaxValues).ToList();
        foreach (var value in looked)
        {
            var prefix = Encoding.UTF8.GetByteCount(name) + 2;
            var text = Encoding.UTF8.GetBytes($"{name}: {value}");
            _detector.Detect(text, _found);
            foreach (var one in _found.Found)
            {
                if (one.Start != prefix || one.End != text.Length) continue;
                counts[one.Entity] = counts.GetValueOrDefault(one.Entity) + 1;
                break;
            }
        }

        var (entity, count) = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault();
        if (entity is null || count < Most * looked.Count) return null;
        return (Array.Find(s_rules, known => known.Entity == entity).Rule ?? "type: national-id, transform: tokenise", entity);
    }

    /// <summary>What was found within a text: the entities, the most frequent first, in so many of the values.</summary>
    public string WithinTexts(IReadOnlyList<string> values)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var (looked, hits) = (values.Take(MaxValues).ToList(), 0);
        foreach (var value in looked)
        {
            _detector.Detect(Encoding.UTF8.GetBytes(value), _found);
            if (_found.Count > 0) hits++;
            foreach (var one in _found.Found) counts[one.Entity] = counts.GetValueOrDefault(one.Entity) + 1;
        }

        return hits == 0
            ? "nothing was found in the sample's"
            : $"{string.Join(", ", counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(4).Select(pair => pair.Key))} found in {hits} of {looked.Count} values";
    }
}
