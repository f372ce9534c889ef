using System.Buffers;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Private keys in PEM (RFC 7468), and what stands behind "password:".</summary>
internal sealed class SecretMatcher(int privateKey, int password)
{
    private const int MaxKey = 12 * 1024;
    private const int MaxPassword = 128;

    private static readonly SearchValues<byte> s_blanks = SearchValues.Create(" \t\r\n\0"u8);

    /// <param name="scan">The text.</param>
    /// <param name="i">BEGIN, password, passphrase …</param>
    public void Match(Scan scan, int i)
    {
        ref readonly var atom = ref scan.Atoms[i];
        if (atom.Length == 5 && scan.Bytes[atom.Start] == 'B') MatchKey(scan, atom);
        else if (password >= 0) MatchPassword(scan, atom);
    }

    private void MatchKey(Scan scan, in Atom atom)
    {
        var bytes = scan.Bytes;
        if (privateKey < 0 || atom.Start < 5 || !bytes[(atom.Start - 5)..atom.End].SequenceEqual("-----BEGIN"u8)) return;
        var rest = bytes[atom.End..Math.Min(bytes.Length, atom.End + MaxKey)];
        var label = rest.IndexOf("-----"u8);
        if (label is < 0 or > 40 || rest[..label].IndexOf("PRIVATE KEY"u8) < 0) return;
        var end = rest.IndexOf("-----END"u8);
        var close = end < 0 ? -1 : rest[(end + 8)..].IndexOf("-----"u8);
        // A key that is cut off is as secret as what is left of it.
        var length = close is < 0 or > 40 ? Cut(rest, label + 5) : end + 8 + close + 5;
        scan.Add(privateKey, atom.Start - 5, atom.End + length, 98);
    }

    /// <summary>Up to where it stops looking like base64 and headers.</summary>
    private static int Cut(ReadOnlySpan<byte> rest, int from)
    {
        var blank = rest[from..].IndexOf("\n\n"u8);
        return blank < 0 ? rest.Length : from + blank;
    }

    private void MatchPassword(Scan scan, in Atom atom)
    {
        var bytes = scan.Bytes;
        var at = Skip(bytes, atom.End, "\"' \t"u8);
        if (at >= bytes.Length) return;
        if (bytes[at] is (byte)':' or (byte)'=') at++;
        else if (bytes[at..].StartsWith("is "u8)) at += 3;
        else return;
        at = Skip(bytes, at, " \t"u8);
        var quote = at < bytes.Length && bytes[at] is (byte)'"' or (byte)'\'' ? bytes[at++] : (byte)0;
        var value = bytes[at..Math.Min(bytes.Length, at + MaxPassword)];
        var stop = quote != 0 ? value.IndexOf(quote) : value.IndexOfAny(s_blanks);
        if (stop >= 0) value = value[..stop];
        if (quote == 0) value = value.TrimEnd(".,;)"u8);
        if (value.Length < 4) return;
        // An ordinary word is more likely the rest of a sentence.
        var mixed = value.IndexOfAnyExceptInRange((byte)'a', (byte)'z') >= 0;
        scan.Add(password, at, at + value.Length, mixed ? 65 : 35);
    }

    private static int Skip(ReadOnlySpan<byte> bytes, int at, ReadOnlySpan<byte> what)
    {
        while (at < bytes.Length && what.Contains(bytes[at])) at++;
        return at;
    }
}
