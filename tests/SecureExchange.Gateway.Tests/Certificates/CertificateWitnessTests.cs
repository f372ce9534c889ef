using SecureExchange.Gateway.Audit;
using static SecureExchange.Gateway.Tests.Certificates.CertificateGateway;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>Whoever can write to the database, and not to the log, brings no certificate into use and no revoked one back.</summary>
public sealed class CertificateWitnessTests
{
    public static TheoryData<string, string> Changes => new()
    {
        { "UPDATE certificate_step SET octets = (SELECT octets FROM certificate_step WHERE kind = 1 ORDER BY event DESC LIMIT 1) WHERE kind = 1", "a step (Registered) of a certificate" },
        { "UPDATE certificate_step SET side = 1", "a step (Registered) of a certificate" },
        { "UPDATE certificate_step SET nonce = 'x' WHERE kind = 1", "a step (Registered) of a certificate" },
        { "UPDATE certificate_step SET caller = 'vendor/admin-9' WHERE kind = 1", "a step (Registered) of a certificate" },
        { "UPDATE certificate_step SET kind = 3 WHERE kind = 2", "a step (Confirmed) of a certificate" },
        { "UPDATE certificate_step SET event = event - 1 WHERE kind = 3", "two steps of certificates for one event, so one" },
        { "UPDATE certificate_step SET event = 2 WHERE kind = 3", "a step (Confirmed) of a certificate" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_the_database_says_of_a_certificate_and_the_log_does_not_is_not_believed(string sql, string what)
    {
        await using var test = await TestGateway.StartAsync();
        using var first = test.NewKey();
        using var second = test.NewKey("Vendor III <vendor@vendor.example>");
        await test.BringAsync(first);
        Done(await test.RegisterAsync(second));
        await test.ExecuteAsync(sql);
        await test.RestartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => test.SendAsync(TestGateway.Csv));
        Assert.Equal($"the database has {what} that the log hasn't", test.Gateway.Log.Stopped.Findings[LogName.Of(test.Agreement)]);
    }
}
