using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Whole messages in memory, through the same API that streams.</summary>
internal static class Sealing
{
    public static byte[] Plaintext(int size)
    {
        var plaintext = new byte[size];
        for (var i = 0; i < size; i++) plaintext[i] = (byte)((i * 131) ^ (i >> 7));
        return plaintext;
    }

    public static async Task<byte[]> SealAsync(
        byte[] plaintext, Certificate recipient, SecretKey? signer = null, bool armor = false, int piece = int.MaxValue,
        DateTimeOffset? now = null) =>
        await SealAsync(
            plaintext,
            new SealOptions { Recipients = [recipient], Signers = signer is null ? [] : [signer], Now = now ?? Clock.Now, Armor = armor },
            piece);

    public static async Task<byte[]> SealAsync(byte[] plaintext, SealOptions options, int piece = int.MaxValue)
    {
        var output = new MemoryStream();
        await using var writer = PgpMessage.Seal(output, options);
        for (var at = 0; at < plaintext.Length; at += Math.Min(piece, plaintext.Length - at))
            await writer.WriteAsync(plaintext.AsMemory(at, Math.Min(piece, plaintext.Length - at)), CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        return output.ToArray();
    }

    public static Task<(byte[] Plaintext, VerifiedMessage Verified)> OpenAsync(
        byte[] message, SecretKey key, Certificate? verifier = null, DateTimeOffset? now = null, int piece = 65536) =>
        OpenAsync(
            new MemoryStream(message),
            new OpenOptions { Keys = [key], Verifiers = verifier is null ? [] : [verifier], Now = now ?? Clock.Now },
            piece);

    public static async Task<(byte[] Plaintext, VerifiedMessage Verified)> OpenAsync(Stream input, OpenOptions options, int piece = 65536)
    {
        await using var message = await PgpMessage.OpenAsync(input, options, CancellationToken.None);
        var plaintext = new MemoryStream();
        var buffer = new byte[piece];
        int read;
        while ((read = await message.Plaintext.ReadAsync(buffer, CancellationToken.None)) > 0) plaintext.Write(buffer, 0, read);
        return (plaintext.ToArray(), await message.VerifyAsync(CancellationToken.None));
    }

    /// <summary>How opening a message fails; null if it doesn't.</summary>
    public static async Task<PgpException?> FailureAsync(byte[] message, OpenOptions options)
    {
        try
        {
            await OpenAsync(new MemoryStream(message), options);
            return null;
        }
        catch (PgpException e)
        {
            return e;
        }
    }
}
