using SecureExchange.Gateway.Keys;

namespace SecureExchange.Gateway.Tests.Keys;

public class DataSealTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    [InlineData(200_000)]
    public async Task What_was_sealed_opens_again(int size)
    {
        var plaintext = Bytes(size);
        Assert.Equal(plaintext, await OpenAsync(await SealAsync(plaintext)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    [InlineData(70_000)]
    public async Task Cut_anywhere_it_does_not_open(int size)
    {
        var whole = await SealAsync(Bytes(size));
        foreach (var length in new[] { 0, 3, 4, 19, 20, 65_555, 65_556, 65_557, whole.Length - 17, whole.Length - 1 })
        {
            if (length >= 0 && length < whole.Length) await Assert.ThrowsAsync<KeyException>(() => OpenAsync(whole[..length]));
        }
    }

    [Fact]
    public async Task One_flipped_bit_anywhere_is_found()
    {
        var whole = await SealAsync(Bytes(300));
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 0x10;
            await Assert.ThrowsAsync<KeyException>(() => OpenAsync(changed));
        }
    }

    [Fact]
    public async Task Swapped_chunks_are_found()
    {
        var whole = await SealAsync(Bytes(3 * 65_536));
        var chunk = 65_536 + 16;
        byte[] swapped = [.. whole[..4], .. whole[(4 + chunk)..(4 + (2 * chunk))], .. whole[4..(4 + chunk)], .. whole[(4 + (2 * chunk))..]];
        await Assert.ThrowsAsync<KeyException>(() => OpenAsync(swapped));
    }

    [Fact]
    public async Task Bytes_added_at_the_end_are_found()
    {
        var whole = await SealAsync(Bytes(10));
        await Assert.ThrowsAsync<KeyException>(() => OpenAsync([.. whole, 0]));
    }

    /// <summary>docs/formats/sealed-data.md. Made with Node's AES-256-GCM, so the format is what the page says.</summary>
    [Fact]
    public async Task A_stream_on_file_still_opens() => Assert.Equal(
        "hello"u8.ToArray(), await OpenAsync(Convert.FromHexString("535844317DB3D3902B668586CF2EDEE656E1EA5FE36D7BF3D1")));

    private static byte[] Bytes(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];

    private static async Task<byte[]> SealAsync(byte[] plaintext)
    {
        using var output = new MemoryStream();
        using var key = new SecretBytes((byte[])s_key.Clone());
        using var writer = new DataSealWriter(output, key);
        foreach (var piece in plaintext.Chunk(50_000)) await writer.WriteAsync(piece, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        return output.ToArray();
    }

    private static async Task<byte[]> OpenAsync(byte[] whole)
    {
        using var key = new SecretBytes((byte[])s_key.Clone());
        using var reader = new DataSealReader(new MemoryStream(whole), key);
        using var plaintext = new MemoryStream();
        while (await reader.ReadAsync(CancellationToken.None) is { IsEmpty: false } piece) plaintext.Write(piece.Span);
        return plaintext.ToArray();
    }
}
