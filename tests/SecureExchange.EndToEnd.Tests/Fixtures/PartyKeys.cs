using SecureExchange.Testing;

[assembly: AssemblyFixture(typeof(SecureExchange.EndToEnd.Tests.Fixtures.PartyKeys))]

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>Keys that people have made with GnuPG, made once: RSA takes seconds.</summary>
public sealed class PartyKeys : IAsyncLifetime
{
    private readonly Dictionary<(string Who, GpgKeyKind Kind), PartyKey> _keys = [];

    public GpgHome Gpg { get; } = new();

    /// <summary>The key of a client, a vendor or a stranger.</summary>
    public PartyKey this[string who, GpgKeyKind kind] => _keys[(who, kind)];

    /// <summary>One more key, of nobody else's.</summary>
    public async Task<PartyKey> MakeAsync(
        string who, GpgKeyKind kind, string expires = "never", DateTimeOffset? at = null, bool canEncrypt = true)
    {
        var fingerprint = await Gpg.GenerateAsync($"{who} <{who}@example.org>", kind, expires, at, canEncrypt);
        return new PartyKey(fingerprint, await Gpg.ExportAsync(fingerprint), await Gpg.ExportSecretAsync(fingerprint));
    }

    public async ValueTask InitializeAsync()
    {
        foreach (var who in (string[])["client", "vendor"])
        {
            foreach (var kind in Enum.GetValues<GpgKeyKind>()) _keys[(who, kind)] = await MakeAsync($"{who}-{kind}", kind);
        }
    }

    public ValueTask DisposeAsync() => Gpg.DisposeAsync();
}

/// <summary>A key as its owner has exported it, armored.</summary>
public sealed record PartyKey(string Fingerprint, string Certificate, string Secret);
