using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace SecureExchange.Gateway.Tests.Storage;

public sealed class AzureBlobStoreTests(Azurite shared) : BlobStoreContract
{
    private readonly TempFolder _folder = new();
    private readonly Azurite _own = new();
    private readonly string _container = $"c{Guid.NewGuid():n}";

    protected override async Task<BlobStore> OpenAsync() => await OpenAsync(await shared.StartAsync());

    protected override async Task<(BlobStore, Func<Task>)> OpenDoomedAsync() =>
        (await OpenAsync(await _own.StartAsync(), seconds: 1), _own.StopAsync);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _own.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<AzureBlobStore> OpenAsync(string connection, int seconds = 30, bool create = true)
    {
        var file = _folder.File("connection");
        await File.WriteAllTextAsync(file, connection + "\n");
        return await AzureBlobStore.OpenAsync(
            new AzureBlobOptions
            {
                Container = _container,
                ConnectionStringFile = file,
                CreateContainer = create,
                Patience = TimeSpan.FromSeconds(seconds),
            }, s_never);
    }

    [Fact]
    public async Task A_service_that_falls_silent_is_away_after_a_while_and_back_when_it_speaks()
    {
        await using var store = await OpenAsync(await _own.StartAsync(), seconds: 2);
        await WriteAsync(store, s_name, new byte[10_000_000]);
        await using var reader = (await store.OpenReadAsync(s_name, s_never))!;
        await using var stream = await reader.OpenRangeAsync(0, reader.Length, s_never);
        await stream.ReadExactlyAsync(new byte[1000]);
        _own.Freeze(true);
        await FailsAsync(BlobStoreError.StoreAway, () => store.GetAsync(s_name, s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => store.TryPutAsync(new BlobName("new"), Bytes("x"), s_never));
        await FailsAsync(BlobStoreError.StoreAway, () => stream.CopyToAsync(Stream.Null));
        _own.Freeze(false);
        Assert.True(await store.TryPutAsync(new BlobName("later"), Bytes("x"), s_never));
        Assert.Equal(10_000_000, (await ReadAsync(store, s_name)).Length);
    }

    [Fact]
    public async Task A_blob_that_is_replaced_between_two_ranges_is_not_read_half_and_half()
    {
        await WriteAsync(Store, s_name, Bytes("first"));
        await using var reader = (await Store.OpenReadAsync(s_name, s_never))!;
        Assert.Equal(Bytes("fir"), await ReadAsync(reader, 0, 3));
        await Store.DeleteAsync(s_name, s_never);
        await WriteAsync(Store, s_name, Bytes("other"));
        await FailsAsync(BlobStoreError.Gone, () => ReadAsync(reader, 3, 2));
    }

    [Fact]
    public async Task Blobs_are_block_blobs_under_their_own_names()
    {
        await Store.TryPutAsync(s_name, Bytes("sealed"), s_never);
        await WriteAsync(Store, new BlobName("streamed"), Bytes("sealed"));
        var container = new BlobContainerClient(await shared.StartAsync(), _container);
        var kinds = new List<(string, BlobType?)>();
        await foreach (var item in container.GetBlobsAsync()) kinds.Add((item.Name, item.Properties.BlobType));
        Assert.Equal([("streamed", BlobType.Block), (s_name.Value, BlobType.Block)], kinds.OrderBy(k => k.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_not_begun_unless_asked_for() =>
        await FailsAsync(BlobStoreError.NotConfigured, async () =>
        {
            await using var own = await OpenAsync(await _own.StartAsync(), create: false);
        });

    [Fact]
    public async Task A_wrong_key_is_denied_and_is_not_in_the_message()
    {
        var key = Convert.ToBase64String(new byte[64]);
        var wrong = System.Text.RegularExpressions.Regex.Replace(await shared.StartAsync(), "AccountKey=[^;]*", "AccountKey=" + key);
        var e = await Assert.ThrowsAsync<BlobStoreException>(() => OpenAsync(wrong));
        Assert.Equal(BlobStoreError.Denied, e.Error);
        Assert.DoesNotContain(key, e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccountKey=topsecret")]
    [InlineData("")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=dG9wc2VjcmV0;BlobEndpoint=http://blobs.example/a;")]
    public async Task A_file_without_a_safe_connection_string_is_refused_without_repeating_it(string content)
    {
        var e = await Assert.ThrowsAsync<BlobStoreException>(() => OpenAsync(content));
        Assert.Equal(BlobStoreError.NotConfigured, e.Error);
        Assert.DoesNotContain("topsecret", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("dG9wc2VjcmV0", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exactly_one_way_to_sign_in_must_be_given()
    {
        await FailsAsync(BlobStoreError.NotConfigured, () => AzureBlobStore.OpenAsync(new AzureBlobOptions { Container = "c" }, s_never));
        await FailsAsync(BlobStoreError.NotConfigured, () => AzureBlobStore.OpenAsync(
            new AzureBlobOptions { Container = "c", ConnectionStringFile = "none", Service = new Uri("https://a.example") }, s_never));
        await FailsAsync(BlobStoreError.NotConfigured, () => AzureBlobStore.OpenAsync(
            new AzureBlobOptions { Container = "c", ConnectionStringFile = _folder.File("none") }, s_never));
        await FailsAsync(BlobStoreError.NotConfigured, () => AzureBlobStore.OpenAsync(
            new AzureBlobOptions { Container = "c", Service = new Uri("http://a.example") }, s_never));
    }
}
