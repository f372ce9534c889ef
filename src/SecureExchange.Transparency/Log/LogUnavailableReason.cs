namespace SecureExchange.Transparency.Log;

/// <summary>Why a log can't take an entry.</summary>
public enum LogUnavailableReason
{
    /// <summary>The store failed. Trying again may work.</summary>
    StoreFailed = 1,

    /// <summary>The store contradicts itself or what it said before (the inner <see cref="TransparencyException"/> says
    /// how). A person has to look: the log takes nothing until it has been opened again.</summary>
    Inconsistent = 2,

    /// <summary>More is waiting than <see cref="LogOptions.MaxPendingBytes"/>.</summary>
    Overloaded = 3,

    /// <summary>Other writers were faster, time and again.</summary>
    Contended = 4,

    /// <summary>This object has been disposed of.</summary>
    Closed = 5,
}
