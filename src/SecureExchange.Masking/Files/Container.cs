namespace SecureExchange.Masking.Files;

/// <summary>What a file is packed in.</summary>
internal enum Container : byte
{
    None,
    Gzip,
    Zip,
}
