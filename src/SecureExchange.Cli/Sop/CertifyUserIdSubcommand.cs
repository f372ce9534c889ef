using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop certify-userid</c></summary>
internal static class CertifyUserIdSubcommand
{
    private static readonly SopOption s_userId = new("--userid", "whom the certificates belong to, letter by letter (required)", "USERID", Repeats: true);
    private static readonly SopOption s_noSelfSignature = new("--no-require-self-sig", "certify user ids too that the certificates don't have");

    internal static SopSubcommand Create() => new("certify-userid", "says with a key of one's own that certificates belong to a user id", RunAsync)
    {
        Options = [SopOption.NoArmor, s_userId, SopOption.WithKeyPassword, s_noSelfSignature],
        Operands = "KEYS...",
        OperandCount = (1, int.MaxValue),
        Reads = "CERTS",
        Writes = "CERTS",
    };

    private static async Task RunAsync(SopCall call)
    {
        IReadOnlyList<string> userIds = [.. call.Arguments.All(s_userId).Select(SopText.UserId)];
        if (userIds.Count == 0) throw new SopException(SopExit.MissingArg, "whom do they belong to? --userid=\"Alice <alice@example.org>\"");
        var keys = await SopKeys.SecretKeysAsync(call, call.Arguments.Operands);
        var certified = new List<Certificate>();
        foreach (var certificate in await SopKeys.CertificatesFromInputAsync(call)) certified.Add(Certify(call, certificate, userIds, keys));
        await call.WriteCertificatesAsync(certified);
    }

    private static Certificate Certify(SopCall call, Certificate certificate, IReadOnlyList<string> userIds, List<SecretKey> keys)
    {
        foreach (var userId in userIds)
        {
            foreach (var key in keys) certificate = Certify(call, certificate, userId, key);
        }

        return certificate;
    }

    private static Certificate Certify(SopCall call, Certificate certificate, string userId, SecretKey key)
    {
        var requiresOwner = !call.Arguments.Has(s_noSelfSignature);
        if (requiresOwner && !certificate.UserIds.Contains(userId))
            throw new SopException(SopExit.CertUserIdNoMatch, $"{certificate.Fingerprint}: its owner doesn't claim {userId}; it has {string.Join(", ", certificate.UserIds)}");
        try
        {
            return key.Certify(certificate, userId, call.Now, requireSelfSignature: requiresOwner);
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.KeyCannotCertify, key.Certificate.Fingerprint.ToString());
        }
    }
}
