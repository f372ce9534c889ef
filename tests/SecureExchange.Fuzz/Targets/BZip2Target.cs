using System.Security.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Streaming;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Data that was compressed with BZip2: in pieces it gives the same as whole.</summary>
internal sealed class BZip2Target(SeedFiles seeds) : Target("bzip2", 6, seeds.BZip2)
{
    public override string Execute(byte[] input)
    {
        var (whole, wholeFailure) = Decompress(input, int.MaxValue, 32 * 1024);
        var (pieces, piecesFailure) = Decompress(input, 1 + (input.Length % 13), 61);
        if (wholeFailure?.Error != piecesFailure?.Error) throw new Violation($"whole: {wholeFailure?.Error}; in pieces: {piecesFailure?.Error}");
        if (wholeFailure is not null) throw wholeFailure;
        if (whole != pieces) throw new Violation("in pieces it gives other octets than whole");
        return $"decompressed {whole.Length.ToString(System.Globalization.CultureInfo.InvariantCulture).Length}";
    }

    private static ((string Digest, long Length) Output, PgpException? Failure) Decompress(byte[] input, int piece, int room)
    {
        var decompressing = DecompressAsync(input, piece, room);
        return decompressing.IsCompleted ? decompressing.GetAwaiter().GetResult() : throw new Violation("something was waited for that never comes");
    }

    private static async Task<((string Digest, long Length) Output, PgpException? Failure)> DecompressAsync(byte[] input, int piece, int room)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        try
        {
            await using var source = new CompressedSource(new StreamSource(new PiecewiseStream(input, piece)), CompressionAlgorithm.BZip2, Limits);
            var buffer = new byte[room];
            int read;
            while ((read = await source.ReadAsync(buffer, CancellationToken.None)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                length += read;
            }

            return ((Convert.ToHexString(hash.GetHashAndReset()), length), null);
        }
        catch (PgpException e)
        {
            return (("", length), e);
        }
    }
}
