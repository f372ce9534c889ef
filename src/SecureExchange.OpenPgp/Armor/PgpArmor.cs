using System.Buffers;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Armor;

/// <summary>Puts ASCII armor on and takes it off (RFC 9580 §6), whatever is inside. Nothing of that is checked but how it
/// starts.</summary>
public static class PgpArmor
{
    private const int PieceSize = 48 * 1024; // Whole lines.

    /// <summary>Copies OpenPGP data in ASCII armor. What is armored already comes out as it is.</summary>
    /// <param name="input">Packets, or armor. Stays open.</param>
    /// <param name="output">Stays open, and isn't flushed.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What is inside: signatures where nothing but signatures is seen in the first 16 KiB.</returns>
    /// <exception cref="PgpException">It isn't OpenPGP data.</exception>
    public static async Task<ArmorKind> EncodeAsync(Stream input, Stream output, CancellationToken ct)
    {
        using var reader = new OctetReader(new StreamSource(input));
        var head = await reader.PeekAsync(OctetSource.MinRequest, ct);
        if (!ArmorHead.IsBinary(head.Span) && ArmorHead.Kind(head.Span) is { } armored)
        {
            await CopyAsync(reader, new MessageOutput(output, encoder: null), ct);
            return armored;
        }

        var (kind, isVersion6) = Detect(head.Span);
        await CopyAsync(reader, new MessageOutput(output, new ArmorEncoder(kind, checksum: !isVersion6)), ct);
        return kind;
    }

    /// <summary>Copies OpenPGP data without ASCII armor. What has none comes out as it is.</summary>
    /// <param name="input">Armor, or packets. Stays open.</param>
    /// <param name="output">Stays open, and isn't flushed.</param>
    /// <param name="limits">How much the armor may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What is inside, as the armor says or as the packets tell.</returns>
    /// <exception cref="PgpException">It isn't OpenPGP data, or its armor is broken: then <paramref name="output"/> holds part of
    /// it. A text that is signed in the clear isn't armor.</exception>
    public static async Task<ArmorKind> DecodeAsync(Stream input, Stream output, PgpLimits? limits, CancellationToken ct)
    {
        using var reader = new OctetReader(new StreamSource(input));
        var head = await reader.PeekAsync(OctetSource.MinRequest, ct);
        var plain = new MessageOutput(output, encoder: null);
        if (ArmorHead.IsBinary(head.Span))
        {
            var (kind, _) = Detect(head.Span);
            await CopyAsync(reader, plain, ct);
            return kind;
        }

        if (ArmorHead.IsCleartext(head.Span))
            throw Throw.Error(PgpError.UnexpectedKind, "a text that is signed in the clear isn't ASCII armor; detach its signatures");
        if (ArmorHead.Kind(head.Span) is not { } armored)
            throw Throw.Error(PgpError.MalformedArmor, "neither OpenPGP packets nor the BEGIN line of ASCII armor that is known");
        using var decoded = new OctetReader(new ArmorSource(reader, limits ?? PgpLimits.Default, armored));
        await CopyAsync(decoded, plain, ct);
        return armored;
    }

    private static async Task CopyAsync(OctetReader from, MessageOutput to, CancellationToken ct)
    {
        using var output = to;
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            int read;
            while ((read = await from.ReadAsync(piece.AsMemory(0, PieceSize), ct)) > 0) await output.WriteAsync(piece.AsMemory(0, read), ct);
            await output.CompleteAsync(ct);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece); // It may be a secret key.
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>What packets are, by their types, and whether the first is of version 6, or of the encrypted data that go with it.</summary>
    private static (ArmorKind Kind, bool IsVersion6) Detect(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) throw Throw.Error(PgpError.Truncated, "there is no data at all");
        ArmorKind? kind = null;
        var isVersion6 = false;
        for (var at = 0L; at < head.Length;)
        {
            var header = PacketHeader.Read(head[(int)at..Math.Min((int)at + PacketHeader.MaxSize, head.Length)], at);
            var body = at + header.Size;
            if (kind is null && body < head.Length && !header.Type.IsIgnored())
                isVersion6 = header.Type == PacketType.IntegrityProtectedData ? head[(int)body] == 2 : head[(int)body] == 6 && header.Type <= PacketType.PublicKey;
            kind = header.Type switch
            {
                _ when header.Type.IsIgnored() => kind,
                PacketType.Signature => ArmorKind.Signature,
                PacketType.PublicKey => ArmorKind.PublicKey,
                PacketType.SecretKey => ArmorKind.PrivateKey,
                PacketType.PublicKeyEncryptedSessionKey or PacketType.SymmetricKeyEncryptedSessionKey or PacketType.OnePassSignature
                    or PacketType.CompressedData or PacketType.SymmetricallyEncryptedData or PacketType.LiteralData
                    or PacketType.IntegrityProtectedData or PacketType.LibrePgpAeadData => ArmorKind.Message,
                _ => throw Throw.Error(
                    PgpError.UnexpectedKind, $"packet type {(byte)header.Type} starts no OpenPGP data", at),
            };
            if (kind is not (null or ArmorKind.Signature) || header.Kind != LengthKind.Definite) break;
            at = body + header.Length;
        }

        return (kind ?? throw Throw.Error(PgpError.Malformed, "nothing but markers and padding"), isVersion6);
    }
}
