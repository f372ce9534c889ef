namespace SecureExchange.Transparency.Witnesses;

/// <summary>A witness's verified statement that it has seen the log grow to a checkpoint, and nothing taken back.</summary>
/// <param name="By">Whose.</param>
/// <param name="At">When, by the witness's clock; whole seconds.</param>
public sealed record Cosignature(Cosigner By, DateTimeOffset At)
{
    /// <summary>POSIX seconds as a date, where the calendar has them.</summary>
    internal static bool TryDate(ulong seconds, out DateTimeOffset at)
    {
        var fits = seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        at = fits ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : default;
        return fits;
    }
}
