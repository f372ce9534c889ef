using System.Buffers;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>One-pass signatures, a literal, signatures (RFC 9580 §10.3); the literal in parts, as in encrypted
/// messages.</summary>
internal sealed class InlineSignedWriter : SignedWriter
{
    // Format "binary" for texts too: every reader gives the octets back as they are.
    private static readonly byte[] s_literalHeader = [(byte)'b', 0, 0, 0, 0, 0];

    private readonly MessageOutput _output;
    private readonly Utf8Check? _text;
    private readonly byte[] _part = ArrayPool<byte>.Shared.Rent(Parts.Room + Parts.Size);
    private int _fill = s_literalHeader.Length;
    private bool _begun;

    public InlineSignedWriter(Stream output, SignOptions options) : base(new MessageSigner(options, options.IsText))
    {
        _output = new MessageOutput(
            output, options.Armor ? new ArmorEncoder(ArmorKind.Message, Signer.WantsChecksum) : null);
        if (options.IsText) _text = new Utf8Check();
        s_literalHeader.CopyTo(_part, Parts.Room);
    }

    private protected override async ValueTask AppendAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        _text?.Append(data.Span);
        Signer.Append(data.Span);
        while (!data.IsEmpty)
        {
            var count = Math.Min(data.Length, Parts.Size - _fill);
            data.Span[..count].CopyInPieces(_part.AsSpan(Parts.Room + _fill));
            _fill += count;
            data = data[count..];
            if (_fill < Parts.Size) return;
            await BeginAsync(ct);
            _part[Parts.Room - 1] = Parts.Partial;
            await _output.WriteAsync(_part.AsMemory(Parts.Room - 1, 1 + Parts.Size), ct);
            _fill = 0;
        }
    }

    private protected override async ValueTask FinishAsync(CancellationToken ct)
    {
        _text?.End();
        await BeginAsync(ct);
        var start = Parts.WriteFinal(_part, _fill);
        await _output.WriteAsync(_part.AsMemory(start, Parts.Room + _fill - start), ct);
        using var signatures = new OctetWriter();
        Signer.Sign(signatures);
        await _output.WriteAsync(signatures.WrittenMemory, ct);
        await _output.CompleteAsync(ct);
    }

    private protected override void Release()
    {
        _output.Dispose();
        CryptographicOperations.ZeroMemory(_part);
        ArrayPool<byte>.Shared.Return(_part);
    }

    private async ValueTask BeginAsync(CancellationToken ct)
    {
        if (_begun) return;
        _begun = true;
        using var packets = new OctetWriter();
        Signer.Announce(packets);
        packets.Octet(0xC0 | (byte)PacketType.LiteralData);
        await _output.WriteAsync(packets.WrittenMemory, ct);
    }
}
