using System.IO.Compression;
using SecureExchange.Access;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Keys;

/// <summary>The data folder of a gateway from before keys had epochs: one agreement, one dispatch, and one return that answered it.</summary>
/// <remarks>Made with commit 0ce2942: its agreement's keys are derived from <c>root.key</c> or wrapped under it, and its OpenPGP key is in a file.</remarks>
internal sealed class OldFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    internal OldFolder()
    {
        using var packed = typeof(OldFolder).Assembly.GetManifestResourceStream("data-before-epochs.zip")!;
        ZipFile.ExtractToDirectory(packed, _folder.Path);
        File.SetUnixFileMode(Path.Combine(Data, "keys", "root.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.Combine(Data, "keys", "gateway.openpgp"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.True(TransferId.TryParse(File.ReadAllText(_folder.File("dispatch")), out var dispatch));
        Dispatch = dispatch;
    }

    internal string Data => _folder.File("data");

    internal TransferId Dispatch { get; }

    /// <summary>The dispatch, as its vendor got it.</summary>
    internal string Masked => File.ReadAllText(_folder.File("masked.csv"));

    internal SecretKey ClientKey() => SecretKey.Read(File.ReadAllBytes(_folder.File("client.key")));

    internal SecretKey VendorKey() => SecretKey.Read(File.ReadAllBytes(_folder.File("vendor.key")));

    public void Dispose() => _folder.Dispose();
}
