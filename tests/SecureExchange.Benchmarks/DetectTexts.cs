using System.Globalization;
using System.Text;
using SecureExchange.Samples;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Benchmarks;

/// <summary>Texts of the kinds that detectors are slow on for different reasons, each in any length.</summary>
internal static class DetectTexts
{
    private const string Sentence = "The goods that you ordered in spring have left our warehouse and should be with you before the end of the week, weather permitting.";

    public static IEnumerable<(string Name, byte[] Text)> All(int megabytes) =>
    [
        ("prose, a name or number each 10 lines", Repeat(megabytes, Prose())),
        ("prose with accents (German, French)", Repeat(megabytes, Accents())),
        ("prose in another alphabet (Russian)", Repeat(megabytes, ["Товар, который вы заказали весной, покинул наш склад и должен быть у вас до конца недели, если позволит погода.", "Пишите на ana.lima@example.com."])),
        ("transcripts, spoken numbers and addresses", Repeat(megabytes, Labelled("transcript"))),
        ("CSV, 12 columns, most of them digits", Repeat(megabytes, Table())),
        ("logs, e-mail addresses, hosts and URLs", Repeat(megabytes, Logs())),
        ("lines of numbers, no finds", Repeat(megabytes, LabelledTexts.MakeClean(1, 4000))),
        ("labelled texts, a find each 40 bytes", Repeat(megabytes, LabelledTexts.Make(1, 4000).Select(text => text.Text))),
    ];

    private static IEnumerable<string> Prose() =>
        LabelledTexts.Make(1, 200).SelectMany(text => Enumerable.Repeat(Sentence, 10 * text.Labels.Count).Append(text.Text));

    private static IEnumerable<string> Accents()
    {
        foreach (var text in LabelledTexts.Make(2, 100))
        {
            yield return "Die Ware, die Sie im Frühjahr bestellt hatten, hat unser Lager verlassen und müsste Sie vor Ende der Woche erreichen, falls das Wetter es zulässt.";
            yield return "Les marchandises commandées au début de l'été ont quitté notre entrepôt et devraient être livrées avant la fin de la semaine, à moins d'intempéries.";
            if (text.Format == "letter") yield return text.Text;
        }
    }

    private static IEnumerable<string> Labelled(string format) => LabelledTexts.Make(3, 4000).Where(text => text.Format == format).Select(text => text.Text);

    private static IEnumerable<string> Table()
    {
        for (var i = 0; i < 4000; i++)
        {
            var chance = Chance.OfRow(4, i + 1);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{i},{chance.Below(1_000_000_000):D9},2026-{chance.Between(1, 12):D2}-{chance.Between(1, 28):D2},{chance.Below(100000)}.{chance.Below(100):D2},{chance.Below(10000):D4}-{chance.Below(10000):D4},"
                + $"{chance.Below(1000):D3}-{chance.Below(100):D2}-{chance.Below(10000):D4},{chance.Next() % 10_000_000_000_000_000:D16},{chance.Below(100000):D5},{chance.Below(24):D2}:{chance.Below(60):D2}:{chance.Below(60):D2},"
                + $"{chance.Below(100)}.{chance.Below(1000000):D6},{chance.Next():x16},A{chance.Below(1000000):D6}");
        }
    }

    private static IEnumerable<string> Logs()
    {
        for (var i = 0; i < 4000; i++)
        {
            var chance = Chance.OfRow(5, i + 1);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"2026-03-{chance.Between(1, 28):D2}T{chance.Below(24):D2}:{chance.Below(60):D2}:{chance.Below(60):D2}.{chance.Below(1000):D3}Z INFO http.access {chance.Between(11, 223)}.{chance.Below(256)}.{chance.Below(256)}.{chance.Below(256)} "
                + $"user{chance.Below(10000)}@mail{chance.Below(20)}.example.com \"GET https://portal.example.com/api/v2/orders/{chance.Below(100000)}?page={chance.Below(9)}&sort=date HTTP/1.1\" 200 {chance.Below(100000)} \"Mozilla/5.0 (X11; Linux x86_64)\" trace-id={chance.Next():x16} module=orders.list.handler");
        }
    }

    private static byte[] Repeat(int megabytes, IEnumerable<string> lines)
    {
        var once = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        var text = new byte[megabytes * 1_000_000];
        for (var at = 0; at < text.Length; at += once.Length) once.AsSpan(0, Math.Min(once.Length, text.Length - at)).CopyTo(text.AsSpan(at));
        return text;
    }
}
