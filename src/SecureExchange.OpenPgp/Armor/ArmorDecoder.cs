using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace SecureExchange.OpenPgp.Armor;

/// <summary>Takes ASCII armor off (RFC 9580 §6), line by line, from input that comes in pieces: one block, nothing
/// but white
/// space around it, its checksum ignored.</summary>
internal sealed class ArmorDecoder(ArmorKind expected, PgpLimits limits)
{
    private const int LongestLine = 8192; // Whatever the limits say: lines are looked at whole.

    /// <summary>The same words as for a binary one.</summary>
    internal const string SecretKeyInstead =
        "this is a secret key, not a certificate: it must not leave its owner. Replace the key, and send its public part"
        + " (gpg --export)";

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\v\f"u8;

    private readonly int _maxLine = Math.Min(limits.MaxArmorLine, LongestLine);

    // Up to three characters of a group that goes on in the next line.
    private readonly byte[] _carry = new byte[4];
    private int _carried;
    private int _headers;
    private bool _padded;
    private Step _step = Step.Begin;

    private enum Step
    {
        Begin,
        Headers,
        Body,
        Checksum,
        End,
    }

    /// <summary>Whether to leave alone what follows the END line: keyrings come as one block after the other.</summary>
    public bool StopsAtEnd { get; init; }

    /// <summary>Whether the END line was read.</summary>
    public bool IsComplete => _step == Step.End;

    /// <summary>What is at hand in memory, without its armor if it has one. The first bit tells: every packet has it
    /// set, no
    /// ASCII text does.</summary>
    public static Memory<byte> Binary(ReadOnlyMemory<byte> armoredOrBinary, ArmorKind expected, PgpLimits limits)
    {
        if (armoredOrBinary.Length > limits.MaxCertificate)
            Throw.Limit($"{armoredOrBinary.Length} octets exceed {limits.MaxCertificate} (MaxCertificate)");
        var input = armoredOrBinary.Span;
        if (input.IsEmpty) throw Throw.Error(PgpError.Truncated, "there is no data at all");
        if ((input[0] & 0x80) != 0) return Copy(input, expected); // The caller's memory stays the caller's.
        var decoder = new ArmorDecoder(expected, limits);
        var output = Room(Base64.GetMaxDecodedFromUtf8Length(input.Length) + 3, expected);
        try
        {
            decoder.Decode(input, isFinal: true, output, out _, out var written);
            return output.AsMemory(0, written);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(output); // A secret key, up to where its armor breaks.
            throw;
        }
        finally
        {
            decoder.Clear();
        }
    }

    /// <summary>Memory for decoded octets: those of secret keys stay in one place, so that they can be zeroed.</summary>
    public static byte[] Room(int size, ArmorKind kind) => GC.AllocateArray<byte>(size, pinned: kind == ArmorKind.PrivateKey);

    /// <summary>A copy that is zeroed by whoever zeroes what <see cref="Binary"/> gives.</summary>
    public static byte[] Copy(ReadOnlySpan<byte> octets, ArmorKind kind)
    {
        var copy = Room(octets.Length, kind);
        octets.CopyTo(copy);
        return copy;
    }

    /// <summary>Zeroes what was read last.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(_carry);

    /// <summary>Decodes as many whole lines as there are, and as there is room for.</summary>
    /// <param name="input">What follows what was consumed before.</param>
    /// <param name="isFinal">Whether it is all that will come.</param>
    /// <param name="output">Room for the octets of at least one line.</param>
    /// <param name="consumed">Octets of input that are done with; 0 when a whole line isn't at hand.</param>
    /// <param name="written">Octets of output.</param>
    public void Decode(ReadOnlySpan<byte> input, bool isFinal, Span<byte> output, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        while (consumed < input.Length && !(StopsAtEnd && IsComplete))
        {
            var rest = input[consumed..];
            var end = rest.IndexOf((byte)'\n');
            if (end > _maxLine || (end < 0 && rest.Length > _maxLine))
                Throw.Limit($"a line of ASCII armor exceeds {_maxLine} octets (MaxArmorLine)");
            if (end < 0 && !isFinal) return;
            var line = (end < 0 ? rest : rest[..end]).TrimEnd(" \t\r"u8);
            if (_step == Step.Body && output.Length - written < Base64.GetMaxDecodedFromUtf8Length(line.Length + 4))
                return;
            consumed += end < 0 ? rest.Length : end + 1;
            written += Take(line, output[written..]);
        }

        if (isFinal && _step != Step.End)
            throw Throw.Error(PgpError.Truncated, "the ASCII armor ends before its END line");
    }

