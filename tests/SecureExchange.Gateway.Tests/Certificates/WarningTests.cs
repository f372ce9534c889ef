using SecureExchange.Gateway.Certificates;
using SecureExchange.OpenPgp.Keys;
using static SecureExchange.Gateway.Tests.Certificates.CertificateGateway;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>Nobody is surprised by a certificate that has ended.</summary>
public sealed class WarningTests
{
    [Fact]
    public async Task A_certificate_that_ends_is_warned_of_thirty_seven_and_one_days_before_each_once()
    {
        await using var test = await TestGateway.StartAsync(vendorKeyLives: TimeSpan.FromDays(40));
        Assert.Equal("0 0 0", await EndingAsync(test, 0, 0));
        Assert.Equal("0 0 0", await EndingAsync(test, 9.9, 0));
        Assert.Equal("0 0 1", await EndingAsync(test, 10, 1));
        Assert.Equal("0 0 1", await EndingAsync(test, 32.9, 0));
        Assert.Equal("0 1 1", await EndingAsync(test, 33, 1));
        await test.RestartAsync();
        Assert.Equal("0 1 1", await EndingAsync(test, 34, 0)); // Not again after a restart.
        Assert.Equal("1 1 1", await EndingAsync(test, 39, 1));
        Assert.Equal("0 0 0", await EndingAsync(test, 41, 0)); // It is over.
        Assert.Equal(3, (await test.EventsAsync()).Count(kind => kind == "certificate.expiring"));
    }

    [Fact]
    public async Task A_subkey_that_ends_before_the_primary_key_is_warned_of_and_a_renewed_copy_ends_the_warnings()
    {
        await using var test = await TestGateway.StartAsync();
        using var edit = test.VendorKey.Edit(TestGateway.Start);
        using var shorter = edit.RotateSubkey(SubkeyUse.Encrypt, TimeSpan.FromDays(5)).Finish();
        Done(await test.UpdateAsync(shorter.Certificate));
        test.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(7, await ViewAsync(test));
        Assert.Equal(1, await test.Gateway.CertificateWatch.RunAsync(default));
        using var again = shorter.Edit(test.Clock.GetUtcNow());
        using var renewed = again.RotateSubkey(SubkeyUse.Encrypt).Finish();
        Done(await test.UpdateAsync(renewed.Certificate));
        Assert.Null(await ViewAsync(test));
        Assert.Equal(0, await test.Gateway.CertificateWatch.RunAsync(default));
    }

    private static async Task<int?> ViewAsync(TestGateway test) =>
        Assert.IsType<CertificateResult.Listed>(await test.Gateway.Certificates.ListAsync(TestGateway.Auditor, test.Agreement, default))
            .Views.Single(v => v.Standing.Certificate.Fingerprint == test.VendorKey.Certificate.Fingerprint).EndsWithinDays;

    private static async Task<string> EndingAsync(TestGateway test, double day, int warnings)
    {
        test.Clock.Advance(TestGateway.Start.AddDays(day) - test.Clock.GetUtcNow());
        Assert.Equal(warnings, await test.Gateway.CertificateWatch.RunAsync(default));
        return string.Join(' ', test.Gateway.CertificateWatch.Ending.OrderBy(e => e.Key).Select(e => e.Value));
    }
}
