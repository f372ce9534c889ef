namespace SecureExchange.Masking.Profiles;

/// <summary>A masking profile that can't be used, with the place to look at.</summary>
public sealed class ProfileException : Exception
{
    internal ProfileException(ProfileError error, int line, int column, string message)
        : base($"line {line}, column {column}: {message}")
    {
        Error = error;
        Line = line;
        Column = column;
    }

    public ProfileError Error { get; }

    /// <summary>From 1.</summary>
    public int Line { get; }

    /// <summary>From 1.</summary>
    public int Column { get; }
}
