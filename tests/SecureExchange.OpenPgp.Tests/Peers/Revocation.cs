using System.Text;

namespace SecureExchange.OpenPgp.Tests.Peers;

/// <summary>Key revocations as GnuPG makes them.</summary>
internal static class Revocation
{
    /// <summary>Makes a revocation certificate with a reason (0 none, 1 compromised, 2 superseded, 3 retired in GnuPG's menu),
    /// and imports it.</summary>
    public static async Task ImportAsync(Gpg gpg, string fingerprint, int reason = 0)
    {
        var answers = Encoding.ASCII.GetBytes($"y\n{reason}\nsome text\n\ny\n");
        var revocation = (await gpg.RunAsync(answers, "--no-batch", "--no-tty", "--command-fd", "0", "--passphrase", "", "--gen-revoke", fingerprint)).Succeeded().Output;
        await gpg.ImportAsync(revocation);
    }
}
