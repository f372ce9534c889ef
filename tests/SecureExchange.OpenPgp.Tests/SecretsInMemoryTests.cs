using System.Diagnostics;
using System.Security.Cryptography;
using SecureExchange.Fuzz;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests;

/// <summary>A process reads a secret key, opens a message with it, signs another and disposes of all: then nothing secret is left in
/// its memory.</summary>
public sealed class SecretsInMemoryTests
{
    private static readonly byte[] s_passphrase = RandomNumberGenerator.GetBytes(24).Select(octet => (byte)('a' + (octet % 26))).ToArray();

    [Theory]
    [InlineData("rsa2048", "rsa2048")]
    [InlineData("ed25519", "cv25519")]
    [InlineData("nistp256", "nistp256")]
    public async Task Nothing_of_a_protected_key_is_left(string primary, string subkey)
    {
        await using var gpg = new Gpg();
        var passphrase = System.Text.Encoding.ASCII.GetString(s_passphrase);
        var fingerprint = await gpg.GenerateAsync("Locked <l@example.org>", primary, subkey, passphrase: passphrase);
        await NothingIsLeftAsync(await gpg.ExportSecretAsync(fingerprint, passphrase));
    }

    [Theory]
    [InlineData(KeyProfile.Version4, KeySuite.Curve25519)]
    [InlineData(KeyProfile.Version6, KeySuite.Curve25519)]
    public async Task Nothing_of_a_key_made_here_is_left(KeyProfile profile, KeySuite suite)
    {
        using var key = SecretKey.Generate(new KeyOptions
        {
            UserIds = ["Marked <m@example.org>"],
            CreatedAt = Clock.Now.AddMinutes(-1),
            Profile = profile,
            Suite = suite,
        });
        await NothingIsLeftAsync(key.ToBytes());
    }

    private static async Task NothingIsLeftAsync(byte[] keyOctets)
    {
        using var key = SecretKey.Read(keyOctets, s_passphrase);
        var mark = RandomNumberGenerator.GetBytes(32);
        var message = await Sealing.SealAsync([.. Enumerable.Range(0, 10_000).SelectMany(_ => mark)], key.Certificate);
        var secrets = Secrets(keyOctets, key, message);
        secrets["plaintext"] = mark[..16];

        var left = await LeftAsync(keyOctets, message, secrets, keep: false);
        Assert.True(left.Count == 0, string.Join('\n', left));

        // While the key is in use, it is there to be found: the search works.
        Assert.NotEmpty(await LeftAsync(keyOctets, message, secrets, keep: true));
    }

    /// <summary>The first 16 octets of each secret number, as they stand in packets and the other way round.</summary>
    private static Dictionary<string, byte[]> Secrets(byte[] keyOctets, SecretKey key, byte[] message)
    {
        var secrets = new Dictionary<string, byte[]> { ["passphrase"] = s_passphrase };
        foreach (var part in key.Certificate.Keys)
        {
            using var fields = new OctetWriter();
            key.Material(part.Packet.Fingerprint)!.Write(fields);
            foreach (var (number, octets) in Numbers(fields.Written).Index()) Add($"{part.Packet.Material.Algorithm} {number}", octets);
        }

        foreach (var packet in Packet.Split(keyOctets, 1 << 20).Where(p => p.Type is PacketType.SecretKey or PacketType.SecretSubkey))
        {
            if (PassphraseKey(packet, key) is { } derived) Add("key of the passphrase", derived);
        }

        var start = PacketHeader.Read(message, 0);
        var form = message[start.Size] == 3 ? SessionKeyForm.Unbound : new SessionKeyForm(6, CipherAlgorithm.Aes256);
        using var sessionKey = Resealed.SessionKeyOf(message[start.Size..(start.Size + (int)start.Length)], key, form, Clock.Now);
        Add("session key", sessionKey.Key.ToArray());
        return secrets;

        void Add(string name, byte[] octets)
        {
            secrets[name] = octets[..16];
            secrets[$"{name}, reversed"] = [.. octets.AsEnumerable().Reverse().Take(16)];
        }
    }

    /// <summary>The integers of RSA and of the older curves; of the newer ones the octets.</summary>
    private static List<byte[]> Numbers(ReadOnlySpan<byte> fields)
    {
        var numbers = new List<byte[]>();
        var cursor = new OctetCursor(fields, "secret fields", 0);
        if (fields.Length is 32 or 56 or 57) return [fields.ToArray()];
        while (cursor.Remaining > 0) numbers.Add(cursor.Mpi().ToArray());
        return numbers;
    }

    private static byte[]? PassphraseKey(Packet packet, SecretKey key)
    {
        var owner = key.Certificate.Keys.Select(part => part.Packet).First(part => packet.Body.Span.StartsWith(part.Body.Span));
        var cursor = new OctetCursor(packet.Body.Span[owner.Body.Length..], "secret key packet", 0);
        if (cursor.Octet() != 254) return null;
        var derived = new byte[((CipherAlgorithm)cursor.Octet()).KeySize()];
        StringToKey.Read(ref cursor).Derive(s_passphrase, derived, new StretchingBudget(PgpLimits.Default));
        return derived;
    }

    private static async Task<List<string>> LeftAsync(byte[] key, byte[] message, Dictionary<string, byte[]> secrets, bool keep)
    {
        using var folder = new TempFolder();
        var (keyFile, messageFile) = (Path.Combine(folder.Path, "key"), Path.Combine(folder.Path, "message"));
        await File.WriteAllBytesAsync(keyFile, Masked(key));
        await File.WriteAllBytesAsync(messageFile, message);
        var program = Path.Combine(AppContext.BaseDirectory, "SecureExchange.Fuzz.dll");
        var start = new ProcessStartInfo("dotnet", [program, "residue", keyFile, messageFile, .. keep ? (string[])["keep"] : []])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            await process.StandardInput.WriteLineAsync(Convert.ToHexString(Masked(s_passphrase)));
            Assert.Equal("done", await process.StandardOutput.ReadLineAsync(timeout.Token));
            return ProcessMemory.Find(process.Id, secrets);
        }
        catch (UnauthorizedAccessException)
        {
            Peer.Missing("this system doesn't let a process read its child's memory (ptrace_scope)");
            throw;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static byte[] Masked(byte[] octets) => [.. octets.Select(octet => (byte)(octet ^ Residue.Mask))];
}
