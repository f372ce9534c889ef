using System.Diagnostics;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Benchmarks;

/// <summary>The engine as a whole process, so that a script can hold it against gpg, sq and age.</summary>
internal static class OpenPgpRunner
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Writes KEY (secret, unprotected) and KEY.cert.</summary>
    public static async Task<int> GenerateAsync(string path)
    {
        using var key = SecretKey.Generate("Speed <speed@example.org>", Now.AddMinutes(-1));
        await File.WriteAllBytesAsync(path, key.ToBytes());
        await File.WriteAllBytesAsync(path + ".cert", key.Certificate.ToBytes());
        return 0;
    }

    public static async Task<int> SealAsync(SealFormat format, string certificate, string input, string output, string? signer)
    {
        using var key = signer is null ? null : SecretKey.Read(await File.ReadAllBytesAsync(signer));
        await using var from = new ReadAheadStream(input);
        await using var to = new WriteBehindStream(output);
        await using var writer = PgpMessage.Seal(to, new SealOptions
        {
            Recipients = [Certificate.Read(await File.ReadAllBytesAsync(certificate))],
            Signers = key is null ? [] : [key],
            Now = Now,
            Format = format,
        });
        ReadOnlyMemory<byte> piece;
        while (!(piece = await from.NextAsync()).IsEmpty) await writer.WriteAsync(piece, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        return 0;
    }

    public static async Task<int> OpenAsync(string secretKey, string input, string output)
    {
        using var key = SecretKey.Read(await File.ReadAllBytesAsync(secretKey));
        await using var from = new ReadAheadStream(input);
        await using var to = new WriteBehindStream(output);
        await using var message = await PgpMessage.OpenAsync(
            from, new OpenOptions { Keys = [key], Verifiers = [key.Certificate], Now = Now }, CancellationToken.None);
        int read;
        while ((read = await message.Plaintext.ReadAsync(to.Room, CancellationToken.None)) > 0) await to.AdvanceAsync(read);
        await message.VerifyAsync(CancellationToken.None);
        return 0;
    }

    /// <summary>Small messages, warm: how many a core seals in a second.</summary>
    public static async Task<int> RecordsAsync(string certificate, int count)
    {
        var options = new SealOptions { Recipients = [Certificate.Read(await File.ReadAllBytesAsync(certificate))], Now = Now };
        var record = new byte[1024];
        await SealAsync(count / 4);
        var (before, watch) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew());
        await SealAsync(count);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime - before;
        Console.WriteLine($"{count / watch.Elapsed.TotalSeconds:F0} records/s, {count / cpu.TotalSeconds:F0} per CPU second");
        return 0;

        async Task SealAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await using var writer = PgpMessage.Seal(Stream.Null, options);
                await writer.WriteAsync(record, CancellationToken.None);
                await writer.CompleteAsync(CancellationToken.None);
            }
        }
    }
}
