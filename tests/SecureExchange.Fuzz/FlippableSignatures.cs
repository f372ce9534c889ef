using System.Buffers.Binary;
using System.Text;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.Testing;

namespace SecureExchange.Fuzz;

/// <summary>Signed data that aren't encrypted, of each kind.</summary>
internal sealed class FlippableSignatures
{
    private readonly byte[] _data;
    private readonly SecretKey _signer;
    private readonly VerifyOptions _options;

    public FlippableSignatures(SeedFiles seeds, int size)
    {
        // Text, with no white space but at the lines' ends.
        _data = Encoding.ASCII.GetBytes(Convert.ToBase64String(new Sequence(1).Bytes(size * 3 / 4), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n"));
        _signer = seeds.Reader;
        _options = new VerifyOptions { Verifiers = seeds.Verifiers, Now = SeedFiles.Now };
    }

    public IEnumerable<Flippable> All()
    {
        var options = new SignOptions { Signers = [_signer], Now = SeedFiles.Now };
        var signature = Done(PgpSignature.SignDetachedAsync(new MemoryStream(_data), options, CancellationToken.None)).Octets.ToArray();
        yield return new Flippable("detached, the data", [.. _data], data => Detached(data, signature)) { MeansNothing = _ => false };
        yield return new Flippable("detached, the signature", signature, octets => Detached(_data, octets))
        {
            MeansNothing = at => at == 0 || IsUncovered(signature, at),
        };
        var inline = Done(SignAsync(PgpSignature.SignInline, options));
        yield return new Flippable("inline", inline, Opened)
        {
            MeansNothing = at => at == 0 || IsLiteralHeader(inline, at) || IsUncovered(signature, at - (inline.Length - signature.Length)),
        };
        var cleartext = Done(SignAsync(PgpSignature.SignCleartext, options));
        var text = cleartext.AsSpan().IndexOf("\n\n"u8) + 2;
        var behind = cleartext.AsSpan().LastIndexOf("-----BEGIN"u8);
        yield return new Flippable("cleartext", cleartext, Opened) { MeansNothing = at => at < text || at >= behind };
    }

    /// <summary>What a signature doesn't cover: the format and the date (RFC 9580 §5.9), which mean nothing here, and before them the
    /// flag of the one-pass signature, which may be anything but zero (§5.4).</summary>
    private static bool IsLiteralHeader(byte[] message, int at)
    {
        var onePass = PacketHeader.Read(message, 0);
        var start = onePass.Size + (int)onePass.Length;
        var body = start + PacketHeader.Read(message.AsSpan(start), start).Size;
        return at == start - 1 || at == body || at - body is >= 2 and < 6;
    }

    /// <summary>What anybody may have written behind a signature (§5.2.3): hints, of which only those that prove themselves are
    /// taken, and the start of the digest, which lets a reader save the arithmetic.</summary>
    private static bool IsUncovered(byte[] signature, int at)
    {
        var body = PacketHeader.Read(signature, 0).Size;
        var hashed = BinaryPrimitives.ReadUInt16BigEndian(signature.AsSpan(body + 4));
        var counted = body + 6 + hashed;
        var unhashed = BinaryPrimitives.ReadUInt16BigEndian(signature.AsSpan(counted));
        return at >= counted + 2 && at < counted + 2 + unhashed + 2;
    }

    private string? Detached(byte[] data, byte[] signature)
    {
        try
        {
            return Judged(Done(PgpSignature.VerifyDetachedAsync(new PiecewiseStream(data, int.MaxValue), signature, _options, CancellationToken.None)));
        }
        catch (PgpException e)
        {
            return $"{e.Error}";
        }
    }

    private string? Opened(byte[] message)
    {
        try
        {
            return Done(OpenAsync(message));
        }
        catch (PgpException e)
        {
            return $"{e.Error}";
        }
    }

    private async Task<string?> OpenAsync(byte[] octets)
    {
        await using var message = await PgpSignature.OpenAsync(new PiecewiseStream(octets, int.MaxValue), _options, CancellationToken.None);
        using var output = new MemoryStream();
        var buffer = new byte[40_000];
        int read;
        while ((read = await message.Plaintext.ReadAsync(buffer, CancellationToken.None)) > 0) output.Write(buffer, 0, read);
        var judged = Judged(await message.VerifyAsync(CancellationToken.None));
        if (judged is null && !output.ToArray().AsSpan().TrimEnd("\r\n"u8).SequenceEqual(_data)) throw new Violation("another text was verified");
        return judged;
    }

    private string? Judged(SignatureVerdict verdict) => verdict.Signatures is [{ Status: SignatureStatus.Good } good] && good.Signer == _signer.Certificate.Fingerprint
        ? null
        : string.Join(' ', verdict.Signatures.Select(signature => signature.Status).DefaultIfEmpty());

    private async Task<byte[]> SignAsync(Func<Stream, SignOptions, SignedWriter> sign, SignOptions options)
    {
        using var output = new MemoryStream();
        await using var writer = sign(output, options);
        await writer.WriteAsync(_data, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        return output.ToArray();
    }

    private static T Done<T>(Task<T> task) =>
        task.IsCompleted ? task.GetAwaiter().GetResult() : throw new Violation("something was waited for that never comes");
}
