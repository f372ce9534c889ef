using System.Text;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Signed and not encrypted: samples of RFC 9580, and what rPGP and Bouncy Castle collected.</summary>
public sealed class SignatureVectorTests
{
    private const string Annex = "rpgp/rfc9580/v6-25519-annex-a-4/tsk.asc";
    private const string Rpgp = "rpgp/unit-tests";
    private const string Bouncy = "bouncycastle/extracted";
    private const string Groceries = "What we need from the grocery store:\n\n- tofu\n- vegetables\n- noodles\n\n";

    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Behind a cleartext stands the line end that isn't covered; most writers of these put one more.
    [Theory]
    [InlineData($"{Bouncy}/OpenPgpMessageTest--CLEARTEXT_SIGNED.asc", Annex, Groceries, SignatureStatus.Good)] // RFC 9580, appendix A.6.
    [InlineData($"{Bouncy}/OpenPgpMessageTest--INLINE_SIGNED.asc", Annex, null, SignatureStatus.Good)] // Appendix A.7.
    [InlineData("rpgp/rfc9580/v4-ed25519-x25519/csf.msg", "rpgp/rfc9580/v4-ed25519-x25519/tsk.asc", "hello world\n\n", SignatureStatus.Good)]
    [InlineData("rpgp/rfc9580/v6-25519-annex-a-4/csf.msg", Annex, "hello world\n\n", SignatureStatus.Good)]
    [InlineData("rpgp/rfc9580/v6-nistp/csf.msg", "rpgp/rfc9580/v6-nistp/tsk.asc", "hello world\n\n", SignatureStatus.Good)]
    [InlineData("rpgp/rfc9580/v6-rsa/csf.msg", "rpgp/rfc9580/v6-rsa/tsk.asc", "hello world\n\n", SignatureStatus.Good)]
    [InlineData($"{Rpgp}/csf/msg.csf", $"{Rpgp}/csf/alice.pub.asc", null, SignatureStatus.Good)]
    [InlineData($"{Rpgp}/csf/empty.csf", $"{Rpgp}/csf/alice.pub.asc", "\n", SignatureStatus.Good)]
    [InlineData($"{Rpgp}/csf/starts-with-newline.csf", $"{Rpgp}/csf/alice.pub.asc", "\ntest\n\n", SignatureStatus.Good)]
    [InlineData($"{Rpgp}/text_signature_normalization.msg", $"{Rpgp}/text_signature_normalization_alice.key", "foo\nbar\r\nbaz", SignatureStatus.Good)]
    public async Task A_signed_message_is_read(string message, string key, string? expected, SignatureStatus status)
    {
        var (data, verdict) = await Signing.OpenAsync(Vectors.Read($"openpgp/{message}"), With(key));

        Assert.Equal(status, Assert.Single(verdict.Signatures).Status);
        if (expected is not null) Assert.Equal(expected, Encoding.UTF8.GetString(data));
    }

    [Theory]
    [InlineData($"{Rpgp}/cleartext-msg-01-fail.asc", PgpError.TrailingData)]
    [InlineData($"{Rpgp}/cleartext-msg-02-fail.asc", PgpError.MalformedArmor)]
    [InlineData($"{Rpgp}/csf/gpg.fail-notdash", PgpError.MalformedArmor)]
    [InlineData($"{Bouncy}/ArmoredInputStreamCSFRejectPrefixedDashTest--MALFORMED.asc", PgpError.MalformedArmor)]
    [InlineData($"{Bouncy}/ArmoredInputStreamCSFRejectPrefixedDashTest--trailingDash.asc", PgpError.MalformedArmor)]
    [InlineData($"{Bouncy}/PGPClearSignedSignatureTest--crOnlySignedMessage.asc", PgpError.UnexpectedKind)]
    [InlineData($"{Bouncy}/PGPClearSignedSignatureTest--crNlSignedMessage.asc", PgpError.Truncated)] // One CR without LF, before the END line.
    [InlineData("rpgp/two_signed.asc", PgpError.Malformed)]
    [InlineData("rpgp/two_messages.asc", PgpError.UnexpectedKind)]
    [InlineData("rpgp/quine.out", PgpError.LimitExceeded)]
    public async Task A_message_is_refused(string message, PgpError expected) =>
        Assert.Equal(expected, (await Signing.FailureAsync(Vectors.Read($"openpgp/{message}"), With(Annex)))?.Error);

    [Fact]
    public async Task No_public_file_brings_anything_but_the_engines_own_exception()
    {
        foreach (var file in Directory.EnumerateFiles(Vectors.Path("openpgp"), "*", SearchOption.AllDirectories))
        {
            var octets = await File.ReadAllBytesAsync(file);
            await Signing.FailureAsync(octets, With(Annex));
            await Refused(() => Signing.VerifyAsync([1], octets, With(Annex)));
            await Refused(() => Task.FromResult(Certificate.ReadAll(octets)));
        }

        static async Task Refused(Func<Task> action)
        {
            try
            {
                await action();
            }
            catch (PgpException)
            {
                // As it should be.
            }
        }
    }

    private static VerifyOptions With(string key)
    {
        var octets = Vectors.Read($"openpgp/{key}");
        if (key.EndsWith(".pub.asc", StringComparison.Ordinal)) return new VerifyOptions { Verifiers = [Certificate.Read(octets)], Now = s_now };
        using var secret = SecretKey.Read(octets);
        return new VerifyOptions { Verifiers = [secret.Certificate], Now = s_now };
    }
}
