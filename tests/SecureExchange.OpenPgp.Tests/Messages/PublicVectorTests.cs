using System.Text;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Messages and keys that rPGP collected from many programs.</summary>
public sealed class PublicVectorTests
{
    private const string Folder = "openpgp/rpgp";
    private const string Bob = "draft-bre-openpgp-samples-00/bob.sec.asc";

    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("rfc9580/v4-ed25519-x25519/tsk.asc", "rfc9580/v4-ed25519-x25519/enc-seipdv1.msg", "hello world\n", "")]
    [InlineData("rfc9580/v4-legacy/tsk.asc", "rfc9580/v4-legacy/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData("rfc9580/v4-nistp/tsk.asc", "rfc9580/v4-nistp/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData("rfc9580/v4-rsa/tsk.asc", "rfc9580/v4-rsa/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-25519-annex-a-4/tsk.asc", "rfc9580/v6-25519-annex-a-4/enc-seipdv1.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-25519-annex-a-4/tsk.asc", "rfc9580/v6-25519-annex-a-4/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-nistp/tsk.asc", "rfc9580/v6-nistp/enc-seipdv1.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-nistp/tsk.asc", "rfc9580/v6-nistp/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-ed25519-x448/tsk.asc", "rfc9580/v6-ed25519-x448/enc-seipdv1.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-ed25519-x448/tsk.asc", "rfc9580/v6-ed25519-x448/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-ed448-x448/tsk.asc", "rfc9580/v6-ed448-x448/enc-seipdv1.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-ed448-x448/tsk.asc", "rfc9580/v6-ed448-x448/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-rsa/tsk.asc", "rfc9580/v6-rsa/enc-seipdv1.msg", "hello world\n", "")]
    [InlineData("rfc9580/v6-rsa/tsk.asc", "rfc9580/v6-rsa/enc-seipdv2.msg", "hello world\n", "")]
    [InlineData(Bob, "gnupg/msg_to_bob.asc", "foo\n", "")]
    [InlineData(Bob, "wildcard.msg", "Hello World :)", "")]
    [InlineData(Bob, "message_future_signature.asc", "Encrypted, signed message.", "Good, Unsupported")]
    [InlineData(Bob, "message_other_hash.asc", "Encrypted, signed message.", "Unsupported")]
    [InlineData(Bob, "message_other_pub_algo.asc", "Encrypted, signed message.", "Unsupported")]
    [InlineData("unit-tests/padding/alice.key", "unit-tests/padding/msg-long-padding.pgp", "hello\n", "")]
    [InlineData("unit-tests/padding/alice.key", "unit-tests/padding/msg-short-padding.pgp", "hello\n", "")]
    [InlineData("unit-tests/padding/alice.key", "unit-tests/padding/rpgp-0-10.enc.asc", "hello world", "")]
    [InlineData("unit-tests/padding/alice.key", "unit-tests/padding/rpgp-current.enc.asc", "hello world", "")]
    public async Task A_message_is_read(string keyFile, string message, string expected, string statuses)
    {
        using var key = SecretKey.Read(Vectors.Read($"{Folder}/{keyFile}"));

        var (plaintext, verified) = await Sealing.OpenAsync(Vectors.Read($"{Folder}/{message}"), key, key.Certificate, s_now);

        Assert.Equal(expected, Encoding.UTF8.GetString(plaintext));
        Assert.Equal(statuses, string.Join(", ", verified.Signatures.Select(s => s.Status)));
    }

    [Fact]
    public async Task A_message_of_several_chunks_by_GnuPG_is_read()
    {
        using var key = SecretKey.Read(Vectors.Read($"{Folder}/{Bob}"));

        var (plaintext, verified) = await Sealing.OpenAsync(Vectors.Read($"{Folder}/gnupg/msg_to_bob_multi_chunk.asc"), key, now: s_now);

        Assert.Equal(300, plaintext.Length);
        Assert.Equal(300, verified.PlaintextLength);
    }

    [Theory]
    [InlineData("literal_eating_mdc.asc", PgpError.DecryptionFailed)]
    [InlineData("multi_message_1.asc", PgpError.DecryptionFailed)]
    [InlineData("partial_invalid_short_last.asc", PgpError.DecryptionFailed)]
    [InlineData("partial_invalid_two_fixed.asc", PgpError.DecryptionFailed)]
    [InlineData("partial_invalid_two_fixed_empty.asc", PgpError.DecryptionFailed)]
    [InlineData("two_literals_first_compressed.asc", PgpError.DecryptionFailed)]
    [InlineData("two_literals_first_compressed_two_times.asc", PgpError.DecryptionFailed)]
    [InlineData("two_messages.asc", PgpError.TrailingData)]
    [InlineData("two_signed.asc", PgpError.NotEncrypted)]
    [InlineData("literal-text-signed.asc", PgpError.NotEncrypted)]
    [InlineData("regression-01.asc", PgpError.NoMatchingKey)]
    [InlineData("quine.out", PgpError.NotEncrypted)]
    [InlineData("rfc9580/v4-legacy/enc-seipdv2.msg", PgpError.NoMatchingKey)]
    public async Task A_message_is_refused(string message, PgpError expected)
    {
        using var key = SecretKey.Read(Vectors.Read($"{Folder}/{Bob}"));

        var failure = await Sealing.FailureAsync(Vectors.Read($"{Folder}/{message}"), new OpenOptions { Keys = [key], Now = s_now });

        Assert.Equal(expected, failure?.Error);
    }

    [Theory]
    [InlineData("autocrypt/alice@autocrypt.example.pub.asc", PgpError.CertificateExpired)]
    [InlineData("draft-bre-openpgp-samples-00/bob.pub.asc", null)]
    [InlineData("perturbed.pub.asc", null)]
    [InlineData("adsk.pub.asc", null)]
    [InlineData("carol.pub.asc", PgpError.AlgorithmRefused)]
    [InlineData("ecdsa/bp256.pub", PgpError.AlgorithmRefused)]
    [InlineData("pgp6/expiring.pgp", PgpError.UnsupportedVersion)]
    [InlineData("pqc/v6-eddsa-sample-pk.asc", PgpError.AlgorithmRefused)]
    [InlineData("unit-tests/dearmor_fuzz_1", PgpError.MalformedArmor)]
    public void A_certificate_meets_its_verdict(string file, PgpError? expected)
    {
        PgpError? error = null;
        try
        {
            Certificate.Read(Vectors.Read($"{Folder}/{file}")).RequireUsableForEncryption(s_now);
        }
        catch (PgpException e)
        {
            error = e.Error;
        }

        Assert.Equal(expected, error);
    }

    [Fact]
    public async Task No_public_file_brings_anything_but_the_engines_own_exception()
    {
        using var key = SecretKey.Read(Vectors.Read($"{Folder}/{Bob}"));
        var options = new OpenOptions { Keys = [key], Verifiers = [key.Certificate], Now = s_now };
        var files = Directory.EnumerateFiles(Vectors.Path("openpgp"), "*", SearchOption.AllDirectories).ToList();
        Assert.True(files.Count > 400);
        foreach (var file in files)
        {
            var octets = await File.ReadAllBytesAsync(file);
            await Sealing.FailureAsync(octets, options);
            Refused(() => Certificate.Read(octets).RequireUsableForEncryption(s_now));
            Refused(() => SecretKey.Read(octets, "password"u8).Dispose());
        }

        static void Refused(Action action)
        {
            try
            {
                action();
            }
            catch (PgpException)
            {
                // As it should be.
            }
        }
    }
}
