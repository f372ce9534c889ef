using System.Security.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Fuzz;

/// <summary>A process that uses a secret key and has done with it, so that a test can look at what is left in its memory.</summary>
internal static class Residue
{
    /// <summary>What every octet that comes in is XORed with, so that no secret stands in a buffer of somebody else's.</summary>
    public const byte Mask = 0xA5;

    /// <summary>Opens a message, signs another, forgets all secrets, says so, and waits until a line comes.</summary>
    /// <param name="keyFile">A secret key, masked.</param>
    /// <param name="messageFile">A message to it.</param>
    /// <param name="keep">Whether the key isn't forgotten: then the test must find it.</param>
    public static async Task<int> RunAsync(string keyFile, string messageFile, bool keep)
    {
        var passphrase = Unmask(Convert.FromHexString(Console.ReadLine()!));
        var key = Read(keyFile, passphrase);
        await UseAsync(key, messageFile);
        if (!keep)
        {
            key.Dispose();
            CryptographicOperations.ZeroMemory(passphrase);
        }

        // What waits for its finalizer still has its memory.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine("done");
        Console.ReadLine();
        GC.KeepAlive(key);
        GC.KeepAlive(passphrase);
        return 0;
    }

    private static SecretKey Read(string keyFile, byte[] passphrase)
    {
        var octets = Unmask(File.ReadAllBytes(keyFile));
        try
        {
            return SecretKey.Read(octets, passphrase);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    private static async Task UseAsync(SecretKey key, string messageFile)
    {
        var now = TimeProvider.System.GetUtcNow();
        var buffer = GC.AllocateUninitializedArray<byte>(40_000, pinned: true);
        await using (var input = File.OpenRead(messageFile))
        await using (var message = await PgpMessage.OpenAsync(input, new OpenOptions { Keys = [key], Now = now }, CancellationToken.None))
        {
            while (await message.Plaintext.ReadAsync(buffer, CancellationToken.None) > 0) { }
            await message.VerifyAsync(CancellationToken.None);
        }

        CryptographicOperations.ZeroMemory(buffer);
        var options = new SealOptions { Recipients = [key.Certificate], Signers = [key], Now = now };
        await using var writer = PgpMessage.Seal(Stream.Null, options);
        await writer.WriteAsync(buffer, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
    }

    private static byte[] Unmask(byte[] masked)
    {
        var octets = GC.AllocateUninitializedArray<byte>(masked.Length, pinned: true);
        for (var i = 0; i < masked.Length; i++) octets[i] = (byte)(masked[i] ^ Mask);
        return octets;
    }
}
