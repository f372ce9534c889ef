using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Large messages: no garbage, no thread that waits, and they can be given up at any time.</summary>
public sealed class BulkTests
{
    private static readonly SecretKey s_key = SecretKey.Generate("Bulk <bulk@example.org>", Clock.Now.AddMinutes(-1));
    private static readonly OpenOptions s_open = new() { Keys = [s_key], Verifiers = [s_key.Certificate], Now = Clock.Now };

    private static readonly SealOptions s_seal =
        new() { Recipients = [s_key.Certificate], Signers = [s_key], Now = Clock.Now, Format = SealFormat.Version1 };

    [Theory]
    [InlineData(SealFormat.Version1, false)]
    [InlineData(SealFormat.Version1, true)]
    [InlineData(SealFormat.Version2, false)]
    [InlineData(SealFormat.Version2, true)]
    public async Task Sealing_and_opening_allocate_nothing_for_each_part(SealFormat format, bool armor)
    {
        // Twice, so that pools are filled; then the same for two parts and for a hundred. The least of several times: a pool that
        // another test has emptied, or a collection has trimmed, costs once, and what a part costs it costs each time.
        await AllocatedAsync(2);
        var few = await AllocatedAsync(2);
        var many = long.MaxValue;
        for (var attempt = 0; attempt < 5; attempt++) many = Math.Min(many, await AllocatedAsync(100));
#if DEBUG
        const long Allowed = 98 * 8192; // Without optimisation each call of an async method is an object.
#else
        const long Allowed = 10_000;
#endif
        Assert.True(many - few < Allowed, $"{many - few} octets more for 98 parts more");

        async Task<long> AllocatedAsync(int parts)
        {
            var piece = Sealing.Plaintext(Parts.Size / 2);
            var stream = new MemoryStream((parts * Parts.Size * 3 / 2) + 100_000);
            var buffer = new byte[65536];
            var before = GC.GetAllocatedBytesForCurrentThread();
            await using (var writer = PgpMessage.Seal(stream, s_seal with { Format = format, Armor = armor }))
            {
                for (var i = 0; i < 2 * parts; i++) await writer.WriteAsync(piece, CancellationToken.None);
                await writer.CompleteAsync(CancellationToken.None);
            }

            stream.Position = 0;
            await using var message = await PgpMessage.OpenAsync(stream, s_open, CancellationToken.None);
            while (await message.Plaintext.ReadAsync(buffer, CancellationToken.None) > 0) { }
            await message.VerifyAsync(CancellationToken.None);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData(SealFormat.Version1)]
    [InlineData(SealFormat.Version2)]
    public async Task No_thread_waits_for_a_stream(SealFormat format)
    {
        var plaintext = Sealing.Plaintext(600_000);
        var output = new AsyncOnly();
        await using (var writer = PgpMessage.Seal(output, s_seal with { Format = format }))
        {
            await writer.WriteAsync(plaintext, CancellationToken.None);
            await writer.CompleteAsync(CancellationToken.None);
        }

        var (opened, _) = await Sealing.OpenAsync(new AsyncOnly(output.ToArray()), s_open);

        Assert.Equal(plaintext, opened);
    }

    [Fact]
    public async Task A_read_that_waits_can_be_given_up_and_the_message_never_verified()
    {
        var message = await Sealing.SealAsync(Sealing.Plaintext(1_000_000), s_seal);
        using var cancel = new CancellationTokenSource();
        await using var opened = await PgpMessage.OpenAsync(new AsyncOnly(message[..500_000], stalls: true), s_open, cancel.Token);
        var buffer = new byte[65536];

        var reading = Task.Run(async () =>
        {
            while (await opened.Plaintext.ReadAsync(buffer, cancel.Token) > 0) { }
        });
        Assert.False(reading.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Assert.ThrowsAsync<InvalidOperationException>(() => opened.VerifyAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(SealFormat.Version1)]
    [InlineData(SealFormat.Version2)]
    public async Task A_write_that_waits_can_be_given_up_and_the_message_never_completed(SealFormat format)
    {
        using var cancel = new CancellationTokenSource();
        await using var writer = PgpMessage.Seal(new AsyncOnly([], stalls: true), s_seal with { Format = format });

        var writing = writer.WriteAsync(Sealing.Plaintext(1_000_000), cancel.Token).AsTask();
        Assert.False(writing.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync(CancellationToken.None).AsTask());
    }

    /// <summary>Fails when somebody calls what would block a thread; its asynchronous calls never complete at once, and where it
    /// stalls, at the end not at all.</summary>
    private sealed class AsyncOnly(byte[]? content = null, bool stalls = false) : Stream
    {
        private readonly MemoryStream _inner = content is null ? new MemoryStream() : new MemoryStream(content);

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public byte[] ToArray() => _inner.ToArray();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var read = _inner.Read(buffer.Span);
            if (read == 0 && stalls) await Task.Delay(Timeout.Infinite, cancellationToken);
            return read;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (stalls) await Task.Delay(Timeout.Infinite, cancellationToken);
            _inner.Write(buffer.Span);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
