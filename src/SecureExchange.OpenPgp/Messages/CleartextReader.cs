using System.Text;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Reads a text that is signed in the clear (RFC 9580 §7) and makes a message of it: its signatures, then a literal with
/// exactly the text that they cover. Everything that another reader could show as signed and that isn't is
/// refused.</summary>
/// <remarks>Refused: anything before or after; headers other than well-formed <c>Hash:</c>, which has no meaning (§6.2.2.3); white
/// space in the empty line's place; a line that starts with a dash and isn't escaped; a signature block with anything
/// else in it.</remarks>
internal sealed class CleartextReader : IDisposable
{
    private static readonly byte[] s_begin = "-----BEGIN PGP SIGNED MESSAGE-----"u8.ToArray();
    private static readonly byte[] s_signature = "-----BEGIN PGP SIGNATURE-----"u8.ToArray();

    private static readonly byte[] s_lf = [(byte)'\n'];
    private static readonly byte[] s_crLf = [(byte)'\r', (byte)'\n'];
    private static readonly string[] s_hashes =
        ["MD5", "SHA1", "RIPEMD160", "SHA256", "SHA384", "SHA512", "SHA224", "SHA3-256", "SHA3-512"];

    private readonly PgpLimits _limits;
    private readonly OctetWriter _text = new();
    private readonly OctetWriter _message = new();

    private CleartextReader(PgpLimits limits) => _limits = limits;

    /// <summary>Signature packets, then a literal.</summary>
    public ReadOnlyMemory<byte> Message => _message.WrittenMemory;

    /// <summary>What ends the text's last line. It isn't covered: LF, CR LF, or nothing where there is no text.</summary>
    public ReadOnlyMemory<byte> LastLineEnd { get; private set; }

    /// <exception cref="PgpException">It isn't such a text.</exception>
    public static async ValueTask<CleartextReader> ReadAsync(OctetReader input, PgpLimits limits, CancellationToken ct)
    {
        var reader = new CleartextReader(limits);
        using var whole = new OctetWriter();
        try
        {
            var room = (long)limits.MaxCleartext + limits.MaxPacket;
            ReadOnlyMemory<byte> ahead;
            while (!(ahead = await input.PeekAsync(1, ct)).IsEmpty)
            {
                if (whole.Length + ahead.Length > room)
                    Throw.Limit($"a text that is signed in the clear exceeds {limits.MaxCleartext} octets (MaxCleartext)");
                whole.Octets(ahead.Span);
                input.Skip(ahead.Length);
            }

            reader.Parse(whole.Written);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _text.Dispose();
        _message.Dispose();
    }

    private void Parse(ReadOnlySpan<byte> rest)
    {
        for (var blank = 0; ;)
        {
            var line = NextLine(ref rest, out _).TrimEnd(" \t\r"u8);
            if (line.SequenceEqual(s_begin)) break;
            if (!line.IsEmpty || ++blank > _limits.MaxArmorHeaders)
                throw Throw.Error(PgpError.MalformedArmor, "text stands before the signed text; no signature covers it");
        }

        ReadHeaders(ref rest);
        ReadText(ref rest);
        using var signatures = ReadSignatures(rest);
        _message.Octets(signatures.Written);
        _message.Octet(0xC0 | (byte)PacketType.LiteralData);
        _message.PacketLength(LiteralHeader.Length + _text.Length);
        _message.Octets(LiteralHeader);
        _message.Octets(_text.Written);
        _text.Clear();
    }

    private static ReadOnlySpan<byte> LiteralHeader => [(byte)'b', 0, 0, 0, 0, 0];

    private void ReadHeaders(ref ReadOnlySpan<byte> rest)
    {
        for (var headers = 0; ;)
        {
            var line = NextLine(ref rest, out _);
            if (line.IsEmpty) return;
            if (++headers > _limits.MaxArmorHeaders)
                Throw.Limit($"more than {_limits.MaxArmorHeaders} header lines (MaxArmorHeaders)");
            if (!IsHashHeader(line))
                throw Throw.Error(
                    PgpError.MalformedArmor,
                    "a header of the signed text isn't a well-formed \"Hash:\", or the empty line after the headers is missing or not empty");
        }
    }

    /// <summary>Names that the RFC lists (§9.5), so that nobody can read a text out of it.</summary>
    private static bool IsHashHeader(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("Hash: "u8)) return false;
        foreach (var name in Encoding.ASCII.GetString(line[6..]).Replace(", ", ",", StringComparison.Ordinal).Split(','))
        {
            if (!s_hashes.Contains(name)) return false;
        }

        return true;
    }

    /// <summary>Takes dashes and white space at lines' ends off (§7.1, §7.2). What a signature covers ends before the last line's
    /// end.</summary>
    private void ReadText(ref ReadOnlySpan<byte> rest)
    {
        byte[] ending = [];
        while (true)
        {
            var line = NextLine(ref rest, out var newEnding);
            if (newEnding.Length == 0) throw Throw.Error(PgpError.Truncated, "the signed text ends before its signature");
            if (line.StartsWith("-"u8))
            {
                if (line.TrimEnd(" \t"u8).SequenceEqual(s_signature)) break;
                if (!line.StartsWith("- "u8))
                    throw Throw.Error(PgpError.MalformedArmor, "a line of the signed text starts with a dash that isn't escaped");
                line = line[2..];
            }

            line = line.TrimEnd(" \t\r"u8);
            if (_text.Length + line.Length > _limits.MaxCleartext)
                Throw.Limit($"a text that is signed in the clear exceeds {_limits.MaxCleartext} octets (MaxCleartext)");
            _text.Octets(ending);
            _text.Octets(line);
            ending = newEnding;
        }

        LastLineEnd = ending;
    }

    private OctetWriter ReadSignatures(ReadOnlySpan<byte> rest)
    {
        // The BEGIN line was read with the text, and stands before the rest again.
        byte[] armor = [.. s_signature, (byte)'\n', .. rest];
        var octets = ArmorDecoder.Binary(armor, ArmorKind.Signature, _limits);
        var output = new OctetWriter();
        foreach (var packet in SignatureList.Split(octets, _limits)) output.Packet(PacketType.Signature, packet.Span);
        return output;
    }

    /// <summary>A line without its end.</summary>
    /// <param name="rest">What follows it, after.</param>
    /// <param name="ending">LF or CR LF; empty at the end of the input.</param>
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest, out byte[] ending)
    {
        if (rest.IsEmpty) throw Throw.Error(PgpError.Truncated, "the signed text ends before its signature");
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        if (end >= 0 && line.EndsWith("\r"u8))
        {
            ending = s_crLf;
            return line[..^1];
        }

        ending = end < 0 ? [] : s_lf;
        return line;
    }
}
