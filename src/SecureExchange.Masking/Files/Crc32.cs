using System.Buffers.Binary;

namespace SecureExchange.Masking.Files;

/// <summary>The CRC-32 of GZIP and ZIP (RFC 1952 §8), eight bytes at a time.</summary>
internal struct Crc32
{
    private static readonly uint[] s_tables = MakeTables();
    private uint _state;

    public readonly uint Value => _state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = ~_state;
        var t = s_tables.AsSpan();
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = t[(int)(0x700 | (word & 0xFF))] ^ t[(int)(0x600 | ((word >> 8) & 0xFF))]
                ^ t[(int)(0x500 | ((word >> 16) & 0xFF))] ^ t[(int)(0x400 | ((word >> 24) & 0xFF))]
                ^ t[(int)(0x300 | ((word >> 32) & 0xFF))] ^ t[(int)(0x200 | ((word >> 40) & 0xFF))]
                ^ t[(int)(0x100 | ((word >> 48) & 0xFF))] ^ t[(int)(word >> 56)];
        }

        foreach (var b in bytes) crc = (crc >> 8) ^ t[(int)((crc ^ b) & 0xFF)];
        _state = ~crc;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            tables[i] = crc;
        }

        for (var i = 256; i < tables.Length; i++) tables[i] = (tables[i - 256] >> 8) ^ tables[tables[i - 256] & 0xFF];
        return tables;
    }
}
