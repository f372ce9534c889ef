using System.Buffers;
using SecureExchange.Masking;

namespace SecureExchange.Cli.Masking;

/// <summary>Puts stdin through the engine and out again, a piece at a time.</summary>
internal static class PieceCopy
{
    private const int PieceSize = 1 << 18;

    internal delegate void Step(ReadOnlySpan<byte> piece, IBufferWriter<byte> output);

    /// <summary>Runs to the end of the input. The next piece is read and the last one's output written while a piece is worked on.</summary>
    /// <param name="step">Takes each piece; an empty one stands for the end.</param>
    /// <param name="ct">Ctrl-C.</param>
    internal static void Run(Step step, CancellationToken ct)
    {
        using var input = Console.OpenStandardInput();
        using var output = StandardOutput.Open();
        byte[][] pieces = [GC.AllocateUninitializedArray<byte>(PieceSize, pinned: true), GC.AllocateUninitializedArray<byte>(PieceSize, pinned: true)];
        ArrayBufferWriter<byte>[] written = [new(2 * PieceSize), new(2 * PieceSize)];
        var any = false;
        var writing = Task.CompletedTask;
        try
        {
            var reading = Task.Run(() => input.Read(pieces[0]), ct);
            int length;
            var turn = 0;
            do
            {
                ct.ThrowIfCancellationRequested();
                length = reading.GetAwaiter().GetResult();
                var (piece, next, done) = (pieces[turn], pieces[turn ^ 1], written[turn]);
                if (length > 0) reading = Task.Run(() => input.Read(next), ct);
                step(piece.AsSpan(0, length), done);
                any |= done.WrittenCount > 0;
                writing.GetAwaiter().GetResult();
                writing = Task.Run(
                    () =>
                    {
                        output.Write(done.WrittenSpan);
                        done.ResetWrittenCount();
                    },
                    CancellationToken.None);
                turn ^= 1;
            }
            while (length > 0);
            writing.GetAwaiter().GetResult();
        }
        catch (RecordException e)
        {
            writing.GetAwaiter().GetResult();
            throw new CliException(Terminal.Refused, any ? $"{e.Message}. The output isn't whole: throw it away" : e.Message);
        }
    }
}
