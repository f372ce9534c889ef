using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>A signature of a message whose plaintext is passing.</summary>
internal sealed class PendingSignature : IDisposable
{
    private readonly IncrementalHash? _hash;
    private readonly CanonicalText? _text;
    private readonly SignatureType? _type;
    private OnePassSignaturePacket? _announced;

    private PendingSignature(SignatureType? type, DigestAlgorithm digest, ReadOnlyMemory<byte> salt)
    {
        _type = type;
        if (type == SignatureType.Text) _text = new CanonicalText();
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

    /// <param name="body">The body, of any version, of a signature packet that stands before its data or apart from them.</param>
    public static PendingSignature OfBody(ReadOnlyMemory<byte> body) => SignaturePacket.TryRead(body) is { } packet
        ? new(packet.Type, packet.Digest, packet.Salt) { Packet = packet, KeyId = packet.IssuerKeyId }
        : new(null, 0, default) { KeyId = SignatureList.KeyIdOf(body.Span) };

    public void Append(ReadOnlySpan<byte> plaintext)
    {
        if (_hash is null) return;
        if (_text is null) _hash.AppendData(plaintext);
        else _text.Pass(plaintext, _hash.AppendData);
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
}
