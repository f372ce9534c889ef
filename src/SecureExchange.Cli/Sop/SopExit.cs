using System.Text;
using SecureExchange.OpenPgp;

namespace SecureExchange.Cli.Sop;

/// <summary>The exit codes of the draft's section "Failure Modes". Programs branch on the numbers.</summary>
internal enum SopExit
{
    Ok = 0,

    /// <summary>What the draft has no number for: a disk that is full, a pipe that nobody reads.</summary>
    Failed = 1,
    NoSignature = 3,
    UnsupportedAsymmetricAlgo = 13,
    CertCannotEncrypt = 17,
    MissingArg = 19,
    IncompleteVerification = 23,
    CannotDecrypt = 29,
    PasswordNotHumanReadable = 31,
    UnsupportedOption = 37,
    BadData = 41,
    ExpectedText = 53,
    OutputExists = 59,
    MissingInput = 61,
    KeyIsProtected = 67,
    UnsupportedSubcommand = 69,
    UnsupportedSpecialPrefix = 71,
    AmbiguousInput = 73,
    KeyCannotSign = 79,
    IncompatibleOptions = 83,
    UnsupportedProfile = 89,
    NoHardwareKeyFound = 97,
    HardwareKeyFailure = 101,
    PrimaryKeyBad = 103,
    CertUserIdNoMatch = 107,
    KeyCannotCertify = 109,
}

internal static class SopExits
{
    /// <summary>Which exit code tells of an engine's error about what is on stdin, where an algorithm isn't an asymmetric one.</summary>
    internal static SopExit OfData(PgpError error) =>
        error == PgpError.UnsupportedAlgorithm ? SopExit.BadData : Of(error, unusable: SopExit.BadData);

    /// <summary>The draft's name: <c>BAD_DATA</c>.</summary>
    internal static string Name(this SopExit exit)
    {
        var name = new StringBuilder();
        foreach (var letter in exit.ToString().Replace("UserId", "Userid", StringComparison.Ordinal))
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0) name.Append('_');
            name.Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }

    /// <summary>Which exit code tells of an engine's error.</summary>
    /// <param name="error">The engine's error.</param>
    /// <param name="unusable">What it is called where a key or certificate can't do what it is asked for now.</param>
    internal static SopExit Of(PgpError error, SopExit unusable) => error switch
    {
        PgpError.AlgorithmRefused when unusable is SopExit.KeyCannotSign or SopExit.KeyCannotCertify or SopExit.PrimaryKeyBad => unusable,
        PgpError.UnsupportedAlgorithm or PgpError.AlgorithmRefused => SopExit.UnsupportedAsymmetricAlgo,
        PgpError.UnsupportedProtection or PgpError.WrongPassphrase => SopExit.KeyIsProtected,
        PgpError.NotIntegrityProtected or PgpError.NoMatchingKey or PgpError.DecryptionFailed => SopExit.CannotDecrypt,
        PgpError.NoEncryptionSubkey or PgpError.RecipientCannotRead => SopExit.CertCannotEncrypt,
        PgpError.NoSigningKey => SopExit.KeyCannotSign,
        PgpError.NotText => SopExit.ExpectedText,
        PgpError.NoValidSelfSignature or PgpError.CertificateExpired or PgpError.CertificateRevoked
            or PgpError.CertificateNotYetValid => unusable,
        _ => SopExit.BadData,
    };
}

/// <summary>Ends a subcommand with an exit code of the draft and a sentence for a person.</summary>
internal sealed class SopException(SopExit exit, string message) : Exception(message)
{
    internal SopExit Exit { get; } = exit;

    /// <summary>An engine's error in the draft's terms.</summary>
    /// <param name="error">What the engine said.</param>
    /// <param name="unusable">What it is called where a key or certificate can't do what it is asked for now.</param>
    /// <param name="where">Which argument it is about; null where that goes without saying.</param>
    internal static SopException Of(PgpException error, SopExit unusable, string? where = null) =>
        new(SopExits.Of(error.Error, unusable), where is null ? error.Message : $"{where}: {error.Message}");
}
