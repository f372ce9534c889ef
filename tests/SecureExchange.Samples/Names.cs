namespace SecureExchange.Samples;

/// <summary>Common given and family names, combined by chance: several scripts, nobody in particular.</summary>
internal static class Names
{
    private static readonly (byte[][] Given, byte[][] Family)[] s_all =
    [
        (TextLine.Utf8("Amelia", "Brandon", "Carla", "Derek", "Elena", "Felix", "Grace", "Hector", "Irene", "Jonas", "Kayla", "Leonard", "Marisol", "Nathan", "Olivia", "Peter", "Renata", "Simon", "Teresa", "Victor"),
         TextLine.Utf8("Abbott", "Barker", "Castillo", "Dawson", "Ellery", "Fairchild", "Griggs", "Holloway", "Ingram", "Jessop", "Kirkland", "Lindgren", "Marchetti", "Norwood", "Ostrander", "Pemberton", "Quinlan", "Rutledge", "Sandoval", "Whitcomb")),
        (TextLine.Utf8("Jürgen", "Anneliese", "Zoë", "François", "Åsa", "Søren", "Łucja", "Begoña", "José", "Čeněk"),
         TextLine.Utf8("Müller-Brandt", "Großmann", "Lefèvre", "Østergaard", "Wiśniewska", "Núñez", "O'Dowd", "Dvořáček", "Şahin", "de la Peña")),
        (TextLine.Utf8("Ирина", "Олег", "Светлана", "Павел", "Галина", "Тимур"), TextLine.Utf8("Соколова", "Карпенко", "Лебедева", "Мельник", "Орлова", "Громов")),
        (TextLine.Utf8("Ελένη", "Νίκος", "Δήμητρα", "Κώστας"), TextLine.Utf8("Παπαδάκη", "Αναγνώστου", "Καραγιάννη", "Σταμάτης")),
        (TextLine.Utf8("प्रिया", "अनिल", "सुनीता", "राकेश"), TextLine.Utf8("शर्मा", "वर्मा", "कुलकर्णी", "मिश्रा")),
        (TextLine.Utf8("ليلى", "كريم", "هدى", "سامر"), TextLine.Utf8("الحداد", "منصور", "الخطيب", "درويش")),
        (TextLine.Utf8("美咲", "健太", "陽子", "大輔"), TextLine.Utf8("佐々木", "山口", "石井", "中村")),
        (TextLine.Utf8("민서", "지훈", "수빈", "현우"), TextLine.Utf8("박", "최", "정", "윤")),
    ];

    /// <summary>Adds a full name.</summary>
    public static void AddFullName(ref Chance chance, TextLine line)
    {
        var (given, family) = Some(ref chance);
        line.Add(chance.Of(given)).Add((byte)' ');
        if (chance.OneIn(3)) line.Add((byte)chance.Between('A', 'Z')).Add(". "u8);
        line.Add(chance.Of(family));
    }

    /// <summary>A name in its parts.</summary>
    public static (byte[] Family, byte[] Given) Parts(ref Chance chance)
    {
        var (given, family) = Some(ref chance);
        return (chance.Of(family), chance.Of(given));
    }

    /// <summary>Two thirds Latin, as in the files that come.</summary>
    private static (byte[][] Given, byte[][] Family) Some(ref Chance chance) => s_all[chance.Below(3) < 2 ? chance.Below(2) : chance.Below(s_all.Length)];
}
