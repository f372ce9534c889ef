namespace SecureExchange.OpenPgp.Armor;

/// <summary>The armor's checksum (RFC 9580 §6.1). Written because GnuPG 2.2 misses it; never checked, since it protects
/// against nobody (§6.1 forbids rejecting for it).</summary>
internal static class Crc24
{
    public const uint Initial = 0xB704CE;
    private const uint Polynomial = 0x864CFB;

    private static readonly uint[] s_table = MakeTable();

    public static uint Append(uint crc, ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets) crc = (crc << 8) ^ s_table[(byte)((crc >> 16) ^ octet)];
        return crc & 0xFFFFFF;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var crc = i << 16;
            for (var bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc >> 23 & 1) * Polynomial);
            table[i] = crc & 0xFFFFFF;
        }

        return table;
    }
}
