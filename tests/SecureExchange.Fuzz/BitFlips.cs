using System.Diagnostics;
using System.IO.Compression;
using SecureExchange.Fuzz.Targets;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.Testing;

namespace SecureExchange.Fuzz;

/// <summary>Messages of a megabyte with one octet altered: none is taken for the message that it was, and of the encrypted data
/// there is one error only.</summary>
internal sealed class BitFlips(SeedFiles seeds, int plaintextSize)
{
    private readonly byte[] _plaintext = new Sequence(1).Bytes(plaintextSize);
    private readonly OpenOptions _options = new() { Keys = [seeds.Reader], Verifiers = seeds.Verifiers, Now = SeedFiles.Now };

    /// <summary>A message of each kind.</summary>
    public IEnumerable<(string Kind, byte[] Message)> Messages()
    {
        yield return ("version 1", Seal(signed: false, armor: false));
        yield return ("version 1, signed", Seal(signed: true, armor: false));
        yield return ("version 1, signed, armored", Seal(signed: true, armor: true));
        var literal = Packet(PacketType.LiteralData, [(byte)'b', 0, 0, 0, 0, 0, .. _plaintext]);
        yield return ("version 1, compressed", Encrypted(PacketType.IntegrityProtectedData, null, Compressed(literal)));
        yield return ("version 2, OCB", Encrypted(PacketType.IntegrityProtectedData, AeadAlgorithm.Ocb, literal));
        yield return ("version 2, GCM", Encrypted(PacketType.IntegrityProtectedData, AeadAlgorithm.Gcm, literal));
        yield return ("version 2, EAX", Encrypted(PacketType.IntegrityProtectedData, AeadAlgorithm.Eax, literal));
        yield return ("packet type 20, OCB", Encrypted(PacketType.LibrePgpAeadData, AeadAlgorithm.Ocb, literal));
    }

    /// <summary>Alters octets of a message, one at a time, spread over all of it and each by another difference.</summary>
    /// <returns>How often each error came.</returns>
    /// <exception cref="Violation">An altered message was verified, or its ciphertext gave another error than all the rest of
    /// it.</exception>
    public IReadOnlyDictionary<string, int> Alter(byte[] message, int changes, int seed)
    {
        if (Failure(message) is { } unaltered) throw new Violation("the message isn't read as it is", unaltered);
        var isCiphertext = Ciphertext(message);
        var draw = new Sequence(seed);
        var errors = new Dictionary<string, int>();
        for (var i = 0; i < changes; i++)
        {
            // The first and the last octets hold the most structure.
            var edge = i % Math.Min(400, message.Length);
            var at = (i * 10L / changes) switch { 0 => edge, 1 => message.Length - 1 - edge, _ => (int)((long)i * message.Length / changes) };
            var difference = (byte)(1 + draw.Below(255));
            message[at] ^= difference;
            var failure = Failure(message);
            message[at] ^= difference;

            // An armor's checksum and white space say nothing: there the message stays what it was.
            if (failure is null && message[0] >= 0x80) throw new Violation($"octet {at} was altered by {difference:X2} unseen");
            var error = failure is null ? "as it was" : $"{failure.Error}";
            if (isCiphertext[at]) error = failure is { Error: PgpError.DecryptionFailed, Offset: null } ? failure.Message : throw new Violation($"octet {at}", failure);
            errors[error] = errors.GetValueOrDefault(error) + 1;
        }

        return errors;
    }

    /// <summary>Alters messages of each kind, and prints what came of it.</summary>
    public static int Run(int changes, int seed)
    {
        using var seeds = new SeedFiles(null);
        var flips = new BitFlips(seeds, 1_000_000);
        foreach (var (kind, message) in flips.Messages())
        {
            var clock = Stopwatch.StartNew();
            var errors = flips.Alter(message, changes, seed);
            Console.WriteLine(
                $"{kind,-28} {message.Length,9} octets {changes,7} altered in {clock.Elapsed.TotalSeconds,6:F1} s: "
                + string.Join(", ", errors.OrderByDescending(error => error.Value).Select(error => $"{error.Value} {error.Key.Split(':')[0]}")));
        }

        return 0;
    }

    /// <summary>Which octets of a binary message are encrypted, and neither a length nor a field in clear.</summary>
    private static bool[] Ciphertext(byte[] message)
    {
        var marks = new bool[message.Length];
        if (message[0] < 0x80) return marks;
        var key = PacketHeader.Read(message, 0);
        var at = key.Size + (int)key.Length;
        var header = PacketHeader.Read(message.AsSpan(at), at);
        at += header.Size;
        var clear = message[at] switch { 2 => 4 + 32, 1 when header.Type == PacketType.LibrePgpAeadData => 4 + 15, _ => 1 };
        for (var (kind, left) = (header.Kind, header.Length); ; (kind, left) = Next(message, ref at))
        {
            marks.AsSpan(at + clear, (int)left - clear).Fill(true);
            (at, clear) = (at + (int)left, 0);
            if (kind == LengthKind.Definite) return marks;
        }
    }

    private static (LengthKind Kind, long Length) Next(byte[] message, ref int at)
    {
        var length = BodyLength.Read(message.AsSpan(at), at);
        at += length.Size;
        return (length.Kind, length.Length);
    }

    private PgpException? Failure(byte[] message)
    {
        try
        {
            var opening = Opening.Run(new PiecewiseStream(message, int.MaxValue), _options);
            if (!opening.Plaintext.AsSpan().SequenceEqual(_plaintext)) throw new Violation("another plaintext was verified");
            return null;
        }
        catch (PgpException e)
        {
            return e;
        }
    }

    private byte[] Seal(bool signed, bool armor)
    {
        using var output = new MemoryStream();
        var sealing = SealAsync(output, signed, armor);
        if (!sealing.IsCompletedSuccessfully) throw new InvalidOperationException("the message wasn't sealed at once");
        return output.ToArray();
    }

    private async Task SealAsync(Stream output, bool signed, bool armor)
    {
        await using var writer = PgpMessage.Seal(output, new SealOptions
        {
            Recipients = [seeds.Reader.Certificate],
            Signers = signed ? [seeds.Reader] : [],
            Now = SeedFiles.Now,
            Armor = armor,
        });
        await writer.WriteAsync(_plaintext, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
    }

    private byte[] Encrypted(PacketType type, AeadAlgorithm? mode, byte[] packets) =>
        new Container(seeds.Reader, type, mode, chunkSizeOctet: 10).Encrypt(packets);

    private static byte[] Compressed(byte[] packets)
    {
        using var body = new MemoryStream();
        body.WriteByte((byte)CompressionAlgorithm.Zlib);
        using (var zlib = new ZLibStream(body, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(packets);
        return Packet(PacketType.CompressedData, body.ToArray());
    }

    private static byte[] Packet(PacketType type, byte[] body)
    {
        using var output = new OctetWriter();
        output.Packet(type, body);
        return output.ToArray();
    }
}
