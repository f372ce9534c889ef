using System.Security.Cryptography;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Forms;

/// <summary>A key for these tests, in memory and as files, since some peers read only those.</summary>
internal sealed class TestKey
{
    /// <param name="userId">An e-mail address that no other key here has: peers find it by that.</param>
    /// <param name="secret">The secret key.</param>
    /// <param name="certificate">Its public part.</param>
    /// <param name="folder">Where its files go.</param>
    public TestKey(string userId, byte[] secret, byte[] certificate, TempFolder folder)
    {
        (UserId, Secret, Certificate) = (userId, secret, certificate);
        var name = Convert.ToHexStringLower(SHA256.HashData(secret))[..16];
        (SecretFile, CertificateFile) = (folder.File($"{name}.key"), folder.File($"{name}.cert"));
        File.WriteAllBytes(SecretFile, secret);
        File.WriteAllBytes(CertificateFile, certificate);
    }

    public string UserId { get; }

    public byte[] Secret { get; }

    public byte[] Certificate { get; }

    public string SecretFile { get; }

    public string CertificateFile { get; }

    /// <summary>What unlocks the secret key; null where it is unprotected.</summary>
    public string? Passphrase { get; init; }
}
