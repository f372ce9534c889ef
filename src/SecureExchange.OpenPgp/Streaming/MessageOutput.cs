using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Armor;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Where a message goes: the caller's stream, through armor if it's wanted.</summary>
internal sealed class MessageOutput(Stream stream, ArmorEncoder? encoder) : IDisposable
{
    private byte[]? _lines;
    private bool _begun;

    public MessageOutput(Stream stream, bool armor) : this(stream, armor ? new ArmorEncoder(ArmorKind.Message) : null) { }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken ct) =>
        encoder is null ? stream.WriteAsync(octets, ct) : EncodeAsync(octets, ct);

    public ValueTask CompleteAsync(CancellationToken ct) => encoder is null ? default : EndAsync(encoder.End(), ct);

    public void Dispose()
    {
        ReturnLines();
        encoder?.Clear();
    }

    /// <summary>What is armored may be a secret key: the next who rents the memory must not find it.</summary>
    private void ReturnLines()
    {
        if (_lines is not { } lines) return;
        _lines = null;
        CryptographicOperations.ZeroMemory(lines);
        ArrayPool<byte>.Shared.Return(lines);
    }

    private async ValueTask EndAsync(byte[] end, CancellationToken ct)
    {
        try
        {
            await stream.WriteAsync(end, ct);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(end);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EncodeAsync(ReadOnlyMemory<byte> octets, CancellationToken ct)
    {
        if (!_begun) await stream.WriteAsync(encoder!.Begin(), ct);
        _begun = true;
        var needed = ArmorEncoder.MaxEncoded(octets.Length);
        if (_lines is null || _lines.Length < needed)
        {
            ReturnLines();
            _lines = ArrayPool<byte>.Shared.Rent(needed);
        }

        await stream.WriteAsync(_lines.AsMemory(0, encoder!.Encode(octets.Span, _lines)), ct);
    }
}
