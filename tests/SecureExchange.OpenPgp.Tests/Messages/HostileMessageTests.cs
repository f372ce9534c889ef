using System.Text.Json;
using SecureExchange.Fuzz;
using SecureExchange.Fuzz.Targets;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>The hostile set: each message has one defect, and its verdict beside it.</summary>
public sealed class HostileMessageTests
{
    private const string Folder = "openpgp/hostile";

    private static readonly DateTimeOffset s_now = new(2025, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private const long MostAllocated = 100_000_000;

    /// <summary>Of processor time. One second is what it is meant to take; a busy machine may need more to compile.</summary>
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("SX_HOSTILE_SECONDS") ?? "30", System.Globalization.CultureInfo.InvariantCulture));

    public static TheoryData<string> Messages => [.. Entries("messages").Select(entry => entry.GetProperty("id").GetString()!)];

    public static TheoryData<string> Certificates => [.. Entries("certificates").Select(entry => entry.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_hostile_message_meets_its_verdict(string id)
    {
        var entry = Entries("messages").Single(e => e.GetProperty("id").GetString() == id);
        var message = Vectors.Read($"{Folder}/{entry.GetProperty("file").GetString()}");

        var (error, opening) = Bounded(() => TryOpen(message, entry));

        var expected = HostileVerdicts.All.GetValueOrDefault(id);
        Assert.Equal(expected as PgpError?, error);
        if (error is not null) return;
        Enum[] statuses = Text(entry, "signer") is null ? [] : [expected ?? SignatureStatus.Good];
        Assert.Equal(statuses, opening!.Verified.Signatures.Select(signature => (Enum)signature.Status));
        if (Text(entry, "plaintext_sha256") is { } sha256) Assert.Equal(sha256, opening.Digest.ToLowerInvariant());
    }

    [Fact]
    public void The_verdicts_are_those_that_the_set_asks_for()
    {
        foreach (var entry in Entries("messages"))
        {
            var id = Text(entry, "id")!;
            var isAccepted = Text(entry, "expect")!.StartsWith("accept", StringComparison.Ordinal);
            Assert.True(isAccepted != HostileVerdicts.All.ContainsKey(id) || id == "detached-ok", id);
        }
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Every_hostile_certificate_meets_its_verdict(string id) => Bounded(() => JudgeCertificate(id));

    [Fact]
    public async Task What_goes_wrong_inside_is_one_and_the_same_error()
    {
        var failures = new List<string>();
        foreach (var id in new[]
        {
            "seipdv1-mdc-cut", "seipdv1-mdc-bitflip", "seipdv1-ciphertext-bitflip", "seipdv1-truncated-half", "seipdv1-data-after-mdc",
            "two-literals", "two-literals-first-compressed", "no-literal", "empty-compressed", "encrypted-in-encrypted", "nested-deflate-64",
            "unknown-critical-packet", "literal-length-overrun", "literal-filename-overrun", "indeterminate-length-inside",
            "bomb-zip-1gib-twice", "bomb-zlib-64mib-once", "x25519-low-order-point", "pkesk-wrapped-key-flip", "rsa-pkesk-flip",
            "ops-without-signature", "ops-flood-300", "type20-ocb-chunk-bitflip",
        })
        {
            var entry = Entries("messages").Single(e => e.GetProperty("id").GetString() == id);
            var failure = await Sealing.FailureAsync(
                Vectors.Read($"{Folder}/{Text(entry, "file")}"),
                new OpenOptions { Keys = [Key(Text(entry, "recipient")!)], Now = s_now });
            Assert.NotNull(failure);
            failures.Add($"{failure.Error} {failure.Offset} {failure.Message} {failure.InnerException}");
        }

        Assert.Single(failures.Distinct());
    }

    private static string JudgeCertificate(string id)
    {
        var entry = Entries("certificates").Single(e => e.GetProperty("id").GetString() == id);
        var octets = Vectors.Read($"{Folder}/{entry.GetProperty("file").GetString()}");

        switch (id, Text(entry, "expect_import"))
        {
            case ("ko-secret-key-public-part-overwritten", _):
                var mismatch = Assert.Throws<PgpException>(() => SecretKey.Read(octets, "test"u8));
                Assert.Equal(PgpError.KeyMaterialMismatch, mismatch.Error);
                break;
            case (_, "accept" or "accept-drop-userid"):
                var certificate = Certificate.Read(octets);
                certificate.RequireUsableForEncryption(s_now);
                Assert.Single(certificate.UserIds);
                break;
            default:
                var refused = Assert.Throws<PgpException>(() => Certificate.Read(octets).RequireUsableForEncryption(s_now));
                Assert.Equal(
                    id switch
                    {
                        "expired" => PgpError.CertificateExpired,
                        "userid-swapped" => PgpError.NoValidSelfSignature,
                        _ => PgpError.NoEncryptionSubkey,
                    },
                    refused.Error);
                break;
        }

        return id;
    }

    private static (PgpError? Error, Opening? Opening) TryOpen(byte[] message, JsonElement entry)
    {
        using var key = Key(Text(entry, "recipient") ?? "gw-v4");
        Certificate[] verifiers = Text(entry, "signer") is { } signer
            ? [Certificate.Read(Vectors.Read($"{Folder}/keys/{signer}.pub.asc"))]
            : [];
        using var watchdog = new CancellationTokenSource(s_most);
        try
        {
            ReadOnlyMemory<byte>[] passphrases = Text(entry, "password") is { } password ? [System.Text.Encoding.UTF8.GetBytes(password)] : [];
            var options = new OpenOptions { Keys = [key], Passphrases = passphrases, Verifiers = verifiers, Now = s_now };
            return (null, Opening.Run(new PiecewiseStream(message, int.MaxValue), options, watchdog.Token));
        }
        catch (PgpException e)
        {
            return (e.Error, null);
        }
    }

    /// <summary>Nothing hostile takes long or much.</summary>
    private static T Bounded<T>(Func<T> action)
    {
        var (time, allocated) = (ThreadClock.Now, GC.GetAllocatedBytesForCurrentThread());
        var result = action();
        Assert.InRange(ThreadClock.Now - time, TimeSpan.Zero, s_most);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostAllocated);
        return result;
    }

    private static SecretKey Key(string name) => SecretKey.Read(Vectors.Read($"{Folder}/keys/{name}.sec.asc"));

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<JsonElement> Entries(string list)
    {
        using var manifest = JsonDocument.Parse(Vectors.Read($"{Folder}/manifest.json"));
        return [.. manifest.RootElement.GetProperty(list).EnumerateArray().Select(entry => entry.Clone())];
    }
}
