namespace SecureExchange.Masking.Files.Zip;

/// <summary>One entry of an archive, as its directory has it.</summary>
/// <param name="Name">Its path: data, never a place to write to.</param>
/// <param name="IsDeflated">Packed; stored as it is otherwise.</param>
/// <param name="Crc">Of what it unpacks to.</param>
/// <param name="DataStart">Where its data begins.</param>
/// <param name="PackedSize">Bytes of its data.</param>
/// <param name="Size">Bytes that it unpacks to.</param>
internal sealed record ZipEntry(string Name, bool IsDeflated, uint Crc, int DataStart, int PackedSize, long Size)
{
    public bool IsFolder => Name.EndsWith('/');
}
