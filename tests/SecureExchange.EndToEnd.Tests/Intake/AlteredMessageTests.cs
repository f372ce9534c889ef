using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Intake;

/// <summary>A message that somebody altered on its way.</summary>
public sealed partial class AlteredMessageTests(Gateways gateways, PartyKeys keys)
{
    /// <summary>A machine that is quick sends more in a second than a caller may.</summary>
    private static readonly string[] s_hurried = ["--caller-rate", "100000", "--party-rate", "100000"];

    [Theory(Timeout = 120_000)]
    [InlineData(GpgKeyKind.Rsa3072)]
    [InlineData(GpgKeyKind.Curve25519)]
    public async Task A_message_with_one_bit_flipped_anywhere_is_refused_and_nothing_of_it_is_stored(GpgKeyKind kind)
    {
        await using var gateway = await gateways.StartAsync(Store.Folder, s_hurried);
        using var exchange = await Exchange.CreateAsync(
            gateway, keys, new ExchangeTerms { Profile = Small.Profile, ClientKey = keys["client", kind] });
        var message = await exchange.Gpg.EncryptAsync(
            Small.People(1), exchange.GatewayKey, keys["client", kind].Fingerprint);
        var sealedBytes = CiphertextIn(message, await FindEncryptedDataAsync(exchange, message));
        var http = exchange.Http(exchange.Client);
        var codes = new ConcurrentBag<string>();

        await Parallel.ForAsync(0, message.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (at, _) =>
        {
            var altered = (byte[])message.Clone();
            altered[at] ^= (byte)(1 << (at % 8));
            using var answer = await http.PostAsync($"v1/agreements/{exchange.Agreement}/transfers", altered);
            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"bit {at % 8} of byte {at}: {answer.StatusCode}");
            var code = await Problem.CodeAsync(answer);
            if (sealedBytes.Contains(at)) codes.Add(code);
        });

        // One answer for all of the ciphertext, or the answers tell what was hit (EFAIL).
        Assert.Equal(["openpgp.decryption-failed"], codes.Distinct());
        Assert.Empty(await exchange.ListAsync(exchange.Client));
        Assert.Empty(await gateway.BlobsAsync("transfers/"));
        await exchange.SendAsync(message); // It was the bits, and nothing else.
        Assert.NotEmpty(await gateway.BlobsAsync("transfers/"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_message_that_ends_early_anywhere_is_refused_and_nothing_of_it_is_stored()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder, s_hurried);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile, More = "signed-input: required" });
        var message = await exchange.Gpg.EncryptAsync(
            Small.People(1), exchange.GatewayKey, exchange.ClientKey.Fingerprint);
        var http = exchange.Http(exchange.Client);
        await Parallel.ForAsync(1, message.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (length, _) =>
        {
            using var answer = await http.PostAsync($"v1/agreements/{exchange.Agreement}/transfers", message[..length]);
            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"the first {length} bytes: {answer.StatusCode}");
        });
        Assert.Empty(await exchange.ListAsync(exchange.Client));
        Assert.Empty(await gateway.BlobsAsync("transfers/"));
    }

    /// <summary>Where the encrypted data's packet begins, as gpg reads the message.</summary>
    private static async Task<int> FindEncryptedDataAsync(Exchange exchange, byte[] message)
    {
        var packets = (await exchange.Gpg.RunAsync(message, "--list-packets", "--list-only", "--verbose")).Text;
        var found = EncryptedData().Match(packets);
        Assert.True(found.Success, packets);
        return int.Parse(found.Groups["off"].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Where the packet's ciphertext is: not its version, and not the lengths between its pieces (RFC 9580 §4.2.1).</summary>
    private static HashSet<int> CiphertextIn(byte[] message, int packet)
    {
        var bytes = new HashSet<int>();
        for (var (at, last) = (packet + 1, false); !last;)
        {
            int first = message[at];
            last = first is < 224 or 255;
            var (length, header) = first switch
            {
                < 192 => (first, 1),
                < 224 => (((first - 192) << 8) + message[at + 1] + 192, 2),
                255 => (BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(at + 1)), 5),
                _ => (1 << (first & 31), 1),
            };
            at += header;
            bytes.UnionWith(Enumerable.Range(at, length));
            at += length;
        }

        bytes.Remove(bytes.Min());
        return bytes;
    }

    [GeneratedRegex(@"^# off=(?<off>\d+) ctb=d2 tag=18 ", RegexOptions.Multiline)]
    private static partial Regex EncryptedData();
}
