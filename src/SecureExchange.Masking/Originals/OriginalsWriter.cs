using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Originals;

/// <summary>Writes the cells that can't be turned back, row by row, numbered as the manifest numbers them.</summary>
internal sealed class OriginalsWriter(MaskingProfile profile)
{
    private readonly int[] _fields = OriginalFields.Of(profile);
    private readonly int[] _next = new int[profile.Fields.Count];
    private bool _started;

    /// <summary>Adds a batch.</summary>
    /// <param name="cells">For each rule the cells as they came.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="canaries">Rows that were put between, in their order.</param>
    /// <param name="output">Receives the batch's part.</param>
    public void Add(CellColumn[] cells, int rows, IReadOnlyList<Canary> canaries, IBufferWriter<byte> output)
    {
        Start(output);
        Array.Clear(_next);
        var canary = 0;
        for (var row = 0; row < rows; row++)
        {
            for (; canary < canaries.Count && canaries[canary].Before == row; canary++)
            {
                // What was made up, so that whoever asks for it isn't told that it was.
                foreach (var field in _fields) Write(canaries[canary].Plain[field], output);
            }

            foreach (var field in _fields) Write(cells[field], row, ref _next[field], output);
        }
    }

    public void Complete(IBufferWriter<byte> output) => Start(output);

    private static void Write(byte[]? value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(OriginalsFormat.LengthSize), (uint?)value?.Length ?? OriginalsFormat.Absent);
        output.Advance(OriginalsFormat.LengthSize);
        output.Write(value);
    }

    private static void Write(CellColumn cells, int row, ref int next, IBufferWriter<byte> output)
    {
        var isThere = next < cells.Count && cells.Row(next) == row;
        var unescaped = isThere && cells.Kind(next) == CellKind.RawText ? cells.Plain(next) : null;
        var value = unescaped ?? (isThere ? cells[next] : default);
        var entry = output.GetSpan(OriginalsFormat.LengthSize + value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry, isThere ? (uint)value.Length : OriginalsFormat.Absent);
        value.CopyTo(entry[OriginalsFormat.LengthSize..]);
        output.Advance(OriginalsFormat.LengthSize + value.Length);
        CryptographicOperations.ZeroMemory(unescaped);
        if (isThere) next++;
    }

    private void Start(IBufferWriter<byte> output)
    {
        if (_started) return;
        _started = true;
        OriginalsFormat.WriteHeader(profile, _fields.Length, output.GetSpan(OriginalsFormat.HeaderSize));
        output.Advance(OriginalsFormat.HeaderSize);
    }
}
