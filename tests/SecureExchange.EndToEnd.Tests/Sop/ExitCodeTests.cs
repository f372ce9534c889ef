namespace SecureExchange.EndToEnd.Tests.Sop;

/// <summary>The exit codes of draft-dkg-openpgp-stateless-cli, section "Failure Modes": programs branch on them.</summary>
public sealed class ExitCodeTests(SopFolder folder)
{
    private const string Letters64 = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl";

    [Theory]
    [InlineData(3, "NO_SIGNATURE", "inline-verify carol.cert < signed")]
    [InlineData(13, "UNSUPPORTED_ASYMMETRIC_ALGO", "encrypt unknown.cert < data")]
    [InlineData(13, "UNSUPPORTED_ASYMMETRIC_ALGO", "sign unknown.sec < data")]
    [InlineData(17, "CERT_CANNOT_ENCRYPT", "encrypt expired.cert < data")]
    [InlineData(17, "CERT_CANNOT_ENCRYPT", "encrypt --for=communications storage.cert < data")]
    [InlineData(17, "CERT_CANNOT_ENCRYPT", "encrypt --for storage alice.cert communications.cert < data")]
    [InlineData(19, "MISSING_ARG", "")]
    [InlineData(19, "MISSING_ARG", "encrypt < data")]
    [InlineData(19, "MISSING_ARG", "encrypt alice.cert --sign-with < data")]
    [InlineData(19, "MISSING_ARG", "decrypt < to-alice")]
    [InlineData(19, "MISSING_ARG", "list-profiles")]
    [InlineData(19, "MISSING_ARG", "sign < data")]
    [InlineData(19, "MISSING_ARG", "verify data < data")]
    [InlineData(19, "MISSING_ARG", "inline-detach < signed")]
    [InlineData(19, "MISSING_ARG", "decrypt --session-key-out= alice.sec < to-alice")]
    [InlineData(19, "MISSING_ARG", "sign --as= alice.sec < data")]
    [InlineData(19, "MISSING_ARG", "certify-userid carol.sec < alice.cert")]
    [InlineData(19, "MISSING_ARG", "validate-userid Alice < alice.cert")]
    [InlineData(23, "INCOMPLETE_VERIFICATION", "decrypt --verify-with bob.cert alice.sec < to-alice")]
    [InlineData(23, "INCOMPLETE_VERIFICATION", "decrypt --verifications-out never alice.sec < to-alice")]
    [InlineData(23, "INCOMPLETE_VERIFICATION", "decrypt --verify-not-before=now alice.sec < to-alice")]
    [InlineData(23, "INCOMPLETE_VERIFICATION", "decrypt --verify-not-after=now alice.sec < to-alice")]
    [InlineData(29, "CANNOT_DECRYPT", "decrypt alice.sec < to-bob")]
    [InlineData(29, "CANNOT_DECRYPT", "decrypt --with-password password < twofish-chunks")]
    [InlineData(29, "CANNOT_DECRYPT", "decrypt --with-password data < to-alice")]
    [InlineData(31, "PASSWORD_NOT_HUMAN_READABLE", "encrypt --with-password binary < data")]
    [InlineData(31, "PASSWORD_NOT_HUMAN_READABLE", "generate-key --with-key-password @ENV:SOP_EMPTY Alice")]
    [InlineData(37, "UNSUPPORTED_OPTION", "armor --label=sig < to-alice")]
    [InlineData(37, "UNSUPPORTED_OPTION", "sign --as=clearsigned alice.sec < data")]
    [InlineData(37, "UNSUPPORTED_OPTION", "encrypt --nonsense alice.cert < data")]
    [InlineData(37, "UNSUPPORTED_OPTION", "encrypt --no-armor=yes alice.cert < data")]
    [InlineData(37, "UNSUPPORTED_OPTION", "version --extended extra")]
    [InlineData(37, "UNSUPPORTED_OPTION", "decrypt --verify-with bob.cert --verifications-out never --verify-not-after yesterday alice.sec < to-alice")]
    [InlineData(41, "BAD_DATA", "encrypt alice.sec < data")]
    [InlineData(41, "BAD_DATA", "decrypt alice.cert < to-alice")]
    [InlineData(41, "BAD_DATA", "encrypt future.cert < data")]
    [InlineData(41, "BAD_DATA", "merge-certs < future.cert")]
    [InlineData(41, "BAD_DATA", "certify-userid --no-require-self-sig --userid Bob alice.sec < future.cert")]
    [InlineData(41, "BAD_DATA", "validate-userid Bob bob.cert < future.cert")]
    [InlineData(41, "BAD_DATA", "inline-verify alice.cert < compressed-42")]
    [InlineData(41, "BAD_DATA", "decrypt alice.sec < data")]
    [InlineData(41, "BAD_DATA", "extract-cert < alice.cert")]
    [InlineData(41, "BAD_DATA", "armor < data")]
    [InlineData(41, "BAD_DATA", "dearmor < data")]
    [InlineData(41, "BAD_DATA", "inline-verify alice.cert < to-alice")]
    [InlineData(41, "BAD_DATA", "verify data alice.cert < data")]
    [InlineData(41, "BAD_DATA", "decrypt --with-session-key data < to-alice")]
    [InlineData(53, "EXPECTED_TEXT", "sign --as=text alice.sec < binary")]
    [InlineData(53, "EXPECTED_TEXT", "generate-key \uFFFD")]
    [InlineData(53, "EXPECTED_TEXT", "certify-userid --userid=\uFFFD alice.sec < bob.cert")]
    [InlineData(53, "EXPECTED_TEXT", "validate-userid \uFFFD alice.cert < bob.cert")]
    [InlineData(53, "EXPECTED_TEXT", "inline-sign --as=clearsigned alice.sec < binary")]
    [InlineData(53, "EXPECTED_TEXT", "encrypt --as=text alice.cert < binary")]
    [InlineData(59, "OUTPUT_EXISTS", "decrypt --verify-with bob.cert --verifications-out data alice.sec < to-alice")]
    [InlineData(59, "OUTPUT_EXISTS", "decrypt --session-key-out dangling alice.sec < to-alice")]
    [InlineData(61, "MISSING_INPUT", "encrypt nobody.cert < data")]
    [InlineData(61, "MISSING_INPUT", $"encrypt {Letters64}{Letters64}{Letters64}{Letters64} < data")]
    [InlineData(61, "MISSING_INPUT", "encrypt @ENV:SX_THERE_IS_NO_SUCH_VARIABLE < data")]
    [InlineData(61, "MISSING_INPUT", "encrypt @FD:977 < data")]
    [InlineData(67, "KEY_IS_PROTECTED", "sign locked.sec < data")]
    [InlineData(69, "UNSUPPORTED_SUBCOMMAND", "transmogrify")]
    [InlineData(71, "UNSUPPORTED_SPECIAL_PREFIX", "encrypt @HARDWARE:1 < data")]
    [InlineData(71, "UNSUPPORTED_SPECIAL_PREFIX", "decrypt --verify-with bob.cert --verifications-out @ENV:OUT alice.sec < to-alice")]
    [InlineData(73, "AMBIGUOUS_INPUT", "encrypt @ENV:PATH < data")]
    [InlineData(79, "KEY_CANNOT_SIGN", "encrypt --sign-with expired.sec alice.cert < data")]
    [InlineData(79, "KEY_CANNOT_SIGN", "sign expired.sec < data")]
    [InlineData(79, "KEY_CANNOT_SIGN", "sign weak.sec < data")]
    [InlineData(79, "KEY_CANNOT_SIGN", "encrypt --sign-with weak.sec alice.cert < data")]
    [InlineData(83, "INCOMPATIBLE_OPTIONS", "inline-sign --as=clearsigned --no-armor alice.sec < data")]
    [InlineData(83, "INCOMPATIBLE_OPTIONS", "version --backend --extended")]
    [InlineData(89, "UNSUPPORTED_PROFILE", "list-profiles decrypt")]
    [InlineData(89, "UNSUPPORTED_PROFILE", "generate-key --profile=enigma Alice")]
    [InlineData(103, "PRIMARY_KEY_BAD", "update-key < revoked.sec")]
    [InlineData(107, "CERT_USERID_NO_MATCH", "validate-userid Bob alice.cert < alice.cert")]
    [InlineData(107, "CERT_USERID_NO_MATCH", "validate-userid --addr-spec-only alice@example.org carol.cert < alice.cert")]
    [InlineData(107, "CERT_USERID_NO_MATCH", "certify-userid --userid Bob carol.sec < alice.cert")]
    [InlineData(109, "KEY_CANNOT_CERTIFY", "certify-userid --no-require-self-sig --userid Bob expired.sec < alice.cert")]
    public async Task What_goes_wrong_has_the_number_of_the_draft(int exit, string name, string line)
    {
        var result = await folder.TypeAsync("sx", line);

        Assert.Equal(exit, result.ExitCode);
        Assert.EndsWith($"({name})\n", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.False(File.Exists(folder.PathOf("never")));
    }

    [Fact]
    public async Task Text_that_ends_inside_a_character_is_no_text()
    {
        // What was written by then is a truncated message, which nobody can open.
        Assert.Equal(53, (await folder.TypeAsync("sx", "encrypt --as=text alice.cert < half-a-character")).ExitCode);
    }
}
