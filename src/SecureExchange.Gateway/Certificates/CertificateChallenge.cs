using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Access;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Certificates;

/// <summary>What the holder of a certificate has to sign with it, to show that its secret key is at hand.</summary>
/// <param name="Nonce">128 random bits, in hex: an old signature is no answer.</param>
/// <param name="ProveBy">Until when.</param>
internal sealed record CertificateChallenge(string Nonce, DateTimeOffset ProveBy)
{
    /// <summary>How long a holder has: the key may lie on another machine, with another person.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(24);

    internal static CertificateChallenge New(DateTimeOffset now) => new(RandomNumberGenerator.GetHexString(32, lowercase: true), now + s_patience);

    /// <summary>The text, to the byte. Its first line says what the signature is good for, and that it is for nothing else.</summary>
    /// <param name="gateway">The gateway's name, so that another gateway can't have it signed for it.</param>
    /// <param name="agreement">Under which agreement.</param>
    /// <param name="party">For which party.</param>
    /// <param name="holder">Whose key it is, of an approver's.</param>
    /// <param name="certificate">Which certificate.</param>
    internal byte[] Text(string gateway, AgreementId agreement, PartyId party, CallerId? holder, Fingerprint certificate) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"""
            SecureExchange certificate
            gateway: {gateway}
            agreement: {agreement}
            party: {party}
            holder: {holder?.Value ?? "the party"}
            certificate: {certificate}
            nonce: {Nonce}
            prove-by: {ProveBy.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}

            """));
}
