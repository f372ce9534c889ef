using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records.Segments;

/// <summary>Where a field is in messages of segments: <c>PID-5.1</c>, <c>NM1[IL]-03</c>, <c>OBX[*]-5</c>.</summary>
internal sealed partial class SegmentRule
{
    private SegmentRule(int rule, Match name)
    {
        Rule = rule;
        Segment = Encoding.ASCII.GetBytes(name.Groups["segment"].Value);
        Qualifier = name.Groups["qualifier"] is { Success: true } qualifier ? Encoding.ASCII.GetBytes(qualifier.Value) : null;
        IsRepeated = name.Value.Contains("[*]", StringComparison.Ordinal);
        HasRepetitions = name.Groups["repetitions"].Success;
        Element = Number(name.Groups["element"]);
        Component = Number(name.Groups["component"]);
        Sub = Number(name.Groups["sub"]);
    }

    /// <summary>The index of the profile's rule.</summary>
    public int Rule { get; }

    public byte[] Segment { get; }

    /// <summary>What the segment's first element must be, or null.</summary>
    public byte[]? Qualifier { get; }

    /// <summary>Whether it may be there more than once in a record.</summary>
    public bool IsRepeated { get; }

    /// <summary>Whether each repetition of the element is a value of its own.</summary>
    public bool HasRepetitions { get; }

    /// <summary>From 1; 0 for all that the segment has and nothing else names.</summary>
    public int Element { get; }

    /// <summary>From 1; 0 for the element as a whole.</summary>
    public int Component { get; }

    /// <summary>From 1; 0 for the component as a whole.</summary>
    public int Sub { get; }

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <exception cref="ProfileException">Two fields are in each other's way.</exception>
    public static IReadOnlyList<SegmentRule> Build(IReadOnlyList<FieldRule> fields)
    {
        List<SegmentRule> rules = [.. fields.Select((field, i) => new SegmentRule(i, Name().Match(field.Path.Canonical)))];
        foreach (var rule in rules)
        {
            var place = fields[rule.Rule].Place;
            if (rule.Element == 0 && fields[rule.Rule].Rule.Bind is not null)
                throw new ProfileException(ProfileError.WrongValue, place.Line, place.Column, $"'{place.Value}' is all that a segment has: that can only be kept; name its elements");
            if (rules.Exists(other => other != rule && rule.Covers(other)))
                throw new ProfileException(ProfileError.PathConflict, place.Line, place.Column, $"'{place.Value}' has another field inside");
        }

        return rules;
    }

    public bool IsOf(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> qualifier) =>
        segment.SequenceEqual(Segment) && (Qualifier is null || qualifier.SequenceEqual(Qualifier));

    private bool Covers(SegmentRule other) => Element > 0 && Element == other.Element && Segment.AsSpan().SequenceEqual(other.Segment)
        && (Qualifier is null || other.Qualifier is null || Qualifier.AsSpan().SequenceEqual(other.Qualifier))
        && (Component == 0 || (Component == other.Component && (Sub == 0 || Sub == other.Sub)));

    private static int Number(Group group) => group.Success ? int.Parse(group.Value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?<segment>[A-Z][A-Z0-9]{1,2})(\[(?<qualifier>[A-Z0-9]+)\])?(\[\*\])?(-0?(?<element>[1-9][0-9]?)(?<repetitions>\[\*\])?(\.(?<component>[1-9][0-9]?)(\.(?<sub>[1-9][0-9]?))?)?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
