using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>A message that is being decrypted: plaintext first, the verdict after its last octet.</summary>
/// <remarks>Whatever fails once the session key is known fails with <see cref="PgpError.DecryptionFailed"/>, after the
/// message's last octet was decrypted and hashed: not what, nor where, nor when. Not for several threads at
/// once.</remarks>
public sealed class OpenedMessage : IAsyncDisposable
{
    private readonly MessageReader _reader;
    private readonly EncryptedData _container;
    private readonly OctetReader _decrypted;
    private readonly MessageContents _contents;
    private readonly OpenOptions _options;
    private bool _plaintextEnded;
    private bool _disposed;
    private PgpException? _failure;
    private VerifiedMessage? _verified;

    private OpenedMessage(MessageReader reader, EncryptedData container, OpenOptions options)
    {
        _reader = reader;
        _container = container;
        _options = options;
        _decrypted = new OctetReader(container);
        _contents = new MessageContents(_decrypted, options.Limits);
        Plaintext = new UnauthenticatedPlaintext(ReadAsync);
    }

    /// <summary>The plaintext, nobody's until <see cref="VerifyAsync"/> answers.</summary>
    public UnauthenticatedPlaintext Plaintext { get; }

    /// <summary>Says whether the message is whole and unaltered, and who signed it. Only after <see
    /// cref="Plaintext"/> was read
    /// to its end.</summary>
    /// <returns>The proof. It may hold no signature, or bad ones: the caller decides what it wants.</returns>
    /// <exception cref="PgpException">The message was altered, cut, or isn't well-formed: nothing of its plaintext
    /// may be used.</exception>
    /// <exception cref="InvalidOperationException">The plaintext wasn't read to its end.</exception>
    public async Task<VerifiedMessage> VerifyAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_verified is not null) return _verified;
        if (_failure is not null) throw _failure;
        if (!_plaintextEnded) throw new InvalidOperationException("read the plaintext to its end first");
        try
        {
            await _contents.FinishAsync(ct);
        }
        catch (PgpException)
        {
            throw await FailAsync(ct);
        }

        try
        {
            await _reader.FinishAsync(ct);
        }
        catch (PgpException e)
        {
            _failure = e;
            throw;
        }

        if (!_container.IsIntact) throw _failure = Throw.DecryptionFailed();
        var judge = new SignatureJudge(_options, _contents.PlaintextLength);
        return _verified = new VerifiedMessage(_contents.PlaintextLength, [.. _contents.Signatures.Select(judge.Judge)]);
    }

    /// <summary>A copy of the session key, for whoever may read this message and nothing else. Only after <see
    /// cref="VerifyAsync"/> said that it is the right one.</summary>
    /// <returns>The caller's, to dispose of.</returns>
    /// <exception cref="InvalidOperationException">The message wasn't verified.</exception>
    public SessionKey ExportSessionKey()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _verified is null ? throw new InvalidOperationException("verify the message first") : _container.SessionKey.Copy();
    }

    /// <summary>Zeroes the session key and all buffers. Leaves the input open.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _contents.DisposeAsync();
        _decrypted.Dispose();
        _container.Dispose();
        _reader.Dispose();
    }

    internal static async Task<OpenedMessage> OpenAsync(Stream input, OpenOptions options, CancellationToken ct)
    {
        var reader = new MessageReader(input, options);
        OpenedMessage? message = null;
        try
        {
            message = new OpenedMessage(reader, await reader.StartAsync(ct), options);
            await message.StartAsync(ct);
            return message;
        }
        catch
        {
            if (message is null) reader.Dispose();
            else await message.DisposeAsync();
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
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
        catch (PgpException)
        {
            throw await FailAsync(ct);
        }
    }

    private async ValueTask StartAsync(CancellationToken ct)
    {
        try
        {
            var prefix = await _decrypted.PeekAsync(_container.PrefixSize, ct);
            if (prefix.Length < _container.PrefixSize) Throw.Malformed("the encrypted data ends inside its prefix");
            _decrypted.Skip(_container.PrefixSize);
            await _contents.StartAsync(ct);
        }
        catch (PgpException)
        {
            throw await FailAsync(ct);
        }
    }

    /// <summary>Reads on to the message's end before it says anything, so that time doesn't tell where it failed;
    /// then says
    /// what everybody can see of the outside, or the one thing that is said of the inside.</summary>
    private async ValueTask<PgpException> FailAsync(CancellationToken ct)
    {
        var forgotten = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        try
        {
            if (_container.OuterFailure is { } outer) return _failure = outer;
            while (await _container.ReadAsync(forgotten, ct) > 0) { }
            await _reader.FinishAsync(ct);
        }
        catch (PgpException e)
        {
            return _failure = e;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(forgotten);
        }

        return _failure = Throw.DecryptionFailed();
    }
}
