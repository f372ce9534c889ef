using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Signatures in memory, through the same API that streams.</summary>
internal static class Signing
{
    public static SignOptions By(params SecretKey[] signers) => new() { Signers = signers, Now = Clock.Now };

    public static VerifyOptions With(params Certificate[] verifiers) => new() { Verifiers = verifiers, Now = Clock.Now };

    public static async Task<byte[]> DetachedAsync(byte[] data, SignOptions options) =>
        (await PgpSignature.SignDetachedAsync(new MemoryStream(data), options, CancellationToken.None)).Octets.ToArray();

    public static Task<SignatureVerdict> VerifyAsync(byte[] data, byte[] signatures, VerifyOptions options) =>
        PgpSignature.VerifyDetachedAsync(new MemoryStream(data), signatures, options, CancellationToken.None);

    public static Task<byte[]> InlineAsync(byte[] data, SignOptions options, int piece = int.MaxValue) =>
        WriteAsync(data, output => PgpSignature.SignInline(output, options), piece);

    public static Task<byte[]> CleartextAsync(byte[] data, SignOptions options, int piece = int.MaxValue) =>
        WriteAsync(data, output => PgpSignature.SignCleartext(output, options), piece);

    public static async Task<(byte[] Data, SignatureVerdict Verdict)> OpenAsync(byte[] message, VerifyOptions options, int piece = 65536)
    {
        await using var opened = await PgpSignature.OpenAsync(new MemoryStream(message), options, CancellationToken.None);
        var data = new MemoryStream();
        var buffer = new byte[piece];
        int read;
        while ((read = await opened.Plaintext.ReadAsync(buffer, CancellationToken.None)) > 0) data.Write(buffer, 0, read);
        return (data.ToArray(), await opened.VerifyAsync(CancellationToken.None));
    }

    public static async Task<(byte[] Data, byte[] Signatures)> DetachAsync(byte[] message, bool armor = false)
    {
        var data = new MemoryStream();
        var signatures = await PgpSignature.DetachAsync(new MemoryStream(message), data, armor, null, CancellationToken.None);
        return (data.ToArray(), signatures.ToArray());
    }

    /// <summary>How opening a message fails; null if it doesn't.</summary>
    public static async Task<PgpException?> FailureAsync(byte[] message, VerifyOptions options)
    {
        try
        {
            await OpenAsync(message, options);
            return null;
        }
        catch (PgpException e)
        {
            return e;
        }
    }

    private static async Task<byte[]> WriteAsync(byte[] data, Func<Stream, SignedWriter> start, int piece)
    {
        var output = new MemoryStream();
        await using var writer = start(output);
        for (var at = 0; at < data.Length; at += Math.Min(piece, data.Length - at))
            await writer.WriteAsync(data.AsMemory(at, Math.Min(piece, data.Length - at)), CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        return output.ToArray();
    }
}
