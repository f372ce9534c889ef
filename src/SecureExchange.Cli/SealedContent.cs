using System.Net;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli;

/// <summary>A file on its way to the gateway, sealed to it and signed by its sender while it is sent.</summary>
internal sealed class SealedContent(string path, Certificate gateway, SecretKey signer) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        await using var message = PgpMessage.Seal(
            stream, new SealOptions { Recipients = [gateway], Signers = [signer], Now = TimeProvider.System.GetUtcNow() });
        var piece = new byte[128 * 1024];
        while (await file.ReadAsync(piece, cancellationToken) is var length && length > 0)
            await message.WriteAsync(piece.AsMemory(0, length), cancellationToken);
        await message.CompleteAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
