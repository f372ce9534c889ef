using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Keys;

/// <summary>A gateway's database and keys, and nothing else of it.</summary>
internal sealed class KeyFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    internal ManualTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    internal Database Database { get; private set; } = null!;

    internal string File(string name) => _folder.File($"keys/{name}");

    internal async Task<KeyRing> OpenAsync(RootKeyOptions? options = null)
    {
        Database = await Database.OpenAsync(_folder.File("gateway.db"), default);
        return await KeyRing.OpenAsync(Database, _folder.File("keys"), options ?? new RootKeyOptions(), "gateway.example", Clock, default);
    }

    internal async Task<KeyError> RefusalAsync(RootKeyOptions? options = null) =>
        (await Assert.ThrowsAsync<KeyException>(() => OpenAsync(options))).Error;

    internal string Write(string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var path = _folder.File(name);
        System.IO.File.WriteAllText(path, content);
        System.IO.File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <summary>Makes an agreement's secrets, as its first draft does.</summary>
    internal async Task<AgreementId> AgreeAsync(KeyRing keys, string id)
    {
        Assert.True(AgreementId.TryParse(id, out var agreement));
        await using var connection = await Database.ConnectAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();
        await keys.AddAgreementAsync(connection, transaction, agreement, Clock.GetUtcNow());
        await transaction.CommitAsync();
        return agreement;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
