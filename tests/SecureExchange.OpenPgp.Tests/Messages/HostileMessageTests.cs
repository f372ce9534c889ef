using System.Text.Json;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>The hostile set: each message has one defect, and its verdict beside it.</summary>
public sealed class HostileMessageTests
{
    private const string Folder = "openpgp/hostile";

    private static readonly DateTimeOffset s_now = new(2025, 7, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Good messages of kinds that this engine doesn't read yet, with the error that says so. A message that isn't
    /// accepted and isn't here fails the test.</summary>
    private static readonly Dictionary<string, PgpError> s_notYet = new()
    {
        ["detached-ok"] = PgpError.NotEncrypted,
    };

    public static TheoryData<string> Messages => [.. Entries("messages").Select(entry => entry.GetProperty("id").GetString()!)];

    public static TheoryData<string> Certificates => [.. Entries("certificates").Select(entry => entry.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Every_hostile_message_meets_its_verdict(string id)
    {
        var entry = Entries("messages").Single(e => e.GetProperty("id").GetString() == id);
        var message = Vectors.Read($"{Folder}/{entry.GetProperty("file").GetString()}");

        var (error, statuses, plaintext) = await TryOpenAsync(message, entry);

        var signer = Text(entry, "signer");
        var accepted = error is null && (signer is null || statuses.Contains(SignatureStatus.Good));
        switch (Text(entry, "expect"))
        {
            case "accept" or "accept-ignore-name" when s_notYet.TryGetValue(id, out var unsupported):
                Assert.Equal(unsupported, error);
                break;
            case "accept" or "accept-ignore-name":
                Assert.True(accepted, $"{error} {string.Join(", ", statuses)}");
                if (Text(entry, "plaintext_sha256") is { } sha256)
                    Assert.Equal(sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(plaintext)));
                break;
            case "policy":
                Assert.Null(error);
                Assert.Equal(SignatureStatus.KeyExpiredSince, Assert.Single(statuses));
                break;
            default:
                Assert.False(accepted);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Every_hostile_certificate_meets_its_verdict(string id)
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
    }

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

    private static async Task<(PgpError? Error, SignatureStatus[] Statuses, byte[] Plaintext)> TryOpenAsync(byte[] message, JsonElement entry)
    {
        using var key = Key(Text(entry, "recipient") ?? "gw-v4");
        Certificate[] verifiers = Text(entry, "signer") is { } signer
            ? [Certificate.Read(Vectors.Read($"{Folder}/keys/{signer}.pub.asc"))]
            : [];
        try
        {
            var (plaintext, verified) = await Sealing.OpenAsync(
                new MemoryStream(message), new OpenOptions { Keys = [key], Verifiers = verifiers, Now = s_now });
            return (null, [.. verified.Signatures.Select(s => s.Status)], plaintext);
        }
        catch (PgpException e)
        {
            return (e.Error, [], []);
        }
    }

    private static SecretKey Key(string name) => SecretKey.Read(Vectors.Read($"{Folder}/keys/{name}.sec.asc"));

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<JsonElement> Entries(string list)
    {
        using var manifest = JsonDocument.Parse(Vectors.Read($"{Folder}/manifest.json"));
        return [.. manifest.RootElement.GetProperty(list).EnumerateArray().Select(entry => entry.Clone())];
    }
}
