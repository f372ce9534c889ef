using System.Runtime.InteropServices;

namespace SecureExchange.Cli;

/// <summary>Where a command's result goes, on Unix: each write is complete, or an <see cref="IOException"/>.</summary>
/// <remarks>Not <see cref="Console.OpenStandardOutput()"/>, which takes a pipe that nobody reads for success: whoever relies on the
/// exit code would take a part for the whole. Not a <see cref="FileStream"/> either, which writes to a position of its own, so
/// that of <c>{ sx …; sx …; } &gt; file</c> only the last remains.</remarks>
internal sealed unsafe partial class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4; // EINTR

    private StandardOutput()
    {
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw ForwardOnly();

    public override long Position { get => throw ForwardOnly(); set => throw ForwardOnly(); }

    internal static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* octets = buffer) written = WriteSome(Descriptor, octets, (nuint)buffer.Length);
            if (written >= 0) buffer = buffer[(int)written..];
            else if (Marshal.GetLastPInvokeError() is var error && error != Interrupted && !WaitUntilReady(error))
                throw new IOException($"stdout: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw ForwardOnly();

    public override long Seek(long offset, SeekOrigin origin) => throw ForwardOnly();

    public override void SetLength(long value) => throw ForwardOnly();

    /// <summary>Whoever reads may have asked not to be waited for (O_NONBLOCK), which holds for both ends of a terminal.</summary>
    private static bool WaitUntilReady(int error)
    {
        var wouldBlock = OperatingSystem.IsLinux() ? 11 : 35; // EAGAIN
        if (error != wouldBlock) return false;
        var waiting = new PollDescriptor { Descriptor = Descriptor, Events = 4 }; // POLLOUT
        return Poll(&waiting, 1, -1) >= 0 || Marshal.GetLastPInvokeError() == Interrupted;
    }

    private static NotSupportedException ForwardOnly() => new("stdout is written from its start to its end");

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteSome(int descriptor, byte* octets, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    private struct PollDescriptor
    {
        internal int Descriptor;
        internal short Events;
        internal short Happened;
    }
}
