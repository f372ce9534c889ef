using System.IO.Compression;
using SecureExchange.Fuzz.Targets;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.Testing;

namespace SecureExchange.Fuzz;

/// <summary>An encrypted message of each kind.</summary>
internal sealed class FlippableMessages(SeedFiles seeds, int plaintextSize)
{
    private const byte ChunkSizeOctet = 10;

    private readonly byte[] _plaintext = new Sequence(1).Bytes(plaintextSize);
    private readonly OpenOptions _options = new()
    {
        Keys = [seeds.Reader],
        Passphrases = [SeedFiles.Passphrase.ToArray()],
        Verifiers = seeds.Verifiers,
        Now = SeedFiles.Now,
    };

    public IEnumerable<Flippable> All()
    {
        yield return Message("version 1", Seal(signed: false, armor: false));
        yield return Message("version 1, signed", Seal(signed: true, armor: false));
        var armored = Seal(signed: true, armor: true);
        yield return new Flippable("version 1, signed, armored", armored, Failure) { MeansNothing = _ => true };
        var literal = Packet(PacketType.LiteralData, [(byte)'b', 0, 0, 0, 0, 0, .. _plaintext]);
        yield return Message("version 1, compressed", Encrypted(PacketType.IntegrityProtectedData, null, Compressed(literal)));
        yield return Message("version 2, OCB", Encrypted(PacketType.IntegrityProtectedData, AeadAlgorithm.Ocb, literal));
        yield return Message("version 2, GCM", Encrypted(PacketType.IntegrityProtectedData, AeadAlgorithm.Gcm, literal));
        yield return Message("version 2, EAX", Encrypted(PacketType.IntegrityProtectedData, AeadAlgorithm.Eax, literal));
        yield return Message("packet type 20, OCB", Encrypted(PacketType.LibrePgpAeadData, AeadAlgorithm.Ocb, literal));

        var (key, stretched) = (Container.SessionKey, PassphrasePacket.Stretched());
        const PacketType Protected = PacketType.IntegrityProtectedData;
        yield return Passphrase("passphrase, version 1", key, PassphrasePacket.Version4(key), Protected, null, literal);
        yield return Passphrase("passphrase as session key, version 1", stretched, PassphrasePacket.Bare(), Protected, null, literal);
        yield return Passphrase("passphrase, version 2", key, PassphrasePacket.Version6(key), Protected, AeadAlgorithm.Ocb, literal);
        yield return Passphrase("passphrase, packet type 20", key, PassphrasePacket.Version5(key), PacketType.LibrePgpAeadData, AeadAlgorithm.Ocb, literal);
    }

    private Flippable Message(string kind, byte[] message) => new(kind, message, Failure) { Ciphertext = Ciphertext(message) };

    private Flippable Passphrase(string kind, byte[] sessionKey, byte[] start, PacketType type, AeadAlgorithm? mode, byte[] packets) =>
        Message(kind, new Container(sessionKey, start, type, mode, ChunkSizeOctet).Encrypt(packets));

    /// <summary>Which octets of a binary message are encrypted, and neither a length nor a field in clear.</summary>
    private static bool[] Ciphertext(byte[] message)
    {
        var marks = new bool[message.Length];
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

    private string? Failure(byte[] message)
    {
        try
        {
            var opening = Opening.Run(new PiecewiseStream(message, int.MaxValue), _options);
            if (!opening.Plaintext.AsSpan().SequenceEqual(_plaintext)) throw new Violation("another plaintext was verified");
            return null;
        }
        catch (PgpException e) when (e.Error == PgpError.DecryptionFailed)
        {
            return e.Offset is null ? e.Message : $"{e.Message} at {e.Offset}";
        }
        catch (PgpException e)
        {
            return $"{e.Error}";
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
        new Container(seeds.Reader, type, mode, ChunkSizeOctet).Encrypt(packets);

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
