using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Gateway.Intake;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>A gateway, and people who register certificates.</summary>
internal static class CertificateGateway
{
    internal static Caller SecondVendorAdmin { get; } = TestGateway.Caller("vendor", "admin-3", Role.VendorAdmin);

    internal static Caller SecondAdmin { get; } = TestGateway.Caller("client", "admin-4", Role.ClientAdmin);

    internal static SecretKey NewKey(this TestGateway test, string name = "Vendor II <vendor@vendor.example>", TimeSpan? validFor = null) =>
        SecretKey.Generate(name, test.Clock.GetUtcNow(), validFor);

    internal static Task<CertificateResult> RegisterAsync(this TestGateway test, SecretKey key, Caller? caller = null, bool asApprover = false) =>
        test.Gateway.Certificates.RegisterAsync(caller ?? TestGateway.VendorAdmin, test.Agreement, key.Certificate.ToBytes(), asApprover, default);

    /// <summary>The text that has to be signed, as its holder gets it: opened with the key, where it is sealed.</summary>
    internal static async Task<byte[]> ChallengeAsync(this TestGateway test, SecretKey key, Caller? caller = null)
    {
        var challenged = Assert.IsType<CertificateResult.Challenged>(await test.Gateway.Certificates.ChallengeAsync(
            caller ?? TestGateway.VendorAdmin, test.Agreement, Of(key), default));
        if (!challenged.IsSealed) return challenged.Content.ToArray();
        using var message = new MemoryStream(challenged.Content.ToArray());
        await using var opened = await PgpMessage.OpenAsync(
            message, new OpenOptions { Keys = [key], Verifiers = [test.Gateway.Certificate], Now = test.Clock.GetUtcNow() }, default);
        using var text = new MemoryStream();
        var piece = new byte[1000];
        while (await opened.Plaintext.ReadAsync(piece, default) is var length && length > 0) text.Write(piece, 0, length);
        Assert.Equal(SignatureStatus.Good, Assert.Single((await opened.VerifyAsync(default)).Signatures).Status);
        return text.ToArray();
    }

    internal static async Task<CertificateResult> ProveAsync(this TestGateway test, SecretKey key, Caller? caller = null, SecretKey? with = null, byte[]? text = null) =>
        await test.Gateway.Certificates.ProveAsync(
            caller ?? TestGateway.VendorAdmin, test.Agreement, Of(key),
            await test.SignatureAsync(with ?? key, text ?? await test.ChallengeAsync(key, caller)), default);

    internal static Task<CertificateResult> ConfirmAsync(this TestGateway test, SecretKey key, Caller? caller = null) =>
        test.Gateway.Certificates.ConfirmAsync(caller ?? SecondVendorAdmin, test.Agreement, Of(key), default);

    internal static Task<CertificateResult> UpdateAsync(this TestGateway test, Certificate copy, Caller? caller = null, string? of = null) =>
        test.Gateway.Certificates.UpdateAsync(caller ?? TestGateway.VendorAdmin, test.Agreement, of ?? copy.Fingerprint.ToString(), copy.ToBytes(), default);

    internal static Task<CertificateResult> RevokeAsync(this TestGateway test, SecretKey key, Caller? caller = null) =>
        test.Gateway.Certificates.RevokeAsync(caller ?? TestGateway.VendorAdmin, test.Agreement, Of(key), default);

    /// <summary>Brings a key of the vendor's into use, as two people do.</summary>
    internal static async Task BringAsync(this TestGateway test, SecretKey key)
    {
        Done(await test.RegisterAsync(key));
        Done(await test.ProveAsync(key));
        Done(await test.ConfirmAsync(key));
    }

    /// <summary>Sends a file that the client has signed and sealed to the gateway.</summary>
    internal static async Task<IntakeResult> SendSealedAsync(this TestGateway test, SecretKey key)
    {
        using var message = new MemoryStream();
        await using (var writer = PgpMessage.Seal(
            message, new SealOptions { Recipients = [test.Gateway.Certificate], Signers = [key], Now = test.Clock.GetUtcNow() }))
        {
            await writer.WriteAsync(Encoding.UTF8.GetBytes(TestGateway.Csv), default);
            await writer.CompleteAsync(default);
        }

        message.Position = 0;
        return await test.SendAsync(message);
    }

    internal static CertificateStanding Done(CertificateResult result) => Assert.IsType<CertificateResult.Done>(result).View.Standing;

    internal static string Fault(CertificateResult result) => Assert.IsType<CertificateResult.Refused>(result).Fault.Code;

    internal static DenialReason Denied(CertificateResult result) => Assert.IsType<CertificateResult.Denied>(result).Refusal.Reason;

    internal static string Of(SecretKey key) => key.Certificate.Fingerprint.ToString();
}
