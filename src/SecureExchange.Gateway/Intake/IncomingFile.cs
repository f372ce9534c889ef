using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Keys;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Intake;

/// <summary>A file on its way in: in clear over the connection, or an OpenPGP message to the gateway.</summary>
/// <remarks>What <see cref="ReadAsync"/> gives of a message may have been altered on the way; only
/// <see cref="VerifyAsync"/> says whether it was. It alone makes the <see cref="Origin"/> that events of acceptance
/// want, so nothing can be accepted that wasn't verified to its last byte.</remarks>
internal sealed class IncomingFile : IAsyncDisposable
{
    /// <summary>What tells a message from a text, and no more: the armor's first line.</summary>
    private const int HeadSize = 27;

    private readonly Stream _body;
    private readonly OpenedMessage? _message;
    private readonly bool _signatureRequired;

    private IncomingFile(Stream body, OpenedMessage? message, bool signatureRequired)
    {
        _body = body;
        _message = message;
        _signatureRequired = signatureRequired;
    }

    /// <summary>Opens a file as its first bytes say what it is.</summary>
    /// <param name="body">What the sender sends.</param>
    /// <param name="sender">Whose signature a message may bear, and no other's.</param>
    /// <param name="signatureRequired">Whether it has to be a signed message.</param>
    /// <param name="keys">The gateway's key opens it.</param>
    /// <param name="limits">How much a message may unpack to.</param>
    /// <param name="now">Signatures are judged at this moment.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <exception cref="PgpException">It's a message that the gateway can't open.</exception>
    /// <exception cref="TransferFaultException">It's in clear, and the agreement asks for signed messages.</exception>
    internal static async Task<IncomingFile> OpenAsync(
        Stream body, PartyTerms sender, bool signatureRequired, KeyRing keys, IntakeLimits limits, DateTimeOffset now,
        CancellationToken ct)
    {
        var head = new byte[HeadSize];
        var length = await body.ReadAtLeastAsync(head, HeadSize, throwOnEndOfStream: false, ct);
        var whole = new HeadedStream(head.AsMemory(0, length), body);
        if (!PgpMessage.LooksLikePgp(head.AsSpan(0, length)))
        {
            return signatureRequired ? throw new TransferFaultException(SignatureMissing) : new IncomingFile(whole, null, false);
        }

        var options = new OpenOptions
        {
            Keys = [.. keys.OpeningKeys(now)],
            Verifiers = sender.InForce,
            Now = now,
            Limits = PgpLimits.Default with { MaxPlaintext = limits.MaxFileBytes },
        };
        var message = await PgpMessage.OpenAsync(whole, options, ct);
        return new IncomingFile(whole, message, signatureRequired);
    }

    /// <summary>The next plaintext; 0 at the end.</summary>
    internal ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) =>
        _message?.Plaintext.ReadAsync(buffer, ct) ?? _body.ReadAsync(buffer, ct);

    /// <summary>Reads and forgets what is left, so that a message can be verified although its content is refused.</summary>
    internal async Task DrainAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (await ReadAsync(buffer, ct) > 0)
        {
        }
    }

    /// <summary>The verdict on the whole file.</summary>
    /// <exception cref="PgpException">It was altered.</exception>
    /// <exception cref="TransferFaultException">A signature isn't the sender's, isn't good, or is missing.</exception>
    internal async Task<Origin> VerifyAsync(CancellationToken ct)
    {
        if (_message is null) return Origin.Clear;
        var verified = await _message.VerifyAsync(ct);
        if (verified.Signatures.Count == 0)
            return _signatureRequired ? throw new TransferFaultException(SignatureMissing) : Origin.OpenPgp(signer: null);
        foreach (var signature in verified.Signatures)
        {
            if (signature.Status != SignatureStatus.Good) throw new TransferFaultException(BadSignature(signature.Status));
        }

        return Origin.OpenPgp(verified.Signatures[0].Signer?.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_message is not null) await _message.DisposeAsync();
    }

    private static TransferFault SignatureMissing { get; } = new(
        "signature.missing", "the agreement asks for an OpenPGP message signed by its sender, and encrypted to the gateway");

    private static TransferFault BadSignature(SignatureStatus status) => status switch
    {
        SignatureStatus.UnknownSigner => new("signature.unknown-signer", "the message is signed by a key that isn't in one of the sender's certificates under the agreement"),
        SignatureStatus.Expired => new("signature.expired", "the message's signature has expired; sign it anew"),
        SignatureStatus.NotYetValid => new("signature.not-yet-valid", "the message's signature is dated in the future; check the clock of the machine that signs"),
        SignatureStatus.KeyExpired or SignatureStatus.KeyExpiredSince => new("signature.key-expired", "the message is signed by a key that has expired; send the gateway the renewed certificate with sx cert update, or register another one"),
        SignatureStatus.KeyRevoked => new("signature.key-revoked", "the message is signed by a key that is revoked"),
        SignatureStatus.KeyMayNotSign => new("signature.key-may-not-sign", "the message is signed by a key that its certificate doesn't let sign"),
        SignatureStatus.AlgorithmRefused => new("signature.algorithm-refused", "the message's signature uses a hash or an algorithm that is too weak"),
        _ => new("signature.bad", "the message's signature doesn't verify"),
    };
}
