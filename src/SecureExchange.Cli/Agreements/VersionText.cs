using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Cli.Agreements;

/// <summary>What both parties sign of a version: a head of four lines, an empty one, the document.</summary>
internal sealed class VersionText
{
    private VersionText(byte[] bytes, int number, string after, string document) =>
        (Bytes, Number, After, Document) = (bytes, number, after, document);

    internal byte[] Bytes { get; }

    internal int Number { get; }

    /// <summary>Digest of the version that it changes, or <c>none</c>.</summary>
    internal string After { get; }

    internal string Document { get; }

    internal string Digest => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Bytes))}";

    /// <exception cref="CliException">It isn't the text of this agreement and version.</exception>
    internal static VersionText Read(byte[] bytes, string agreement, int number)
    {
        var parts = Encoding.UTF8.GetString(bytes).Split('\n', 6);
        if (parts is ["SecureExchange agreement", var id, var version, var after, "", var document]
            && id == $"id: {agreement}" && version == string.Create(CultureInfo.InvariantCulture, $"version: {number}")
            && after.StartsWith("after: ", StringComparison.Ordinal)) return new VersionText(bytes, number, after[7..], document);
        throw new CliException(Terminal.NotVerified, $"what the gateway sent isn't the text of {agreement} version {number}");
    }

    /// <summary>Refuses a text that doesn't name the version in force: what it changes would be another thing than is shown.</summary>
    internal void RequireFollows(VersionText? before)
    {
        if (After != (before?.Digest ?? "none"))
            throw new CliException(Terminal.NotVerified, "the text says that it changes another version than the one the gateway shows as being in force");
    }
}
