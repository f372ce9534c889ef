using SecureExchange.Access;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Return;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Tests.Keys;

/// <summary>Whoever takes over a gateway's host has its OpenPGP keys, and opens none of yesterday's files with them.</summary>
public class GatewayKeyTests
{
    [Fact]
    public async Task The_gateways_own_keys_open_no_part_of_a_dispatch_or_a_return()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, masked));
        Assert.IsType<ReturnResult.Quarantined>(await test.ReturnAsync(sent, masked.Replace("\n2,", "\n3,", StringComparison.Ordinal)));
        await test.Gateway.Keys.RotateAsync(TestGateway.Caller("operator", "operator-1", Role.Operator), KeyKind.Gateway, null, default);
        Assert.Equal(["attestation", "attestation.sig", "findings", "manifest"], await ClosedAsync(test, "masked.pgp", "original.pgp", "result.pgp", "returned.pgp"));
    }

    [Fact]
    public async Task The_gateways_own_keys_open_no_part_of_a_batch_of_records()
    {
        await using var test = await TestGateway.StartAsync("ndjson");
        using var body = new MemoryStream("""{"claim_id":"1","name":"Ada","ssn":"123-45-6789"}"""u8.ToArray());
        using var lines = new RecordLines(body);
        Assert.IsType<RecordsAnswer.Batch>(await test.Gateway.Records.RunAsync(TestGateway.Uploader, test.Agreement, null, lines, default).FirstAsync());
        Assert.Equal(["attestation", "attestation.sig", "manifest"], await ClosedAsync(test, "masked.pgp", "original.pgp"));
    }

    /// <summary>Tries all of the gateway's keys on all messages that it has stored, which have to be these.</summary>
    /// <returns>The names of the parts that are no messages: the gateway's own, under keys that an erasure destroys.</returns>
    private static async Task<IEnumerable<string>> ClosedAsync(TestGateway test, params string[] messages)
    {
        var (certificates, now) = (test.Gateway.OwnCertificates, test.Clock.GetUtcNow());
        await test.Gateway.DisposeAsync();
        var database = await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default);
        using (var keys = await KeyRing.OpenAsync(database, Path.Combine(test.Data, "keys"), new RootKeyOptions(), "gateway.example", test.Clock, default))
        {
            var own = keys.OpeningKeys(now);
            Assert.Equal(certificates.Count, own.Count);
            // They do open what is sealed to the gateway.
            foreach (var certificate in certificates) Assert.Null(await ErrorAsync(await SealAsync(certificate, now), own, now));
            Assert.Equal(messages, Names(test).Where(IsMessage));
            foreach (var blob in test.TransferBlobs().Where(IsMessage))
                Assert.Equal(PgpError.NoMatchingKey, await ErrorAsync(File.ReadAllBytes(blob), own, now));
        }

        await test.OpenAsync();
        return Names(test).Where(name => !IsMessage(name));
    }

    private static IEnumerable<string> Names(TestGateway test) =>
        test.TransferBlobs().Select(blob => Path.GetFileName(blob)).Distinct().Order(StringComparer.Ordinal);

    private static bool IsMessage(string blob) => blob.EndsWith(".pgp", StringComparison.Ordinal);

    private static async Task<PgpError?> ErrorAsync(byte[] message, IReadOnlyList<SecretKey> keys, DateTimeOffset now)
    {
        try
        {
            await using var opened = await PgpMessage.OpenAsync(new MemoryStream(message), new OpenOptions { Keys = [.. keys], Now = now }, default);
            return null;
        }
        catch (PgpException e)
        {
            return e.Error;
        }
    }

    private static async Task<byte[]> SealAsync(Certificate recipient, DateTimeOffset now)
    {
        using var message = new MemoryStream();
        await using (var writer = PgpMessage.Seal(message, new SealOptions { Recipients = [recipient], Now = now }))
        {
            await writer.WriteAsync("for the gateway"u8.ToArray(), default);
            await writer.CompleteAsync(default);
        }

        return message.ToArray();
    }
}
