using System.Runtime.CompilerServices;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>The body of one packet, whichever way its length is given (RFC 9580 §4.2.1).</summary>
internal sealed class PacketBody : OctetSource
{
    private const int MinFirstPartial = 512; // §4.2.1.4

    private readonly OctetReader _input;
    private LengthKind _kind;
    private long _left;

    public PacketBody(OctetReader input, PacketHeader header)
    {
        _input = input;
        _kind = header.Kind;
        _left = header.Kind == LengthKind.Indeterminate ? long.MaxValue : header.Length;
        if (_kind == LengthKind.Partial && _left < MinFirstPartial)
            Throw.Malformed($"the first part of a packet is shorter than {MinFirstPartial} octets", input.Position);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (_left == 0)
        {
            if (_kind == LengthKind.Definite) return 0;
            var ahead = await _input.PeekAsync(BodyLength.MaxSize, ct);
            var length = BodyLength.Read(ahead.Span, _input.Position);
            _input.Skip(length.Size);
            (_kind, _left) = (length.Kind, length.Length);
        }

        var read = await _input.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], ct);
        if (read == 0)
        {
            if (_kind != LengthKind.Indeterminate)
                throw Throw.Error(PgpError.Truncated, "the data ends inside a packet", _input.Position);
            (_kind, _left) = (LengthKind.Definite, 0);
        }

        if (_kind != LengthKind.Indeterminate) _left -= read;
        return read;
    }

    /// <summary>Fills a buffer.</summary>
    /// <returns>Octets read; fewer than asked for only at the end.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await ReadAsync(buffer[filled..], ct);
            if (read == 0) break;
            filled += read;
        }

        return filled;
    }

    /// <summary>Reads the rest of a small packet into memory.</summary>
    public async ValueTask<byte[]> ReadAllAsync(int limit, CancellationToken ct)
    {
        if (_kind != LengthKind.Definite)
            Throw.Malformed("only message data may be of partial length", _input.Position);
        if (_left > limit) Throw.Limit($"a packet of {_left} octets exceeds {limit} (MaxPacket)", _input.Position);
        var body = new byte[_left];
        await FillAsync(body, ct);
        return body;
    }

    /// <summary>Passes over a packet that means nothing. Only message data may be of partial length (§4.2.1.4).</summary>
    public ValueTask IgnoreAsync(CancellationToken ct)
    {
        if (_kind != LengthKind.Definite) Throw.Malformed("only message data may be of partial length", _input.Position);
        return SkipAsync(ct);
    }

    /// <summary>Reads the rest and forgets it.</summary>
    public async ValueTask SkipAsync(CancellationToken ct)
    {
        var forgotten = new byte[4096];
        while (await ReadAsync(forgotten, ct) > 0) { }
    }
}
