using SecureExchange.OpenPgp.Keys;

[assembly: AssemblyFixture(typeof(SecureExchange.OpenPgp.Tests.Peers.GpgKeys))]

namespace SecureExchange.OpenPgp.Tests.Peers;

/// <summary>One GnuPG with one key of each kind, made once: RSA-4096 takes seconds. Read by us without protection.</summary>
public sealed class GpgKeys : IAsyncLifetime
{
    private readonly Dictionary<string, (string Fingerprint, SecretKey Key)> _keys = [];

    public static readonly string[] Kinds = ["rsa2048", "rsa3072", "rsa4096", "ed25519", "nistp256", "nistp384", "nistp521"];

    public Gpg Gpg { get; } = new();

    /// <summary>Our own key, imported into GnuPG.</summary>
    public SecretKey Ours { get; } = SecretKey.Generate("Ours <ours@example.org>", Clock.Now.AddMinutes(-1));

    public SecretKey Key(string kind) => _keys[kind].Key;

    public string Fingerprint(string kind) => _keys[kind].Fingerprint;

    public async ValueTask InitializeAsync()
    {
        foreach (var kind in Kinds)
        {
            var subkey = kind == "ed25519" ? "cv25519" : kind;
            var fingerprint = await Gpg.GenerateAsync($"{kind} <{kind}@example.org>", kind, subkey);
            _keys[kind] = (fingerprint, SecretKey.Read(await Gpg.ExportSecretAsync(fingerprint)));
        }

        await Gpg.ImportAsync(Ours.ToBytes());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, key) in _keys.Values) key.Dispose();
        Ours.Dispose();
        await Gpg.DisposeAsync();
    }
}
