namespace SecureExchange.Access;

/// <summary>When people work: days of the week, and from when until when, by the clock of their own place.</summary>
/// <param name="Zone">Whose clock.</param>
/// <param name="Days">On which days a shift begins.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it is over; at or before <paramref name="From"/>: on the next day.</param>
public sealed record WorkingHours(TimeZoneInfo Zone, IReadOnlySet<DayOfWeek> Days, TimeOnly From, TimeOnly To)
{
    /// <summary>Whether a moment lies within a shift: at its first moment yes, at its last no.</summary>
    public bool Contain(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, Zone);
        var (day, time) = (local.DayOfWeek, TimeOnly.FromTimeSpan(local.TimeOfDay));
        if (From < To) return Days.Contains(day) && time >= From && time < To;
        // Over midnight: what is left of the evening before belongs to the day on which the shift began.
        return (Days.Contains(day) && time >= From) || (Days.Contains((DayOfWeek)(((int)day + 6) % 7)) && time < To);
    }
}
