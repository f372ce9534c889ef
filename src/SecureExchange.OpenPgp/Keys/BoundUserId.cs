using System.Text;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A user id with what the key's owner signed about it.</summary>
/// <param name="Octets">The user id, in UTF-8 as a rule.</param>
/// <param name="Bindings">Certifications by the primary key itself.</param>
/// <param name="Revocations">Revocations of those.</param>
internal sealed record BoundUserId(ReadOnlyMemory<byte> Octets, List<SelfSignature> Bindings, List<SelfSignature> Revocations)
{
    public BoundUserId(ReadOnlyMemory<byte> octets) : this(octets, [], []) { }

    /// <summary>Whether it's a user attribute: it's nobody's name, and only its signatures are told from forged ones.</summary>
    public bool IsAttribute { get; init; }

    public string Text => Encoding.UTF8.GetString(Octets.Span);
}
