namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop merge-certs</c></summary>
internal static class MergeCertsSubcommand
{
    internal static SopSubcommand Create() => new("merge-certs", "adds what other copies of certificates know to those on stdin", RunAsync)
    {
        Options = [SopOption.NoArmor],
        Operands = "[CERTS...]",
        OperandCount = (0, int.MaxValue),
        Reads = "CERTS",
        Writes = "CERTS",
        Notes = "Certificates that aren't on stdin are left out. A secret key among CERTS is an error.",
    };

    private static async Task RunAsync(SopCall call)
    {
        var bases = await SopKeys.CertificatesFromInputAsync(call);
        var others = (await SopKeys.CertificatesAsync(call.Arguments.Operands)).Concat(bases).ToLookup(other => other.Fingerprint);
        await call.WriteCertificatesAsync(bases.DistinctBy(certificate => certificate.Fingerprint).Select(certificate =>
            others[certificate.Fingerprint].Aggregate(certificate, (merged, other) => merged.Merge(other))));
    }
}
