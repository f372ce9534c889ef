using System.Buffers;
using System.Runtime.CompilerServices;
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

    public ValueTask CompleteAsync(CancellationToken ct) => encoder is null ? default : stream.WriteAsync(encoder.End(), ct);

    public void Dispose()
    {
        if (_lines is { } lines) ArrayPool<byte>.Shared.Return(lines);
        _lines = null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EncodeAsync(ReadOnlyMemory<byte> octets, CancellationToken ct)
    {
        if (!_begun) await stream.WriteAsync(encoder!.Begin(), ct);
        _begun = true;
        var needed = ArmorEncoder.MaxEncoded(octets.Length);
        if (_lines is null || _lines.Length < needed)
        {
            Dispose();
            _lines = ArrayPool<byte>.Shared.Rent(needed);
        }

        await stream.WriteAsync(_lines.AsMemory(0, encoder!.Encode(octets.Span, _lines)), ct);
    }
}
