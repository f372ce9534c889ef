namespace SecureExchange.OpenPgp.Armor;

/// <summary>What the first line of a text says that it is.</summary>
internal static class ArmorHead
{
    /// <summary>So many octets tell: white space before the first line is counted in lines elsewhere.</summary>
    public const int Size = 1024;

    private static readonly ArmorKind[] s_kinds = Enum.GetValues<ArmorKind>();

    /// <summary>Whether these are packets, not text: the first bit of every packet is set.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> head) => head.Length > 0 && (head[0] & 0x80) != 0;

    /// <summary>Whether a text that is signed in the clear starts here (RFC 9580 §7).</summary>
    public static bool IsCleartext(ReadOnlySpan<byte> head) => Label(head).SequenceEqual("PGP SIGNED MESSAGE"u8);

    /// <returns>Null for what isn't armor, or of an unknown kind.</returns>
    public static ArmorKind? Kind(ReadOnlySpan<byte> head)
    {
        var label = Label(head);
        foreach (var kind in s_kinds)
        {
            if (label.SequenceEqual(kind.Label())) return kind;
        }

        return null;
    }

    private static ReadOnlySpan<byte> Label(ReadOnlySpan<byte> head)
    {
        head = head.TrimStart(" \t\r\n"u8);
        var end = head.IndexOf((byte)'\n');
        var line = (end < 0 ? head : head[..end]).TrimEnd(" \t\r"u8);
        return line.StartsWith("-----BEGIN "u8) && line.EndsWith("-----"u8) && line.Length > 16 ? line[11..^5] : default;
    }
}
