using SecureExchange.Gateway.Keys;

namespace SecureExchange.Gateway.Tests.Keys;

/// <summary>The root key under a passphrase.</summary>
public class PassphraseTests
{
    private const string Passphrase = "correct horse battery staple";

    [Fact]
    public async Task Under_the_passphrase_the_same_keys_open_again_and_no_root_key_lies_about()
    {
        using var folder = new KeyFolder();
        var options = new RootKeyOptions { PassphraseFile = folder.Write("passphrase", Passphrase + "\nanything else\n") };
        using var first = await folder.OpenAsync(options);
        using var second = await folder.OpenAsync(options);
        Assert.Equal(first.GatewayKey.Certificate.Fingerprint, second.GatewayKey.Certificate.Fingerprint);
        Assert.False(File.Exists(folder.File("root.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("root-1.sealed")));
    }

    [Fact]
    public async Task Whatever_is_wrong_with_the_passphrase_is_said_and_nothing_opens()
    {
        using var folder = new KeyFolder();
        var right = new RootKeyOptions { PassphraseFile = folder.Write("passphrase", Passphrase) };
        (await folder.OpenAsync(right)).Dispose();
        Assert.Equal(KeyError.NoPassphrase, await folder.RefusalAsync(new RootKeyOptions()));
        Assert.Equal(KeyError.NoPassphraseFile, await folder.RefusalAsync(new RootKeyOptions { PassphraseFile = right.PassphraseFile + ".away" }));
        Assert.Equal(KeyError.WrongPassphrase, await folder.RefusalAsync(new RootKeyOptions { PassphraseFile = folder.Write("wrong", Passphrase + "r") }));
        Assert.Equal(KeyError.ShortPassphrase, await folder.RefusalAsync(new RootKeyOptions { PassphraseFile = folder.Write("short", "fifteen letters") }));
        File.SetUnixFileMode(right.PassphraseFile!, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal(KeyError.Readable, await folder.RefusalAsync(right));
    }

    /// <summary>Cost parameters are read before anything is authenticated.</summary>
    [Theory]
    [InlineData(0, 'X', KeyError.Malformed)]
    [InlineData(4, 1, KeyError.WrongPassphrase)]
    [InlineData(20, 255, KeyError.Malformed)]
    [InlineData(21, 255, KeyError.Malformed)]
    [InlineData(22, 40, KeyError.Malformed)]
    [InlineData(22, 15, KeyError.WrongPassphrase)]
    [InlineData(30, 1, KeyError.WrongPassphrase)]
    public async Task A_changed_file_is_refused_and_cannot_ask_for_all_memory(int at, int value, KeyError error)
    {
        using var folder = new KeyFolder();
        var options = new RootKeyOptions { PassphraseFile = folder.Write("passphrase", Passphrase) };
        (await folder.OpenAsync(options)).Dispose();
        var content = File.ReadAllBytes(folder.File("root-1.sealed"));
        content[at] = content[at] == value ? (byte)(value + 1) : (byte)value;
        File.WriteAllBytes(folder.File("root-1.sealed"), content);
        Assert.Equal(error, await folder.RefusalAsync(options));
    }
}
