using System.Runtime.CompilerServices;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>What an encrypted message holds, or a signed one is: reads up to its literal, through it, and to the end.</summary>
internal sealed class MessageContents : IAsyncDisposable
{
    private const int MaxLiteralHeader = 255 + 4; // Name and date.

    private readonly PgpLimits _limits;
    private readonly MessageGrammar _grammar;
    private readonly Stack<(OctetReader Reader, CompressedSource? Source)> _levels = new();
    private readonly Stack<PendingSignature> _announced = new();
    private readonly List<PendingSignature> _signatures = [];
    private PacketBody? _literal;

    public MessageContents(OctetReader packets, PgpLimits limits)
    {
        _limits = limits;
        _grammar = new MessageGrammar(limits);
        _levels.Push((packets, null));
    }

    /// <summary>Octets of plaintext so far.</summary>
    public long PlaintextLength { get; private set; }

    /// <summary>In the order in which they came to their end: innermost first.</summary>
    public IReadOnlyList<PendingSignature> Signatures => _signatures;

    /// <summary>The bodies of all signature packets, in the order in which they came, read or not.</summary>
    public List<byte[]> SignatureBodies { get; } = [];

    private OctetReader Input => _levels.Peek().Reader;

    /// <summary>Reads what stands before the plaintext.</summary>
    public async ValueTask StartAsync(CancellationToken ct)
    {
        while (_literal is null)
        {
            if (await PacketStream.NextHeaderAsync(Input, ct) is not { } header)
            {
                _grammar.End(); // Throws: there was no literal.
                return;
            }

            await TakeAsync(header, ct);
        }
    }

    /// <summary>Reads plaintext.</summary>
    /// <returns>Octets read; 0 at the end of the literal.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var read = await _literal!.ReadAsync(buffer, ct);
        PlaintextLength += read;
        if (PlaintextLength > _limits.MaxPlaintext)
            Throw.Limit($"the plaintext exceeds {_limits.MaxPlaintext} octets (MaxPlaintext)");
        foreach (var signature in _announced) signature.Append(buffer.Span[..read]);
        foreach (var signature in _signatures) signature.Append(buffer.Span[..read]);
        return read;
    }

    /// <summary>Reads what stands after the plaintext: the signatures, and nothing else.</summary>
    public async ValueTask FinishAsync(CancellationToken ct)
    {
        while (true)
        {
            if (await PacketStream.NextHeaderAsync(Input, ct) is { } header)
            {
                await TakeAsync(header, ct);
                continue;
            }

            _grammar.End();
            if (_levels.Count == 1) return;
            await LeaveAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_levels.Count > 1) await LeaveAsync();
        foreach (var signature in _announced) signature.Dispose();
        foreach (var signature in _signatures) signature.Dispose();
    }

    private async ValueTask TakeAsync(PacketHeader header, CancellationToken ct)
    {
        var body = new PacketBody(Input, header);
        switch (header.Type)
        {
            case PacketType.OnePassSignature:
                var announcement = OnePassSignaturePacket.TryRead(await body.ReadAllAsync(_limits.MaxPacket, ct));
                _grammar.OnePassSignature(announcement.IsLast);
                _announced.Push(PendingSignature.Announced(announcement));
                break;
            case PacketType.Signature:
                TakeSignature(await body.ReadAllAsync(_limits.MaxPacket, ct));
                break;
            case PacketType.CompressedData:
                _grammar.Compressed();
                var algorithm = new byte[1];
                if (await body.FillAsync(algorithm, ct) == 0) Throw.Malformed("an empty compressed data packet");
                var source = new CompressedSource(body, (CompressionAlgorithm)algorithm[0], _limits);
                _levels.Push((new OctetReader(source), source));
                break;
            case PacketType.LiteralData:
                // GnuPG leaves the length of compressed data open; that of a literal nobody needs to.
                if (header.Kind == LengthKind.Indeterminate) Throw.Malformed("a literal of indeterminate length");
                _grammar.Literal();
                await ReadLiteralHeaderAsync(body, ct);
                _literal = body;
                break;
            default:
                if (!header.Type.IsIgnored()) Throw.Malformed($"packet type {(byte)header.Type} inside a message");
                await body.IgnoreAsync(ct);
                break;
        }
    }

    private void TakeSignature(byte[] body)
    {
        SignatureBodies.Add(body);
        if (!_grammar.Signature())
        {
            _signatures.Add(PendingSignature.OfBody(body));
            return;
        }

        var signature = _announced.Pop();
        signature.Complete(SignaturePacket.TryRead(body));
        _signatures.Add(signature);
    }

    /// <summary>Format, name and date (§5.9). No signature covers them and names are for attacks (SigSpoof, path
    /// traversal), so
    /// nothing of them leaves this method.</summary>
    private static async ValueTask ReadLiteralHeaderAsync(PacketBody body, CancellationToken ct)
    {
        var fields = new byte[MaxLiteralHeader];
        if (await body.FillAsync(fields.AsMemory(0, 2), ct) < 2) Throw.Malformed("a literal without a header");
        if (!"btul1m"u8.Contains(fields[0])) Throw.Malformed("a literal of an unknown format");
        var rest = fields[1] + 4;
        if (await body.FillAsync(fields.AsMemory(0, rest), ct) < rest)
            Throw.Malformed("a literal that ends inside its header");
    }

    private async ValueTask LeaveAsync()
    {
        var (reader, source) = _levels.Pop();
        reader.Dispose();
        if (source is not null) await source.DisposeAsync();
    }
}
