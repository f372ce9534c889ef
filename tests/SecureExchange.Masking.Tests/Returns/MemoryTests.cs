using System.Buffers;
using System.Text;

namespace SecureExchange.Masking.Tests.Returns;

/// <summary>Measures the heap, so nothing else may run beside it.</summary>
[Collection("alone")]
public class MemoryTests
{
    [Fact]
    public void A_million_rows_are_checked_in_twelve_bytes_each()
    {
        const int Rows = 1_000_000;
        using var exchange = Exchange.Csv("id: { transform: keep }\nv: { transform: tokenise }", "row-key: id");
        using var masker = exchange.NewMasker();
        using var checker = exchange.NewChecker();
        var (masked, manifest, output) = (new ArrayBufferWriter<byte>(1 << 20), new ArrayBufferWriter<byte>(1 << 20), new ArrayBufferWriter<byte>(1 << 20));
        masker.Mask("id,v\n"u8, masked, manifest);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var row = 1; row <= Rows; row++)
        {
            masker.Mask(Encoding.ASCII.GetBytes($"{row},v{row % 1000}\n"), masked, manifest);
            if (manifest.WrittenCount < 500_000) continue;
            checker.LoadManifest(manifest.WrittenSpan);
            manifest.ResetWrittenCount();
            masked.ResetWrittenCount();
        }

        masker.Complete(masked, manifest);
        checker.LoadManifest(manifest.WrittenSpan);
        checker.Check("id,v\n"u8, output); // Sorted and with its seen bits.
        checker.Complete(output);
        var perRow = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Rows;
        // The claim is the upper bound. The lower one only shows that something was measured: arrays that earlier tests left
        // in the pool may be freed meanwhile.
        Assert.InRange(perRow, 1, 12);
        Assert.Equal(Rows, checker.Report.MissingRows);
        GC.KeepAlive(masker);
    }
}

[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
