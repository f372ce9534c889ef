using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Takes plaintext in pieces of any size, writes one sealed message: signed if there are signers, then encrypted and
/// integrity protected, not compressed. <c>docs/formats/openpgp.md</c> describes its octets.</summary>
/// <remarks>Only <see cref="CompleteAsync"/> ends the message. Disposed of before that, what was written is a truncated
/// message, which no reader accepts. Not for several threads at once.</remarks>
public sealed class SealedWriter : IAsyncDisposable
{
    /// <summary>Format, no name, no date (RFC 9580 §5.9): no signature covers them, so nobody should believe them.</summary>
    private const int LiteralHeaderSize = 6;

    /// <summary>As many as <see cref="PgpLimits.MaxS2kOctets"/> lets a reader try.</summary>
    private const int MaxPassphrases = 16;

    private readonly byte[] _sessionKeys;
    private readonly SessionKey _sessionKey;
    private readonly MessageSigner _signer;
    private readonly MessageOutput _output;
    private readonly EncryptedDataWriter _encrypted;
    private readonly bool _isPadded;
    private readonly byte[] _part = ArrayPool<byte>.Shared.Rent(Parts.Room + Parts.Size);
    private int _fill = LiteralHeaderSize;
    private int _unsigned = LiteralHeaderSize; // Octets at the part's start that no signature covers.
    private State _state = State.New;

    private SealedWriter(Stream output, byte[] sessionKeys, SessionKey sessionKey, SealPlan plan, SealOptions options)
    {
        _sessionKeys = sessionKeys;
        _sessionKey = sessionKey;
        _signer = new MessageSigner(options);
        _output = new MessageOutput(
            output, options.Armor ? new ArmorEncoder(ArmorKind.Message, checksum: plan.Aead is null) : null);
        _isPadded = options.Padding;
        _encrypted = plan.Start(_output, sessionKey, options.ChunkSize);
        var literal = _part.AsSpan(Parts.Room, LiteralHeaderSize);
        literal.Clear();
        literal[0] = options.IsText ? (byte)'u' : (byte)'b';
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
        while (_fill + plaintext.Length >= Parts.Size)
        {
            // What was collected, and as much of what came: large pieces needn't be collected.
            var part = plaintext[..(Parts.Size - _fill)];
            plaintext = plaintext[part.Length..];
            await WriteCollectedAsync(ct);
            _signer.Append(part.Span);
            await _encrypted.AppendAsync(part, ct);
        }

        Collect(plaintext.Span);
        _state = State.Open;
    }

    /// <summary>Ends the message: the last plaintext, the signatures, what authenticates all of it.</summary>
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
        if (_isPadded) await PaddingWriter.PadAsync(_encrypted, ct);
        await _encrypted.CompleteAsync(ct);
        await _output.CompleteAsync(ct);
        _state = State.Complete;
    }

    /// <summary>A copy of the session key: whoever gets it reads this message, and nothing else.</summary>
    /// <returns>The caller's, to dispose of.</returns>
    public SessionKey ExportSessionKey()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        return _sessionKey.Copy();
    }

    /// <summary>Zeroes the session key and the plaintext that it holds. Leaves the output open.</summary>
    public ValueTask DisposeAsync()
    {
        if (_state == State.Disposed) return default;
        _state = State.Disposed;
        _sessionKey.Dispose();
        _signer.Dispose();
        _encrypted.Dispose();
        _output.Dispose();
        CryptographicOperations.ZeroMemory(_part);
        ArrayPool<byte>.Shared.Return(_part);
        return default;
    }

    internal static SealedWriter Start(Stream output, SealOptions options)
    {
        SealPlan.RequireChunkSize(options.ChunkSize);
        var recipients = Keys(options.Recipients, isHidden: false).Concat(Keys(options.HiddenRecipients, isHidden: true))
            .DistinctBy(recipient => recipient.Key.Fingerprint).ToList();
        if (recipients.Count + options.Passphrases.Count == 0)
            throw new ArgumentException("a message needs a recipient or a passphrase", nameof(options));
        if (options.Passphrases.Any(passphrase => passphrase.IsEmpty))
            throw new ArgumentException("a passphrase is empty", nameof(options));
        if (options.Passphrases.Count > MaxPassphrases)
            Throw.Limit($"{options.Passphrases.Count} passphrases, and readers stretch for {MaxPassphrases} at most; seal another message");
        var plan = SealPlan.Choose(options);
        var sessionKey = SessionKey.Random(plan.Cipher);
        try
        {
            using var packets = new OctetWriter();
            foreach (var (key, isHidden) in recipients) SessionKeyPacket.Write(key, sessionKey, plan.Form, packets, isHidden);
            foreach (var passphrase in options.Passphrases) PassphraseSessionKey.Write(passphrase.Span, sessionKey, plan.Form, packets);
            return new SealedWriter(output, packets.ToArray(), sessionKey, plan, options);
        }
        catch
        {
            sessionKey.Dispose();
            throw;
        }

        IEnumerable<(PublicKeyPacket Key, bool IsHidden)> Keys(IReadOnlyList<Certificate> certificates, bool isHidden) =>
            certificates.Select(certificate => (certificate.EncryptionKey(options.Now, options.Policy, options.Purpose), isHidden));
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
        plaintext.CopyInPieces(_part.AsSpan(Parts.Room + _fill));
        _fill += plaintext.Length;
    }

    /// <summary>Starts a part with what was collected.</summary>
    private ValueTask WriteCollectedAsync(CancellationToken ct)
    {
        _signer.Append(_part.AsSpan(Parts.Room + _unsigned, _fill - _unsigned));
        _part[Parts.Room - 1] = Parts.Partial;
        var collected = _part.AsMemory(Parts.Room - 1, 1 + _fill);
        (_fill, _unsigned) = (0, 0);
        return _encrypted.AppendAsync(collected, ct);
    }
}
