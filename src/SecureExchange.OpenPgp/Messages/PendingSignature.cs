using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>A signature of a message whose plaintext is passing.</summary>
internal sealed class PendingSignature : IDisposable
{
    private readonly IncrementalHash? _hash;
    private readonly SignatureType? _type;
    private OnePassSignaturePacket? _announced;
    private byte _previous;

    private PendingSignature(SignatureType? type, DigestAlgorithm digest, ReadOnlyMemory<byte> salt)
    {
        _type = type;
        if (type is not (SignatureType.Binary or SignatureType.Text) || !digest.IsSupported()) return;
        _hash = digest.Start();
        _hash.AppendData(salt.Span);
    }

    /// <summary>Null until it came, and where this engine can't read it.</summary>
    public SignaturePacket? Packet { get; private set; }

    /// <summary>What the one-pass signature says; 0 for nothing.</summary>
    public ulong KeyId { get; private init; }

    public static PendingSignature Announced(OnePassSignaturePacket announcement) =>
        new(announcement.Type, announcement.Digest, announcement.Salt) { KeyId = announcement.KeyId, _announced = announcement };

    /// <param name="packet">A signature that stands before its data; null for one that this engine can't read.</param>
    public static PendingSignature Prefixed(SignaturePacket? packet) =>
        new(packet?.Type, packet?.Digest ?? 0, packet?.Salt ?? default) { Packet = packet, KeyId = packet?.IssuerKeyId ?? 0 };

    public void Append(ReadOnlySpan<byte> plaintext)
    {
        if (_type == SignatureType.Text) AppendText(plaintext);
        else _hash?.AppendData(plaintext);
    }

    /// <summary>The signature that was announced came.</summary>
    public void Complete(SignaturePacket? packet)
    {
        // An announcement for another signature than the one that came is as good as none.
        Packet = packet is not null && _announced!.Announces(packet) ? packet : null;
    }

    /// <summary>The digest of plaintext and signature; empty where there is none.</summary>
    public ReadOnlySpan<byte> Digest(Span<byte> buffer)
    {
        if (_hash is null || Packet is null) return default;
        using var trailer = new OctetWriter();
        SignaturePacket.WriteTrailer(Packet.HashedPart.Span, trailer);
        _hash.AppendData(trailer.Written);
        return buffer[.._hash.GetHashAndReset(buffer)];
    }

    public void Dispose() => _hash?.Dispose();

    /// <summary>Text is signed with CR LF at the end of each line, whichever way it is sent (RFC 9580
    /// §5.2.1.2).</summary>
    private void AppendText(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var hasReturn = (end > 0 ? text[end - 1] : _previous) == '\r';
            _hash?.AppendData(text[..end]);
            _hash?.AppendData(hasReturn ? "\n"u8 : "\r\n"u8);
            _previous = (byte)'\n';
            text = text[(end + 1)..];
        }

        if (text.IsEmpty) return;
        _hash?.AppendData(text);
        _previous = text[^1];
    }
}
