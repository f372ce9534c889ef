using System.Buffers;
using SecureExchange.Masking;

namespace SecureExchange.Cli.Masking;

/// <summary>Puts stdin through the engine and out again, a piece at a time.</summary>
internal static class PieceCopy
{
    private const int PieceSize = 1 << 18;

    internal delegate void Step(ReadOnlySpan<byte> piece, IBufferWriter<byte> output);

    /// <summary>Runs to the end of the input.</summary>
    /// <param name="step">Takes each piece; an empty one stands for the end.</param>
    /// <param name="ct">Ctrl-C.</param>
    internal static void Run(Step step, CancellationToken ct)
    {
        using var input = Console.OpenStandardInput();
        using var output = StandardOutput.Open();
        var piece = GC.AllocateUninitializedArray<byte>(PieceSize, pinned: true);
        var written = new ArrayBufferWriter<byte>(2 * PieceSize);
        var any = false;
        try
        {
            int length;
            do
            {
                ct.ThrowIfCancellationRequested();
                length = input.Read(piece);
                step(piece.AsSpan(0, length), written);
                output.Write(written.WrittenSpan);
                any |= written.WrittenCount > 0;
                written.ResetWrittenCount();
            }
            while (length > 0);
        }
        catch (RecordException e)
        {
            throw new CliException(Terminal.Refused, any ? $"{e.Message}. The output isn't whole: throw it away" : e.Message);
        }
    }
}
