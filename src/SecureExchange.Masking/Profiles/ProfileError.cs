namespace SecureExchange.Masking.Profiles;

/// <summary>What is wrong with a profile. Numbers are stable and only grow.</summary>
public enum ProfileError
{
    /// <summary>Larger than any sensible profile, or nested deeper: the parser isn't given the rest.</summary>
    TooLarge = 1,

    /// <summary>Not YAML, not UTF-8, or YAML that a profile doesn't use (anchors, tags, several documents).</summary>
    NotYaml = 2,

    UnknownKey = 3,
    DuplicateKey = 4,
    MissingKey = 5,
    WrongValue = 6,
    UnknownTransform = 7,

    /// <summary>The field paths contradict each other: one is inside another.</summary>
    PathConflict = 8,

    /// <summary>A row key or subject names a field that the profile doesn't have, or one that can't serve as it.</summary>
    BadReference = 9,

    /// <summary>Neither a role nor a location.</summary>
    UnknownAudience = 10,

    /// <summary>Two rules fit an audience, and none is its own.</summary>
    AmbiguousAudience = 11,
}
