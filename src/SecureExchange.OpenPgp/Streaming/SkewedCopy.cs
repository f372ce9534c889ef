namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Copies octets of message data, which packet headers have moved a few octets against where they go.</summary>
/// <remarks>A long copy is one instruction on today's processors (<c>rep movsb</c>), and some run it at a tenth of the speed where the
/// destination is 1 to 15 octets ahead of the source modulo 4,096: 3.5 GB/s measured where 50 are usual. Short copies aren't done so.</remarks>
internal static class SkewedCopy
{
    private const int Piece = 2048;

    /// <summary>Copies <paramref name="source"/>. If the two overlap, the destination MUST NOT start behind the source.</summary>
    public static void CopyInPieces(this Span<byte> source, Span<byte> destination) => CopyInPieces((ReadOnlySpan<byte>)source, destination);

    /// <inheritdoc cref="CopyInPieces(Span{byte}, Span{byte})"/>
    public static void CopyInPieces(this ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (; source.Length > Piece; source = source[Piece..], destination = destination[Piece..]) source[..Piece].CopyTo(destination);
        source.CopyTo(destination);
    }
}
