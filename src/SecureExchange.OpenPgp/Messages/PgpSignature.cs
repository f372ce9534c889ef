using System.Text;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Signatures on data that aren't encrypted (RFC 9580 §7, §10.3, §10.4): apart from the data, around it, or behind a
/// text that stays readable. Makes and checks them, streaming.</summary>
/// <remarks>The three forms aren't exchangeable: a signature taken out of one and put into another covers the same octets, so that
/// whoever relies on one should say which form it expects.</remarks>
public static class PgpSignature
{
    /// <summary>Signs data, and leaves them where they are.</summary>
    /// <param name="data">From its present position to its end. Stays open.</param>
    /// <param name="options">By whom, when, how.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PgpException">A signer can't sign now, or what is signed as text isn't UTF-8.</exception>
    public static Task<DetachedSignature> SignDetachedAsync(Stream data, SignOptions options, CancellationToken ct) =>
        Detached.SignAsync(data, options, ct);

    /// <summary>Checks signatures that stand apart from their data.</summary>
    /// <param name="data">From its present position to its end. Stays open.</param>
    /// <param name="signatures">One or more signature packets, or one block of ASCII armor (<c>PGP SIGNATURE</c>).</param>
    /// <param name="options">Whose signatures, when.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The verdict, with a result for each signature, in their order. One that this engine can't read says so, and
    /// doesn't stop the others.</returns>
    /// <exception cref="PgpException">The signatures aren't that.</exception>
    public static Task<SignatureVerdict> VerifyDetachedAsync(
        Stream data, ReadOnlyMemory<byte> signatures, VerifyOptions options, CancellationToken ct) =>
        Detached.VerifyAsync(data, signatures, options, ct);

    /// <summary>Starts a message with data and signatures, not encrypted. Nothing is written before the first octets
    /// come.</summary>
    /// <param name="output">Where the message goes. Stays open, and isn't flushed.</param>
    /// <param name="options">By whom, when, how.</param>
    /// <exception cref="PgpException">A signer can't sign now; it says why.</exception>
    public static SignedWriter SignInline(Stream output, SignOptions options) => new InlineSignedWriter(output, options);

    /// <summary>Starts a text that stays readable, with signatures behind it. White space at lines' ends is taken off, a missing
    /// line end at its end is added; lines that start with a dash or "From " get a dash and a space before them, which
    /// readers take off.</summary>
    /// <param name="output">Where it goes, when it is complete. Stays open, and isn't flushed.</param>
    /// <param name="options">By whom, when. Text up to <see cref="PgpLimits.MaxCleartext"/> octets.</param>
    /// <exception cref="PgpException">A signer can't sign now; it says why.</exception>
    public static SignedWriter SignCleartext(Stream output, SignOptions options) => new CleartextWriter(output, options);

    /// <summary>Opens a message that is signed and not encrypted, armored or binary, or a text that is signed in the clear: reads
    /// up to the first octet of its data.</summary>
    /// <param name="input">Where it comes from, from its first octet; nothing may follow it. Stays open.</param>
    /// <param name="options">Whose signatures, when.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PgpException">It isn't such a message; <see cref="PgpError.UnexpectedKind"/> for an encrypted
    /// one.</exception>
    public static Task<SignedMessage> OpenAsync(Stream input, VerifyOptions options, CancellationToken ct) =>
        SignedMessage.OpenAsync(input, options, ct);

    /// <summary>Takes a signed message or a text that is signed in the clear apart, without judging its signatures: what they cover
    /// goes to <paramref name="data"/>, and they come back as they were.</summary>
    /// <param name="input">Where it comes from, from its first octet; nothing may follow it. Stays open.</param>
    /// <param name="data">Where its data go. They are anybody's, and nobody's at all if this method fails. Of a cleartext the last
    /// line's end, which isn't covered, isn't among them, so that the signatures fit.</param>
    /// <param name="armor">Whether the signatures come back as ASCII armor.</param>
    /// <param name="limits">How much it may ask for; null for <see cref="PgpLimits.Default"/>.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Signature packets (RFC 9580 §10.4).</returns>
    /// <exception cref="PgpException">It isn't such a message, or holds no signature.</exception>
    public static async Task<ReadOnlyMemory<byte>> DetachAsync(
        Stream input, Stream data, bool armor, PgpLimits? limits, CancellationToken ct)
    {
        var options = new VerifyOptions { Verifiers = [], Now = DateTimeOffset.UnixEpoch, Limits = limits ?? PgpLimits.Default };
        await using var message = await SignedMessage.OpenAsync(input, options, ct);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await message.ReadCoveredAsync(buffer, ct)) > 0) await data.WriteAsync(buffer.AsMemory(0, read), ct);
        var bodies = await message.FinishAsync(ct);
        if (bodies.Count == 0) throw Throw.Error(PgpError.NotSigned, "the message holds no signature");
        using var packets = new OctetWriter();
        foreach (var body in bodies) packets.Packet(PacketType.Signature, body);
        return armor
            ? Encoding.ASCII.GetBytes(ArmorEncoder.Encode(ArmorKind.Signature, packets.Written, checksum: bodies.All(body => body is not [6, ..])))
            : packets.ToArray();
    }
}
