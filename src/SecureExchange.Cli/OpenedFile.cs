using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli;

/// <summary>Opens what the gateway sealed. The plaintext has its name only once all of it is verified.</summary>
internal static class OpenedFile
{
    internal static async Task WriteAsync(string sealedPath, string output, SecretKey key, IReadOnlyList<Certificate> gateway, CancellationToken ct)
    {
        var part = output + ".part";
        try
        {
            await using (var input = File.OpenRead(sealedPath))
            await using (var file = Create(part))
            {
                await CopyAsync(input, file, key, gateway, ct);
            }

            File.Move(part, output, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Opens a message into a stream that nobody reads before this returns.</summary>
    /// <exception cref="CliException">It isn't signed by the gateway.</exception>
    internal static async Task CopyAsync(Stream input, Stream output, SecretKey key, IReadOnlyList<Certificate> gateway, CancellationToken ct)
    {
        var options = new OpenOptions { Keys = [key], Verifiers = [.. gateway], Now = TimeProvider.System.GetUtcNow() };
        await using var message = await PgpMessage.OpenAsync(input, options, ct);
        var piece = new byte[128 * 1024];
        while (await message.Plaintext.ReadAsync(piece, ct) is var length && length > 0)
            await output.WriteAsync(piece.AsMemory(0, length), ct);
        var verified = await message.VerifyAsync(ct);
        if (verified.Signatures.Count == 0 || verified.Signatures.Any(s => s.Status != SignatureStatus.Good))
            throw new CliException(Terminal.NotVerified, "the message isn't signed by the gateway; nothing was written. Is it the right gateway's certificate?");
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
