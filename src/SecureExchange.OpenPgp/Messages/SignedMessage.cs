using System.Runtime.CompilerServices;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>A message that is signed and not encrypted, or a text that is signed in the clear: data first, the verdict after its
/// last octet.</summary>
/// <remarks>Exactly what comes out is what signatures cover, but for one line end behind a cleartext's last line. Not for several
/// threads at once.</remarks>
public sealed class SignedMessage : IAsyncDisposable
{
    private readonly VerifyOptions _options;
    private readonly List<IDisposable> _owned = [];
    private MessageContents _contents = null!;
    private ReadOnlyMemory<byte> _lastLineEnd;
    private bool _plaintextEnded;
    private bool _disposed;
    private PgpException? _failure;
    private SignatureVerdict? _verdict;

    private SignedMessage(VerifyOptions options)
    {
        _options = options;
        Plaintext = new UnauthenticatedPlaintext(ReadAsync);
    }

    /// <summary><see cref="SignatureForm.Inline"/> or <see cref="SignatureForm.Cleartext"/>.</summary>
    public SignatureForm Form { get; private set; } = SignatureForm.Inline;

    /// <summary>The data, anybody's until <see cref="VerifyAsync"/> answers. Behind a cleartext's last line stands a line end, which
    /// isn't covered by signatures and says nothing (RFC 9580 §7.1).</summary>
    public UnauthenticatedPlaintext Plaintext { get; }

    /// <summary>Says what the signatures are worth. Only after <see cref="Plaintext"/> was read to its end.</summary>
    /// <returns>The verdict. There may be no signature, or bad ones: the caller decides what it wants.</returns>
    /// <exception cref="PgpException">The message isn't well-formed: nothing of its data may be used.</exception>
    /// <exception cref="InvalidOperationException">The data weren't read to their end.</exception>
    public async Task<SignatureVerdict> VerifyAsync(CancellationToken ct)
    {
        if (_verdict is not null) return _verdict;
        await FinishAsync(ct);
        var judge = new SignatureJudge(_options, readers: null, Form, _contents.PlaintextLength);
        return _verdict = new SignatureVerdict(Form, _contents.PlaintextLength, [.. _contents.Signatures.Select(judge.Judge)]);
    }

    /// <summary>Zeroes all buffers. Leaves the input open.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_contents is not null) await _contents.DisposeAsync();
        foreach (var owned in _owned) owned.Dispose();
        _owned.Clear();
    }

    internal static async Task<SignedMessage> OpenAsync(Stream input, VerifyOptions options, CancellationToken ct)
    {
        var message = new SignedMessage(options);
        try
        {
            await message.StartAsync(input, ct);
            return message;
        }
        catch
        {
            await message.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the signatures behind the data.</summary>
    /// <returns>All signature packets' bodies, as they came.</returns>
    internal async Task<IReadOnlyList<byte[]>> FinishAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null) throw _failure;
        if (!_plaintextEnded) throw new InvalidOperationException("read the plaintext to its end first");
        try
        {
            await _contents.FinishAsync(ct);
            return _contents.SignatureBodies;
        }
        catch (PgpException e)
        {
            _failure = e;
            throw;
        }
    }

    /// <summary>Data that signatures cover, and no line end behind.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<int> ReadCoveredAsync(Memory<byte> buffer, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null) throw _failure;
        if (buffer.IsEmpty || _plaintextEnded) return 0;
        try
        {
            var read = await _contents.ReadAsync(buffer, ct);
            _plaintextEnded = read == 0;
            return read;
        }
        catch (PgpException e)
        {
            _failure = e;
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var read = await ReadCoveredAsync(buffer, ct);
        if (read > 0 || buffer.IsEmpty || _lastLineEnd.IsEmpty) return read;
        read = Math.Min(buffer.Length, _lastLineEnd.Length);
        _lastLineEnd[..read].CopyTo(buffer);
        _lastLineEnd = _lastLineEnd[read..];
        return read;
    }

    private async Task StartAsync(Stream input, CancellationToken ct)
    {
        var raw = Own(new OctetReader(new StreamSource(input)));
        var head = await raw.PeekAsync(ArmorHead.Size, ct);
        if (head.IsEmpty) throw Throw.Error(PgpError.Truncated, "there is no data at all");
        var packets = raw;
        if (ArmorHead.IsCleartext(head.Span))
        {
            Form = SignatureForm.Cleartext;
            var cleartext = Own(await CleartextReader.ReadAsync(raw, _options.Limits, ct));
            _lastLineEnd = cleartext.LastLineEnd;
            packets = Own(new OctetReader(new MemorySource(cleartext.Message)));
        }
        else if (!ArmorHead.IsBinary(head.Span))
        {
            packets = Own(new OctetReader(new ArmorSource(raw, _options.Limits)));
        }

        RefuseOthers(PacketHeader.Read((await packets.PeekAsync(PacketHeader.MaxSize, ct)).Span, packets.Position).Type);
        _contents = new MessageContents(packets, _options.Limits);
        await _contents.StartAsync(ct);
    }

    private static void RefuseOthers(PacketType first)
    {
        switch (first)
        {
            case PacketType.PublicKeyEncryptedSessionKey or PacketType.SymmetricKeyEncryptedSessionKey
                or PacketType.SymmetricallyEncryptedData or PacketType.IntegrityProtectedData or PacketType.LibrePgpAeadData:
                throw Throw.Error(PgpError.UnexpectedKind, "the message is encrypted; it has to be opened with a key");
            case PacketType.PublicKey or PacketType.SecretKey:
                throw Throw.Error(PgpError.UnexpectedKind, "a certificate or key stands where a signed message is expected");
        }
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
