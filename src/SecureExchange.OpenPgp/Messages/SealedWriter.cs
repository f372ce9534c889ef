using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Takes plaintext in pieces of any size, writes one sealed message: signed if there are signers, then
/// encrypted and
/// integrity protected (version 1), not compressed. <c>docs/formats/openpgp.md</c> describes its octets.</summary>
/// <remarks>Only <see cref="CompleteAsync"/> ends the message. Disposed of before that, what was written is a truncated
/// message, which no reader accepts. Not for several threads at once.</remarks>
public sealed class SealedWriter : IAsyncDisposable
{
    // Format "binary", no name, no date (RFC 9580 §5.9): no signature covers them, so nobody should believe them.
    private static readonly byte[] s_literalHeader = [(byte)'b', 0, 0, 0, 0, 0];
    private static readonly byte[] s_partial = [Parts.Partial];

    private readonly byte[] _sessionKeys;
    private readonly MessageSigner _signer;
    private readonly MessageOutput _output;
    private readonly IntegrityProtectedDataV1Writer _encrypted;
    private readonly byte[] _part = ArrayPool<byte>.Shared.Rent(Parts.Room + Parts.Size);
    private int _fill;
    private int _unsigned = s_literalHeader.Length; // Octets at the part's start that no signature covers.
    private State _state = State.New;

    private SealedWriter(Stream output, byte[] sessionKeys, SessionKey sessionKey, MessageSigner signer, bool armor)
    {
        _sessionKeys = sessionKeys;
        _signer = signer;
        _output = new MessageOutput(output, armor);
        _encrypted = new IntegrityProtectedDataV1Writer(_output, sessionKey);
        s_literalHeader.CopyTo(_part, Parts.Room);
        _fill = s_literalHeader.Length;
    }

    private enum State
    {
        New,
        Open,
        Writing,
        Complete,
        Disposed,
    }

    /// <summary>Takes the next octets of plaintext. What it was given is free again when it returns.</summary>
    /// <param name="plaintext">Any length; pieces of 64 KiB and more cost least.</param>
    /// <param name="ct">Gives up: the message can't be completed then.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> plaintext, CancellationToken ct)
    {
        if (plaintext.Length < Parts.Size - _fill && _state == State.Open)
        {
            Collect(plaintext.Span);
            return;
        }

        await BeginAsync(ct);
        while (!plaintext.IsEmpty)
        {
            if (_fill == 0 && plaintext.Length >= Parts.Size)
            {
                var part = plaintext[..Parts.Size];
                _signer.Append(part.Span);
                await _encrypted.AppendAsync(s_partial, ct);
                await _encrypted.AppendAsync(part, ct);
                plaintext = plaintext[Parts.Size..];
                continue;
            }

            var count = Math.Min(plaintext.Length, Parts.Size - _fill);
            Collect(plaintext.Span[..count]);
            plaintext = plaintext[count..];
            if (_fill == Parts.Size) await WritePartAsync(ct);
        }

        _state = State.Open;
    }

    /// <summary>Ends the message: the last plaintext, the signatures, the modification detection code.</summary>
    /// <param name="ct">Gives up: the message can't be completed then.</param>
    public async ValueTask CompleteAsync(CancellationToken ct)
    {
        await BeginAsync(ct);
        _signer.Append(_part.AsSpan(Parts.Room + _unsigned, _fill - _unsigned));
        var start = Parts.WriteFinal(_part, _fill);
        await _encrypted.AppendAsync(_part.AsMemory(start, Parts.Room + _fill - start), ct);
        using var signatures = new OctetWriter();
        _signer.Sign(signatures);
        await _encrypted.AppendAsync(signatures.WrittenMemory, ct);
        await _encrypted.CompleteAsync(ct);
        await _output.CompleteAsync(ct);
        _state = State.Complete;
    }

    /// <summary>Zeroes the session key and the plaintext that it holds. Leaves the output open.</summary>
    public ValueTask DisposeAsync()
    {
        if (_state == State.Disposed) return default;
        _state = State.Disposed;
        _signer.Dispose();
        _encrypted.Dispose();
        _output.Dispose();
        CryptographicOperations.ZeroMemory(_part);
        ArrayPool<byte>.Shared.Return(_part);
        return default;
    }

    internal static SealedWriter Start(Stream output, SealOptions options)
    {
        if (options.Recipients.Count == 0) throw new ArgumentException("a message needs a recipient", nameof(options));
        var recipients = options.Recipients.Select(r => r.EncryptionKey(options.Now, options.Policy))
            .DistinctBy(key => key.Fingerprint).ToList();
        using var sessionKey = SessionKey.Random();
        using var packets = new OctetWriter();
        foreach (var recipient in recipients) SessionKeyPacket.Write(recipient, sessionKey, packets);
        return new SealedWriter(output, packets.ToArray(), sessionKey, new MessageSigner(options), options.Armor);
    }

    /// <summary>From here until <see cref="State.Open"/> is set again, a failure leaves the message unusable.</summary>
    private async ValueTask BeginAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        var state = _state;
        if (state is State.Writing or State.Complete)
            throw new InvalidOperationException("the message is complete, or an earlier write failed or hasn't returned");
        _state = State.Writing;
        if (state != State.New) return;
        await _output.WriteAsync(_sessionKeys, ct);
        await _encrypted.StartAsync(ct);
        using var packets = new OctetWriter();
        _signer.Announce(packets);
        packets.Octet(0xC0 | (byte)PacketType.LiteralData);
        await _encrypted.AppendAsync(packets.WrittenMemory, ct);
    }

    private void Collect(ReadOnlySpan<byte> plaintext)
    {
        plaintext.CopyTo(_part.AsSpan(Parts.Room + _fill));
        _fill += plaintext.Length;
    }

    private ValueTask WritePartAsync(CancellationToken ct)
    {
        _signer.Append(_part.AsSpan(Parts.Room + _unsigned, Parts.Size - _unsigned));
        _part[Parts.Room - 1] = Parts.Partial;
        (_fill, _unsigned) = (0, 0);
        return _encrypted.AppendAsync(_part.AsMemory(Parts.Room - 1, 1 + Parts.Size), ct);
    }
}
