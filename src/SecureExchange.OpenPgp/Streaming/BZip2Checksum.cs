namespace SecureExchange.OpenPgp.Streaming;

/// <summary>BZip2's checksum: CRC-32 from the highest bit to the lowest.</summary>
internal static class BZip2Checksum
{
    private const uint Polynomial = 0x04C11DB7;

    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(octet => Entry((uint)octet))];

    public static uint Append(uint sum, ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets) sum = (sum << 8) ^ s_table[(sum >> 24) ^ octet];
        return sum;
    }

    private static uint Entry(uint octet)
    {
        var entry = octet << 24;
        for (var bit = 0; bit < 8; bit++) entry = (entry << 1) ^ ((entry >> 31) * Polynomial);
        return entry;
    }
}
