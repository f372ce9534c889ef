namespace SecureExchange.Interop.Tests.Forms;

/// <summary>What is done to the plaintext before it is encrypted or behind its signature, by RFC 9580 §9.4's numbers.</summary>
internal enum Compression
{
    None = 0,
    Zip = 1,
    Zlib = 2,
    Bzip2 = 3,
}
