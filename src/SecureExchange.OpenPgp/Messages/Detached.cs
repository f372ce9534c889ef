using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Signatures apart from their data: makes and checks them, streaming.</summary>
internal static class Detached
{
    private const int PieceSize = 128 * 1024;

    public static async Task<DetachedSignature> SignAsync(Stream data, SignOptions options, CancellationToken ct)
    {
        using var signer = new MessageSigner(options, options.IsText);
        var text = options.IsText ? new Utf8Check() : null;
        await PassAsync(
            data,
            piece =>
            {
                text?.Append(piece);
                signer.Append(piece);
            },
            ct);
        text?.End();
        using var signatures = new OctetWriter();
        signer.Sign(signatures);
        var octets = options.Armor
            ? Encoding.ASCII.GetBytes(ArmorEncoder.Encode(ArmorKind.Signature, signatures.Written, signer.WantsChecksum))
            : signatures.ToArray();
        var digests = signer.Digests.Distinct().ToList();
        return new DetachedSignature(octets, digests.Count == 1 ? $"pgp-{digests[0].TextName().ToLowerInvariant()}" : null);
    }

    public static async Task<SignatureVerdict> VerifyAsync(
        Stream data, ReadOnlyMemory<byte> signatures, VerifyOptions options, CancellationToken ct)
    {
        var octets = ArmorDecoder.Binary(signatures, ArmorKind.Signature, options.Limits);
        List<PendingSignature> pending = [.. SignatureList.Split(octets, options.Limits).Select(PendingSignature.OfBody)];
        try
        {
            var length = 0L;
            await PassAsync(
                data,
                piece =>
                {
                    length += piece.Length;
                    foreach (var signature in pending) signature.Append(piece);
                },
                ct);
            var judge = new SignatureJudge(options, readers: null, SignatureForm.Detached, length);
            return new SignatureVerdict(SignatureForm.Detached, length, [.. pending.Select(judge.Judge)]);
        }
        finally
        {
            foreach (var signature in pending) signature.Dispose();
        }
    }

    private static async Task PassAsync(Stream data, CanonicalText.Sink sink, CancellationToken ct)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            int read;
            while ((read = await data.ReadAsync(piece, ct)) > 0) sink(piece.AsSpan(0, read));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
