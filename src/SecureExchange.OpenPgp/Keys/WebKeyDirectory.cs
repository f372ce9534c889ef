using System.Text;
using SecureExchange.OpenPgp.Crypto;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Where a Web Key Directory has the certificate of an address (draft-koch-openpgp-webkey-service §3.1).</summary>
public static class WebKeyDirectory
{
    private const string Alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769"; // Z-Base-32.

    /// <summary>The 32 characters that stand for an address's local part: Z-Base-32 of its SHA-1 in lower case.</summary>
    /// <param name="localPart">What is before the <c>@</c>. Only ASCII letters are put in lower case.</param>
    public static string HashOf(string localPart)
    {
        var digest = LegacyDigest.Hash(Encoding.UTF8.GetBytes(string.Concat(localPart.Select(ToLowerAscii))));
        var text = new StringBuilder(32);
        for (var bit = 0; bit < digest.Length * 8; bit += 5)
        {
            // Five bits, from one octet or across two; 160 bits divide evenly.
            var pair = (digest[bit / 8] << 8) | (bit / 8 + 1 < digest.Length ? digest[(bit / 8) + 1] : 0);
            text.Append(Alphabet[(pair >> (11 - (bit % 8))) & 31]);
        }

        return text.ToString();
    }

    private static char ToLowerAscii(char c) => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
}
