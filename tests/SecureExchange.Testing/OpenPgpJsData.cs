namespace SecureExchange.Testing;

/// <summary>Plaintext, and what OpenPGP.js says of each signature.</summary>
public sealed record OpenPgpJsData(byte[] Data, IReadOnlyList<OpenPgpJsSignature> Signatures)
{
    /// <summary>Whether there are signatures, and all are good.</summary>
    public bool Good => Signatures.Count > 0 && Signatures.All(s => s.Refused is null);
}
