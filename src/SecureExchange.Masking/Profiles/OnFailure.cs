namespace SecureExchange.Masking.Profiles;

/// <summary>What happens to a value that its transform can't take. It is never passed on as it is.</summary>
public enum OnFailure
{
    /// <summary>The file is refused, naming row and field.</summary>
    Refuse = 0,

    /// <summary><c>[redacted]</c> takes its place, and the report counts it.</summary>
    Redact = 1,
}
