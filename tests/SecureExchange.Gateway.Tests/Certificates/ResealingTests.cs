using SecureExchange.Access;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;
using SecureExchange.Gateway.Storage;
using static SecureExchange.Gateway.Tests.Certificates.CertificateGateway;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>What the vendor hasn't had yet is sealed again after a revocation, where the agreement says so, and there alone.</summary>
public sealed class ResealingTests
{
    [Fact]
    public async Task What_was_not_fetched_is_sealed_to_the_next_certificate_and_what_was_is_not()
    {
        await using var test = await TestGateway.StartAsync(more: "reseal: unfetched");
        var (read, unread) = (await test.SentAsync(TestGateway.Csv), await test.SentAsync(TestGateway.Csv));
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, read);
        Done(await test.RevokeAsync(test.VendorKey));
        Assert.Equal(0, await test.Gateway.Resealing.RunAsync(default)); // There is nobody to seal to yet.
        using var key = test.NewKey();
        await test.BringAsync(key);
        Assert.IsType<FetchResult.Denied>(await FetchAsync(test, unread));

        Assert.Equal(1, await test.Gateway.Resealing.RunAsync(default));
        Assert.Equal(0, await test.Gateway.Resealing.RunAsync(default));
        Assert.Equal(masked, await test.FetchAsync(TestGateway.Agent, key, unread));
        Assert.IsType<FetchResult.Denied>(await FetchAsync(test, read));
        Assert.Contains("content.resealed", await test.EventsAsync());
        Assert.Single(test.TransferBlobs(), blob => blob.Contains($"{unread}/masked", StringComparison.Ordinal));
        Assert.Contains("Ada", await test.FetchAsync(TestGateway.Uploader, test.ClientKey, unread), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_copy_that_it_takes_is_gone_once_the_vendor_has_had_the_file()
    {
        await using var test = await TestGateway.StartAsync(more: "reseal: unfetched");
        var sent = await test.SentAsync(TestGateway.Csv);
        Assert.Contains(test.TransferBlobs(), IsCopy);
        await test.Gateway.Resealing.RunAsync(default);
        Assert.Contains(test.TransferBlobs(), IsCopy);
        await test.FetchAsync(TestGateway.Uploader, test.ClientKey, sent); // The client's fetch isn't the vendor's.
        await test.Gateway.Resealing.RunAsync(default);
        Assert.Contains(test.TransferBlobs(), IsCopy);
        await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        await test.Gateway.Resealing.RunAsync(default);
        Assert.DoesNotContain(test.TransferBlobs(), IsCopy);
    }

    [Fact]
    public async Task Without_a_word_in_the_agreement_the_gateway_keeps_no_copy_and_seals_nothing_again()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        Assert.DoesNotContain(test.TransferBlobs(), IsCopy);
        using var key = test.NewKey();
        await test.BringAsync(key);
        Done(await test.RevokeAsync(test.VendorKey));
        Assert.Equal(0, await test.Gateway.Resealing.RunAsync(default));
        Assert.Equal(DenialReason.CertificateRevoked, Assert.IsType<FetchResult.Denied>(await FetchAsync(test, sent)).Refusal.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_crash_interrupts_is_finished_if_the_log_has_it_and_done_anew_if_not(bool isLogged)
    {
        await using var test = await TestGateway.StartAsync(more: "reseal: unfetched");
        var sent = await test.SentAsync(TestGateway.Csv);
        using var key = test.NewKey();
        await test.BringAsync(key);
        Done(await test.RevokeAsync(test.VendorKey));
        Assert.Equal(1, await test.Gateway.Resealing.RunAsync(default));
        // As a crash between the log and the database leaves it; or, with an id that the log hasn't, one before it.
        await test.ExecuteAsync(
            $"UPDATE reseal SET event = NULL{(isLogged ? "" : ", id = 'feedfeedfeedfeedfeedfeedfeedfeed', name = 'masked-3.pgp'")}; UPDATE part SET name = name");
        if (isLogged) await test.ExecuteAsync($"UPDATE part SET name = 'masked.pgp', recipient = '{Of(test.VendorKey)}' WHERE name = 'masked-2.pgp'");
        await test.RestartAsync();
        Assert.Equal(0, await test.Gateway.Resealing.RunAsync(default));
        Assert.Contains("claim_id", await test.FetchAsync(TestGateway.Agent, key, sent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_result_that_the_client_has_not_had_is_sealed_again_to_its_next_certificate(bool isQuarantined)
    {
        await using var test = await TestGateway.StartAsync(more: "reseal: results");
        var sent = await test.SentAsync(TestGateway.Csv);
        Assert.DoesNotContain(test.TransferBlobs(), IsCopy); // Of masked work there is none.
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var (read, unread) = (await ReturnedAsync(test, sent, masked, isQuarantined), await ReturnedAsync(test, sent, masked, isQuarantined));
        var result = await test.FetchAsync(TestGateway.Uploader, test.ClientKey, read);
        using var key = test.NewKey("Client II <client@client.example>");
        Done(await test.RegisterAsync(key, TestGateway.Admin));
        Done(await test.ProveAsync(key, TestGateway.Admin));
        Done(await test.ConfirmAsync(key, SecondAdmin));
        Done(await test.RevokeAsync(test.ClientKey, SecondAdmin));
        Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Uploader, unread, null, default));

        Assert.Equal(1, await test.Gateway.Resealing.RunAsync(default));
        Assert.Equal(0, await test.Gateway.Resealing.RunAsync(default));
        Assert.Equal(result, await test.FetchAsync(TestGateway.Uploader, key, unread));
        Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Uploader, read, null, default));
        await test.Gateway.Resealing.RunAsync(default); // Both have been had: no copy is left, nor what was sealed before.
        Assert.Equal(
            isQuarantined ? ["findings", "returned-2.pgp"] : ["result-2.pgp"],
            test.TransferBlobs().Where(blob => blob.Contains($"{unread}/", StringComparison.Ordinal)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(test.TransferBlobs(), blob => IsCopy(blob) || Path.GetFileName(blob).StartsWith(PartName.Spool, StringComparison.Ordinal));
    }

    private static async Task<TransferId> ReturnedAsync(TestGateway test, TransferId of, string masked, bool isQuarantined) =>
        await test.ReturnAsync(of, isQuarantined ? masked.Replace("\n2,", "\n3,", StringComparison.Ordinal) : masked) switch
        {
            ReturnResult.Accepted accepted => accepted.Transfer,
            ReturnResult.Quarantined quarantined => quarantined.Transfer,
            var other => throw new InvalidOperationException(other.ToString()),
        };

    private static bool IsCopy(string blob) => Path.GetFileName(blob).StartsWith(PartName.Custody, StringComparison.Ordinal);

    private static Task<FetchResult> FetchAsync(TestGateway test, TransferId id) => test.Gateway.Fetches.RunAsync(TestGateway.Agent, id, null, default);
}
