using System.Security.Cryptography;
using System.Text;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Fuzz.Targets;

/// <summary>What came out of a message that was opened to its end.</summary>
internal sealed record Opening(byte[] Plaintext, VerifiedMessage Verified)
{
    public string Digest => Convert.ToHexString(SHA256.HashData(Plaintext));

    public string Statuses => string.Join(' ', Verified.Signatures.Select(s => s.Status));

    /// <summary>Who signed what: the signers of good signatures, with the digest of what they signed. Signatures of text don't tell
    /// one line end from the other (RFC 9580 §5.2.4).</summary>
    public IEnumerable<string> Signed
    {
        get
        {
            var text = Encoding.Latin1.GetString(Plaintext).Replace("\r\n", "\n", StringComparison.Ordinal);
            var digest = Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(text)));
            return Verified.Signatures.Where(s => s.Status == SignatureStatus.Good).Select(s => $"{s.Signer} {digest}");
        }
    }

    /// <summary>Opens a message whose octets come in pieces of a size that hangs on what they are.</summary>
    public static Opening Run(PiecewiseStream input, OpenOptions options, CancellationToken ct = default)
    {
        var opening = RunAsync(input, options, ct);
        return opening.IsCompleted ? opening.GetAwaiter().GetResult() : throw new Violation("something was waited for that never comes");
    }

    private static async Task<Opening> RunAsync(PiecewiseStream input, OpenOptions options, CancellationToken ct)
    {
        await using var message = await PgpMessage.OpenAsync(input, options, ct);
        using var plaintext = new MemoryStream();
        var buffer = new byte[input.Piece is > 1 and < 64 ? 61 : 40_000];
        int read;
        while ((read = await message.Plaintext.ReadAsync(buffer, ct)) > 0) plaintext.Write(buffer, 0, read);
        var verified = await message.VerifyAsync(ct);
        if (verified.PlaintextLength != plaintext.Length) throw new Violation("another length than what was read");
        return new Opening(plaintext.ToArray(), verified);
    }
}
