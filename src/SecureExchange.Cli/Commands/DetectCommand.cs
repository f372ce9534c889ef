using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SecureExchange.Masking.Detection;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx detect</c>: what personal data a text has, as JSON lines.</summary>
internal static class DetectCommand
{
    private const int Piece = 1 << 16;

    private static Option<string?> Entities { get; } = new("--entities") { Description = "only these, of whatever country: EMAIL_ADDRESS,US_SSN; --list names all" };

    private static Option<string> Country { get; } = new("--country")
    {
        Description = "countries whose numbers are looked for: us,gb,de,… or all; what is the same everywhere is looked for always",
        DefaultValueFactory = _ => string.Join(',', DetectorOptions.DefaultCountries),
    };

    private static Option<decimal> MinScore { get; } = new("--min-score")
    {
        Description = "0 to 1: what is less sure isn't shown; with 0 a number that may be two things is shown as both",
        DefaultValueFactory = _ => 0.4m,
    };

    private static Option<bool> ShowText { get; } = new("--show-text") { Description = "show what was found, too" };

    private static Option<bool> List { get; } = new("--list") { Description = "list the entities that can be found, and the countries that they belong to" };

    internal static Command Create()
    {
        var command = new Command("detect", "find personal data in a text (stdin, UTF-8); one JSON line for each find: entity, start, end (code points), score")
        {
            Entities, Country, MinScore, ShowText, List,
        };
        command.SetAction((parsed, ct) =>
        {
            if (parsed.GetValue(List)) ListEntities();
            else Detect(Options(parsed), parsed.GetValue(ShowText), ct);
            return Task.FromResult(0);
        });
        return command;
    }

    private static DetectorOptions Options(ParseResult parsed)
    {
        var score = parsed.GetValue(MinScore);
        if (score is < 0 or > 1) throw new CliException(Terminal.Usage, "--min-score is a number from 0 to 1");
        var entities = parsed.GetValue(Entities)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (entities?.FirstOrDefault(name => !Detector.AllEntities.Contains(name)) is { } unknown)
            throw new CliException(Terminal.Usage, $"no entity is called {unknown}; sx detect --list names all");
        var countries = parsed.GetValue(Country)!.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (countries.FirstOrDefault(country => country != "all" && !Detector.AllCountries.Contains(country)) is { } other)
            throw new CliException(Terminal.Usage, $"no entities of a country {other}; there are {string.Join(", ", Detector.AllCountries)}, and all");
        return new DetectorOptions { Entities = entities, Countries = countries, MinScore = (int)(score * 100), SettleOverlaps = score > 0 };
    }

    private static void Detect(DetectorOptions options, bool showText, CancellationToken ct)
    {
        using var text = new TextDetector(new Detector(options));
        using var input = Console.OpenStandardInput();
        using var output = new BufferedStream(StandardOutput.Open(), Piece);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) });
        var piece = new byte[Piece];
        while (input.Read(piece) is > 0 and var count)
        {
            ct.ThrowIfCancellationRequested();
            text.Write(piece.AsSpan(0, count), Report);
        }

        text.Complete(Report);
        output.Flush();

        void Report(ReadOnlySpan<Detection> found)
        {
            foreach (ref readonly var one in found)
            {
                json.WriteStartObject();
                json.WriteString("entity"u8, one.Entity);
                json.WriteNumber("start"u8, text.CodePointsBefore(one.Start));
                json.WriteNumber("end"u8, text.CodePointsBefore(one.End));
                json.WriteNumber("score"u8, one.Score / 100m);
                if (showText) json.WriteString("text"u8, text.Held.Slice((int)(one.Start - text.HeldFrom), one.Length));
                json.WriteEndObject();
                json.Flush();
                json.Reset();
                output.WriteByte((byte)'\n');
            }
        }
    }

    private static void ListEntities()
    {
        foreach (var (entity, country) in Detector.Catalogue) Terminal.Print(string.Create(CultureInfo.InvariantCulture, $"{entity,-28}{(country.Length == 0 ? "everywhere" : country)}"));
    }
}
