using SecureExchange.Interop.Tests.Peers;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Forms;

/// <summary>The keys of these tests, each made once, by whom one gets such keys from.</summary>
internal sealed class TestKeys : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<(string Kind, string Maker, TestKey Key)> _all = [];
    private readonly Dictionary<AeadAlgorithm, TestKey> _announcing = [];
    private int _made;

    private TestKeys()
    {
    }

    /// <summary>One of each kind that is used today.</summary>
    public IReadOnlyList<(string Kind, string Maker, TestKey Key)> All => _all;

    /// <summary>The kind that every peer knows.</summary>
    public TestKey Common => Of("RSA-3072");

    /// <summary>Of somebody who says that they read version 2 (RFC 9580 §5.2.3.32), and this algorithm best.</summary>
    public TestKey Announcing(AeadAlgorithm algorithm) => _announcing[algorithm];

    public static async Task<TestKeys> MakeAsync(Ours ours, GnuPg gpg, OpenPgpJsPeer js)
    {
        var keys = new TestKeys();
        var making = new List<(string Kind, Implementation Maker, Task<TestKey> Key)>(); // All at work at once: RSA takes seconds.
        FromJs("RSA-2048", new { type = "rsa", rsaBits = 2048 });
        FromGpg("RSA-3072", "rsa3072", "rsa3072");
        FromJs("RSA-4096", new { type = "rsa", rsaBits = 4096 });
        FromGpg("P-256", "nistp256", "nistp256");
        FromGpg("P-384", "nistp384", "nistp384");
        FromGpg("P-521", "nistp521", "nistp521");
        FromGpg("Ed25519 and Curve25519, legacy", "ed25519", "cv25519");
        FromUs("Ed25519 and Curve25519, legacy, signing subkey", KeySuite.Curve25519, KeyProfile.Version4);
        FromUs("P-256, signing subkey", KeySuite.NistP256, KeyProfile.Version4);
        FromJs("Ed25519 and X25519", new { type = "curve25519" });
        FromJs("Ed25519 and X25519, version 6", new { type = "curve25519", config = new { v6Keys = true, aeadProtect = true } });
        FromJs("Ed448 and X448, version 6", new { type = "curve448", config = new { v6Keys = true, aeadProtect = true } });
        FromUs("Ed25519 and X25519, version 6, signing subkey", KeySuite.Curve25519, KeyProfile.Version6);
        FromUs("Ed448 and X448, version 6, signing subkey", KeySuite.Curve448, KeyProfile.Version6);
        foreach (var (kind, maker, key) in making) keys._all.Add((kind, maker.Name, await key));
        foreach (var algorithm in Enum.GetValues<AeadAlgorithm>())
        {
            var config = new { aeadProtect = true, preferredAEADAlgorithm = (int)algorithm };
            keys._announcing[algorithm] = await js.GenerateAsync(
                keys.UserId(), null, keys._folder, new { type = "ecc", curve = "nistP256", config });
        }

        return keys;

        void FromUs(string kind, KeySuite suite, KeyProfile profile) =>
            making.Add((kind, ours, Task.FromResult(ours.Generate(keys.UserId(), keys._folder, suite, profile))));

        void FromGpg(string kind, string primary, string subkey) =>
            making.Add((kind, gpg, gpg.GenerateAsync(keys.UserId(), null, keys._folder, primary, subkey)));

        void FromJs(string kind, object options) =>
            making.Add((kind, js, js.GenerateAsync(keys.UserId(), null, keys._folder, options)));
    }

    public TestKey Of(string kind) => _all.First(one => one.Kind == kind).Key;

    /// <summary>A new key of a peer's own.</summary>
    public Task<TestKey> FromAsync(Implementation maker, string? passphrase) => maker.GenerateAsync(UserId(), passphrase, _folder);

    /// <summary>A new key of a peer's own, protected by AEAD.</summary>
    public Task<TestKey> UnderArgon2FromAsync(Implementation maker, string passphrase) =>
        maker.GenerateUnderArgon2Async(UserId(), passphrase, _folder);

    public void Dispose() => _folder.Dispose();

    private string UserId() => $"key-{Interlocked.Increment(ref _made):d3}@example.org";
}
