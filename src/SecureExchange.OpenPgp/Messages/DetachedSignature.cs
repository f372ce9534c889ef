namespace SecureExchange.OpenPgp.Messages;

/// <summary>Signatures apart from their data, one for each signer (RFC 9580 §10.4).</summary>
/// <param name="Octets">The packets, or their ASCII armor (<c>PGP SIGNATURE</c>).</param>
/// <param name="MicAlgorithm">The parameter <c>micalg</c> of a signed mail (RFC 3156 §5): <c>pgp-sha512</c> and the like; null
/// where the signers' hashes differ, so that one word can't say it.</param>
public sealed record DetachedSignature(ReadOnlyMemory<byte> Octets, string? MicAlgorithm);
