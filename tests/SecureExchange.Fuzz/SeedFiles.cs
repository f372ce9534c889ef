using SecureExchange.Fuzz.Mutations;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Fuzz;

/// <summary>What mutations start from: keys, certificates, messages and signatures that gpg, sq and this engine made, and the
/// public vectors where they are at hand.</summary>
internal sealed class SeedFiles : IDisposable
{
    private const int Largest = 20_000; // What is larger has its size as its point, and slows everything.

    private readonly List<byte[]> _files = [];

    /// <param name="vectors">A folder with more files, or null.</param>
    public SeedFiles(string? vectors)
    {
        var own = Path.Combine(AppContext.BaseDirectory, "Seeds");
        Keys = [.. Files(Path.Combine(own, "keys")).Select(key => SecretKey.Read(key, Passphrase))];
        Reader = SecretKey.Read(File.ReadAllBytes(Path.Combine(own, "keys/modern.pgp")));
        Verifiers = [.. Keys.Select(key => key.Certificate).DistinctBy(certificate => certificate.Fingerprint)];

        // Ours often, since they can be opened; others for their variety.
        for (var i = 0; i < 4; i++) _files.AddRange(Files(own));
        if (vectors is not null) _files.AddRange(Files(vectors).Where(file => file.Length is > 0 and < Largest));
    }

    /// <summary>When all of this happens: after the seeds were made.</summary>
    public static DateTimeOffset Now { get; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ReadOnlySpan<byte> Passphrase => "pass"u8;

    public IReadOnlyList<SecretKey> Keys { get; }

    /// <summary>Whose messages cost least to open.</summary>
    public SecretKey Reader { get; }

    public IReadOnlyList<Certificate> Verifiers { get; }

    public IEnumerable<byte[]> All => _files;

    public IEnumerable<byte[]> Certificates => Starting(6);

    public IEnumerable<byte[]> SecretKeys => Starting(5);

    public IEnumerable<byte[]> Messages => Starting(1, 3, 9, 10, 18, 20, 21);

    /// <summary>Signed, and not encrypted.</summary>
    public IEnumerable<byte[]> Signed => Starting(4, 8, 11).Select(Binary);

    /// <summary>Texts that are signed in the clear.</summary>
    public IEnumerable<byte[]> Cleartexts => _files.Where(file => file.AsSpan().StartsWith("-----BEGIN PGP SIGNED MESSAGE"u8));

    public IEnumerable<byte[]> Signatures => Starting(2);

    /// <summary>Each of a certificate among the seeds.</summary>
    public IReadOnlyList<byte[]> Revocations { get; } = [.. Files(Path.Combine(AppContext.BaseDirectory, "Seeds/revocations"))];

    public IReadOnlyList<byte[]> BZip2 { get; } = [.. Files(Path.Combine(AppContext.BaseDirectory, "Seeds/bzip2"))];

    /// <summary>What the signatures that stand alone were made of.</summary>
    public byte[] SignedData { get; } = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Seeds/plaintext.csv"));

    public void Dispose()
    {
        foreach (var key in Keys.Append(Reader)) key.Dispose();
    }

    private IEnumerable<byte[]> Starting(params byte[] types) =>
        _files.Where(file => PacketPart.Split(Binary(file)) is [var first, ..] && types.Contains(first.Type));

    private static byte[] Binary(byte[] file) => ArmorMutator.IsArmored(file) ? ArmorMutator.TakeOff(file) ?? file : file;

    private static IEnumerable<byte[]> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
}
