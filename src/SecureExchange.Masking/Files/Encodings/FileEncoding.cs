namespace SecureExchange.Masking.Files.Encodings;

/// <summary>How the characters of a file are written.</summary>
internal enum FileEncoding : byte
{
    /// <summary>As it comes, with or without byte order mark.</summary>
    Utf8,

    /// <summary>A byte order mark says; without one the first character beyond ASCII: UTF-8, or else Windows-1252.</summary>
    Detect,

    /// <summary>A byte order mark says which way round.</summary>
    Utf16,

    Utf16Le,
    Utf16Be,
    Windows1252,
    Latin1,
    ShiftJis,
}
