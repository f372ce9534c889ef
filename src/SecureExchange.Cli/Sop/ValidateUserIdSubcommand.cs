using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop validate-userid</c></summary>
internal static class ValidateUserIdSubcommand
{
    private static readonly SopOption s_addressOnly = new("--addr-spec-only", "USERID is a mail address, and only the address of a user id is compared");
    private static readonly SopOption s_validateAt = new("--validate-at", "the moment at which it must be so (default: now)", "DATE");

    internal static SopSubcommand Create() => new("validate-userid", "asks whether authorities certify that certificates belong to a user id", RunAsync)
    {
        Options = [s_addressOnly, s_validateAt],
        Operands = "USERID CERTS...",
        OperandCount = (2, int.MaxValue),
        Reads = "CERTS",
        Notes = "Writes nothing. Exit code 0: every certificate on stdin has the user id, and one of the CERTS certifies it. An authority vouches for itself.",
    };

    private static async Task RunAsync(SopCall call)
    {
        var userId = SopText.UserId(call.Arguments.Operands[0]);
        var at = SopDate.Read(call, s_validateAt, call.Now, call.Now);
        var authorities = await SopKeys.CertificatesAsync(call.Arguments.Operands.Skip(1));
        foreach (var certificate in await SopKeys.CertificatesFromInputAsync(call))
        {
            var matching = certificate.UserIds.Where(own => call.Arguments.Has(s_addressOnly) ? HasAddress(own, userId) : own == userId).ToList();
            if (matching.Count == 0)
                throw NoMatch(certificate, $"has no user id {userId}, but {string.Join(", ", certificate.UserIds)}");
            if (!matching.Exists(own => certificate.CertifiersOf(own, authorities, at).Count > 0))
                throw NoMatch(certificate, $"none of the authorities certifies that it belongs to {userId}, or the certificate isn't valid");
        }
    }

    private static SopException NoMatch(Certificate certificate, string why) =>
        new(SopExit.CertUserIdNoMatch, $"{certificate.Fingerprint}: {why}");

    /// <summary>Whether a user id is a mail address, or has it in angle brackets at its end. In a domain's name case means nothing.</summary>
    private static bool HasAddress(string userId, string address)
    {
        var start = userId.EndsWith('>') ? userId.LastIndexOf('<') + 1 : 0;
        var own = start > 0 ? userId[start..^1] : userId;
        var (ownAt, at) = (own.LastIndexOf('@'), address.LastIndexOf('@'));
        return ownAt > 0 && at == ownAt
            && own.AsSpan(0, at).SequenceEqual(address.AsSpan(0, at))
            && own.AsSpan(at).Equals(address.AsSpan(at), StringComparison.OrdinalIgnoreCase);
    }
}
