using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.OpenPgp.Armor;

/// <summary>Puts ASCII armor on (RFC 9580 §6), from input that comes in pieces: lines of 64 characters, LF.</summary>
/// <param name="kind">What is inside.</param>
/// <param name="checksum">Whether to write the checksum, which GnuPG 2.2 misses, and which must not stand behind version 6
/// keys and signatures and version 2 encryption (§6.1).</param>
internal sealed class ArmorEncoder(ArmorKind kind, bool checksum = true)
{
    private const int LineOctets = 48;
    private const int LineCharacters = 64;

    private readonly byte[] _carry = new byte[LineOctets];
    private int _carried;
    private uint _crc = Crc24.Initial;

    /// <summary>Octets that encoding so many writes at most.</summary>
    public static int MaxEncoded(int octets) => ((octets / LineOctets) + 1) * (LineCharacters + 1);

    public static string Encode(ArmorKind kind, ReadOnlySpan<byte> octets, bool checksum = true)
    {
        var encoder = new ArmorEncoder(kind, checksum);
        var lines = new byte[MaxEncoded(octets.Length)];
        var written = encoder.Encode(octets, lines);
        var armored = string.Concat(
            Encoding.ASCII.GetString(encoder.Begin()), Encoding.ASCII.GetString(lines, 0, written), Encoding.ASCII.GetString(encoder.End()));
        CryptographicOperations.ZeroMemory(lines);
        encoder.Clear();
        return armored;
    }

    public byte[] Begin() => [.. "-----BEGIN "u8, .. kind.Label(), .. "-----\n\n"u8];

    /// <summary>Writes the whole lines that are at hand.</summary>
    /// <returns>Octets written.</returns>
    public int Encode(ReadOnlySpan<byte> octets, Span<byte> output)
    {
        _crc = Crc24.Append(_crc, octets);
        var written = 0;
        if (_carried > 0)
        {
            var fill = Math.Min(LineOctets - _carried, octets.Length);
            octets[..fill].CopyTo(_carry.AsSpan(_carried));
            _carried += fill;
            octets = octets[fill..];
            if (_carried < LineOctets) return 0;
            written = Line(_carry, output);
            _carried = 0;
        }

        for (; octets.Length >= LineOctets; octets = octets[LineOctets..]) written += Line(octets[..LineOctets], output[written..]);
        octets.CopyTo(_carry);
        _carried = octets.Length;
        return written;
    }

    /// <summary>The last line, the checksum and the END line.</summary>
    public byte[] End()
    {
        Span<byte> last = stackalloc byte[LineCharacters + 1];
        last = _carried > 0 ? last[..Line(_carry.AsSpan(0, _carried), last)] : [];
        Span<byte> sum = stackalloc byte[6];
        sum[0] = (byte)'=';
        sum[5] = (byte)'\n';
        Base64.EncodeToUtf8([(byte)(_crc >> 16), (byte)(_crc >> 8), (byte)_crc], sum[1..5], out _, out _);
        return [.. last, .. checksum ? sum : default, .. "-----END "u8, .. kind.Label(), .. "-----\n"u8];
    }

    /// <summary>Zeroes what isn't written yet, or was last: it may be of a secret key.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_carry);
        _carried = 0;
    }

    private static int Line(ReadOnlySpan<byte> octets, Span<byte> output)
    {
        Base64.EncodeToUtf8(octets, output, out _, out var written);
        output[written] = (byte)'\n';
        return written + 1;
    }
}
