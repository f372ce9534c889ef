namespace SecureExchange.OpenPgp.Messages;

/// <summary>Over what a signature was checked: all of the data, never a part of it.</summary>
/// <param name="Form">How signature and data came.</param>
/// <param name="IsText">Whether it was signed as text: a signature over text with CR LF at its lines' ends is the same as over
/// that text with LF (RFC 9580 §5.2.1.2), so that line ends are nobody's word.</param>
/// <param name="Octets">How many octets of data, before line ends were made CR LF. Names, dates and formats of literals aren't
/// among them.</param>
public sealed record SignedExtent(SignatureForm Form, bool IsText, long Octets);