    private int Take(ReadOnlySpan<byte> line, Span<byte> output)
    {
        switch (_step)
        {
            case Step.Begin:
                if (line.IsEmpty) CountHeader();
                else Begin(line);
                return 0;
            case Step.Headers:
                if (line.IsEmpty) _step = Step.Body;
                else Header(line);
                return 0;
            case Step.Body:
                return Body(line, output);
            case Step.Checksum:
                End(line);
                return 0;
            default:
                if (!line.IsEmpty)
                    throw Throw.Error(
                        PgpError.TrailingData, "text follows the ASCII armor; send one block and nothing else");
                return 0;
        }
    }

    private void Begin(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("-----BEGIN "u8) || !line.EndsWith("-----"u8))
            throw Throw.Error(
                PgpError.MalformedArmor,
                "neither OpenPGP packets nor the BEGIN line of ASCII armor; send one block and nothing before it");
        var label = line[11..^5];
        if (!label.SequenceEqual(expected.Label()))
        {
            throw expected == ArmorKind.PublicKey && label.SequenceEqual(ArmorKind.PrivateKey.Label())
                ? Throw.Error(
                    PgpError.SecretKeyMaterial,
                    SecretKeyInstead)
                : Throw.Error(PgpError.UnexpectedKind, $"the ASCII armor doesn't hold a {expected.Name()}");
        }

        _step = Step.Headers;
    }

    private void Header(ReadOnlySpan<byte> line)
    {
        CountHeader();
        if (line.IndexOf(": "u8) <= 0 && line[^1] != ':')
            throw Throw.Error(
                PgpError.MalformedArmor,
                "a header line of the ASCII armor isn't \"Key: value\", or the empty line after the headers is missing");
    }

    private void CountHeader()
    {
        if (++_headers > limits.MaxArmorHeaders)
            Throw.Limit($"more than {limits.MaxArmorHeaders} header lines of ASCII armor (MaxArmorHeaders)");
    }

    private int Body(ReadOnlySpan<byte> line, Span<byte> output)
    {
        if (line.IsEmpty) return 0;
        if (line[0] == '-')
        {
            End(line);
            return 0;
        }

        if (line.TrimStart(WhiteSpace).StartsWith("="u8) && _carried == 0) // Whatever stands behind: nobody is to be refused for it (§6.1).
        {
            _step = Step.Checksum;
            return 0;
        }

        if (!line.ContainsAny(WhiteSpace)) return Base64Line(line, output);
        Span<byte> dense = stackalloc byte[line.Length];
        var written = Base64Line(dense[..CopyDense(line, dense)], output);
        CryptographicOperations.ZeroMemory(dense); // It may be of a secret key.
        return written;
    }

    private int Base64Line(ReadOnlySpan<byte> line, Span<byte> output)
    {
        if (line.IsEmpty) return 0;
        if (_padded && _carried == 0) throw Throw.Error(PgpError.MalformedArmor, "base64 goes on after its padding");
        _padded = line[^1] == '=';
        var written = 0;
        while (_carried > 0 && !line.IsEmpty)
        {
            _carry[_carried++] = line[0];
            line = line[1..];
            if (_carried < 4) continue;
            written = Base64Group(_carry, output);
            _carried = 0;
        }

        var whole = line.Length & ~3;
        written += Base64Group(line[..whole], output[written..]);
        line[whole..].CopyTo(_carry.AsSpan(_carried));
        _carried += line.Length - whole;
        return written;
    }

    /// <summary>Copies a line without the white space in it, which means nothing in base64 (§6).</summary>
    /// <returns>Octets copied.</returns>
    private static int CopyDense(ReadOnlySpan<byte> line, Span<byte> output)
    {
        var length = 0;
        foreach (var character in line)
        {
            if (!WhiteSpace.Contains(character)) output[length++] = character;
        }

        return length;
    }

    private static int Base64Group(ReadOnlySpan<byte> groups, Span<byte> output)
    {
        if (Base64.DecodeFromUtf8(groups, output, out _, out var written) != OperationStatus.Done)
            throw Throw.Error(PgpError.MalformedArmor, "characters in the ASCII armor aren't base64");
        return written;
    }

    private void End(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) return;
        if (!line.StartsWith("-----END "u8) || !line.EndsWith("-----"u8) || !line[9..^5].SequenceEqual(expected.Label()))
            throw Throw.Error(
                PgpError.MalformedArmor, $"the END line of the ASCII armor isn't that of a {expected.Name()}");
        if (_carried > 0)
            throw Throw.Error(PgpError.MalformedArmor, "the base64 in the ASCII armor ends inside a group");
        _step = Step.End;
    }
}
