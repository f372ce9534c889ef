using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.Fuzz.Mutations;

/// <summary>Puts armor on, with any label, and changes its lines.</summary>
internal static class ArmorMutator
{
    private static readonly string[] s_labels =
    [
        "PGP MESSAGE", "PGP PUBLIC KEY BLOCK", "PGP PRIVATE KEY BLOCK", "PGP SIGNATURE", "PGP SIGNED MESSAGE", "PGP MESSAGE, PART 1/2",
    ];

    private static readonly string[] s_lines =
    [
        "", " ", "Hash: SHA256", "Hash: SHA512,MD5", "Version: x", "Comment", "Charset: utf-7", ": ", "=", "====", "=AAAA", "-", "- ", "- -----",
        "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----", "-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP SIGNED MESSAGE-----",
        "-----END PGP SIGNATURE-----", "-----BEGIN PGP PUBLIC KEY BLOCK-----", "AAAA", "AA==", "A", "\t", "\r", "\0", "é",
    ];

    public static bool IsArmored(byte[] octets) => octets.AsSpan().StartsWith("-----BEGIN"u8);

    public static byte[] PutOn(byte[] octets, string label)
    {
        var base64 = Convert.ToBase64String(octets);
        var text = new StringBuilder($"-----BEGIN {label}-----\n\n");
        for (var at = 0; at < base64.Length; at += 64) text.Append(base64.AsSpan(at, Math.Min(64, base64.Length - at))).Append('\n');
        return Encoding.ASCII.GetBytes(text.Append($"-----END {label}-----\n").ToString());
    }

    public static byte[] PutOn(byte[] octets, Sequence draw) => PutOn(octets, draw.Of(s_labels));

    /// <returns>What is inside; null where it can't be told.</returns>
    public static byte[]? TakeOff(byte[] armored)
    {
        var lines = Encoding.Latin1.GetString(armored).Replace("\r", "", StringComparison.Ordinal).Split('\n');
        var body = lines.SkipWhile(line => line.Length > 0).Skip(1).TakeWhile(line => line is not (['-', ..] or ['=', ..]));
        try
        {
            return Convert.FromBase64String(string.Concat(body));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static byte[] Change(byte[] armored, Sequence draw)
    {
        var lines = Encoding.Latin1.GetString(armored).Split('\n').ToList();
        var at = draw.Below(lines.Count);
        switch (draw.Below(9))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, lines[at]);
                break;
            case 2 or 3:
                lines.Insert(at, draw.Of(s_lines));
                break;
            case 4:
                lines[at] = draw.Of(s_lines);
                break;
            case 5 when lines.Count > at + 1: // Two lines become one.
                lines[at] += lines[at + 1];
                lines.RemoveAt(at + 1);
                break;
            case 6:
                var cut = draw.Below(lines[at].Length + 1);
                lines.Insert(at + 1, lines[at][cut..]);
                lines[at] = lines[at][..cut];
                break;
            case 7:
                lines[at] = draw.Of(lines[at] + "\r", lines[at] + " \t", new string('A', draw.Below(9000)), lines[at].Replace('B', '*'));
                break;
            default:
                lines.InsertRange(at, Enumerable.Repeat(draw.Of("Comment: x", "AAAA", "", "- "), draw.Below(60)));
                break;
        }

        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
