using System.Text;

namespace SecureExchange.OpenPgp.Armor;

/// <summary>What an armor's header line says is inside (RFC 9580 §6.2.1).</summary>
public enum ArmorKind
{
    /// <summary>A message, encrypted or signed: <c>PGP MESSAGE</c>.</summary>
    Message,

    /// <summary>Certificates: <c>PGP PUBLIC KEY BLOCK</c>.</summary>
    PublicKey,

    /// <summary>Secret keys: <c>PGP PRIVATE KEY BLOCK</c>.</summary>
    PrivateKey,

    /// <summary>Signatures apart from their data: <c>PGP SIGNATURE</c>.</summary>
    Signature,
}

internal static class ArmorKinds
{
    /// <summary>Between the dashes, after BEGIN or END.</summary>
    public static ReadOnlySpan<byte> Label(this ArmorKind kind) => kind switch
    {
        ArmorKind.Message => "PGP MESSAGE"u8,
        ArmorKind.PublicKey => "PGP PUBLIC KEY BLOCK"u8,
        ArmorKind.PrivateKey => "PGP PRIVATE KEY BLOCK"u8,
        _ => "PGP SIGNATURE"u8,
    };

    public static string Name(this ArmorKind kind) => Encoding.ASCII.GetString(kind.Label());
}
