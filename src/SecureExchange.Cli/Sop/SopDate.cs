using System.Globalization;

namespace SecureExchange.Cli.Sop;

/// <summary>The draft's DATE: ISO 8601 in UTC, <c>now</c>, or <c>-</c>.</summary>
internal static class SopDate
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly string[] s_formats =
    [
        Format, "yyyyMMdd'T'HHmmss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd",
    ];

    /// <param name="call">Whose moment <c>now</c> is.</param>
    /// <param name="option">The option that takes it.</param>
    /// <param name="ifMissing">What counts where the option wasn't given.</param>
    /// <param name="unbounded">What <c>-</c> stands for.</param>
    internal static DateTimeOffset Read(SopCall call, SopOption option, DateTimeOffset ifMissing, DateTimeOffset unbounded)
    {
        var text = call.Arguments.One(option);
        if (text is null) return ifMissing;
        if (text == "now") return call.Now;
        if (text == "-") return unbounded;
        return DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw new SopException(SopExit.UnsupportedOption, $"{option.Name}={text}: a date is 2026-01-31T12:00:00Z, now, or - for no bound");
    }

    internal static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
