using System.Security.Cryptography;
using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Storage;

/// <summary>Blobs larger than the memory that may be used for them. Alone, since it looks at the whole process's memory.</summary>
[Collection(nameof(LargeBlobTests)), CollectionDefinition(nameof(LargeBlobTests), DisableParallelization = true)]
public sealed class LargeBlobTests(Azurite azurite)
{
    private const long Size = 100 << 20;
    private const long Allowed = 32 << 20;

    private static readonly CancellationToken s_never = CancellationToken.None;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_megabytes_pass_both_ways_in_constant_memory(bool azure)
    {
        using var folder = new TempFolder();
        await using var store = await OpenAsync(azure, folder);
        var name = new BlobName("transfers/large/masked.pgp");
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        using var written = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var read = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;

        await using (var writer = await store.CreateAsync(name, s_never))
        {
            for (var i = 0; i < Size / block.Length; i++)
            {
                block[0] = (byte)i;
                written.AppendData(block);
                await writer.Content.WriteAsync(block);
                Measure(i);
            }

            await writer.CommitAsync(s_never);
        }

        await using var reader = (await store.OpenReadAsync(name, s_never))!;
        Assert.Equal(Size, reader.Length);
        await using var stream = await reader.OpenRangeAsync(0, Size, s_never);
        for (var i = 0; i < Size / block.Length; i++)
        {
            await stream.ReadExactlyAsync(block);
            read.AppendData(block);
            Measure(i);
        }

        Assert.Equal(0, await stream.ReadAsync(block));
        Assert.Equal(written.GetHashAndReset(), read.GetHashAndReset());
        Assert.InRange(peak, 0, Allowed);

        void Measure(int i)
        {
            if (i % 10 == 9) peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
    }

    private async Task<BlobStore> OpenAsync(bool azure, TempFolder folder)
    {
        if (!azure) return await FolderBlobStore.OpenAsync(folder.File("blobs"), s_never);
        await File.WriteAllTextAsync(folder.File("connection"), await azurite.StartAsync());
        return await AzureBlobStore.OpenAsync(
            new AzureBlobOptions { Container = "large", ConnectionStringFile = folder.File("connection"), CreateContainer = true }, s_never);
    }
}
