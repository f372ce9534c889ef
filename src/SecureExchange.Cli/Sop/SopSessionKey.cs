using System.Globalization;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.Cli.Sop;

/// <summary>The draft's SESSIONKEY: the cipher's number, a colon, the key in upper-case hexadecimal.</summary>
internal static class SopSessionKey
{
    private const int MaxOctets = 1024;

    /// <summary>Reads one that an argument names.</summary>
    internal static async Task<SessionKey> ReadAsync(string name)
    {
        var text = await SopInput.ReadAsync(name, MaxOctets);
        var key = new byte[MaxOctets];
        try
        {
            var line = text.AsSpan().Trim(" \t\r\n"u8);
            var colon = line.IndexOf((byte)':');
            if (colon < 0 || !byte.TryParse(line[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var cipher)
                || Convert.FromHexString(line[(colon + 1)..], key, out _, out var length) != System.Buffers.OperationStatus.Done)
                throw new SopException(SopExit.BadData, $"{name}: a session key is the cipher's number, a colon and hexadecimal digits");
            return new SessionKey((CipherAlgorithm)cipher, key.AsSpan(0, length));
        }
        catch (ArgumentException)
        {
            throw new SopException(SopExit.BadData, $"{name}: a session key of a cipher that isn't AES, or of the wrong length for it");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Writes one to where an option says.</summary>
    internal static async Task WriteAsync(SessionKey key, SopOutput output)
    {
        var line = new byte[8 + (key.Key.Length * 2)];
        ((int)key.Algorithm).TryFormat(line, out var length, provider: CultureInfo.InvariantCulture);
        line[length++] = (byte)':';
        Convert.TryToHexString(key.Key, line.AsSpan(length), out var digits);
        line[length + digits] = (byte)'\n';
        await output.WriteAsync(line.AsMemory(0, length + digits + 1));
        CryptographicOperations.ZeroMemory(line);
    }
}
