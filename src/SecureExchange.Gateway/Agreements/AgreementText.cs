using System.Security.Cryptography;
using System.Text;
using SecureExchange.Access;

namespace SecureExchange.Gateway.Agreements;

/// <summary>What both parties sign: the document, behind a head that says of what it is which version, and what it changes.</summary>
/// <remarks>With the head a signature holds for one version of one agreement, however often the same words come up; and each
/// version names the one before it, so that none can be left out.</remarks>
public static class AgreementText
{
    /// <summary>The canonical text, to the byte.</summary>
    /// <param name="id">Of which agreement.</param>
    /// <param name="number">Which version.</param>
    /// <param name="after">Digest of the version in force that it changes; null where there is none.</param>
    /// <param name="document">As its author sent it.</param>
    public static byte[] Canonical(AgreementId id, int number, string? after, string document) => Encoding.UTF8.GetBytes(
        $"SecureExchange agreement\nid: {id}\nversion: {number}\nafter: {after ?? "none"}\n\n{document}");

    /// <summary>A version's digest, as it stands in every event.</summary>
    public static string Digest(ReadOnlySpan<byte> canonical) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(canonical))}";
}
