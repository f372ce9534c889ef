namespace SecureExchange.Gateway.Keys;

/// <summary>A key of the gateway can't be used. The operator's to mend.</summary>
public sealed class KeyException(KeyError error, string what) : Exception(Text(error, what))
{
    public KeyError Error { get; } = error;

    private static string Text(KeyError error, string what) => error switch
    {
        KeyError.Malformed => $"{what}: this isn't a wrapped key (damaged, or from another version); restore it from a backup",
        KeyError.WrongKey => $"{what}: the root key doesn't open it; is this the key file that belongs to this database?",
        KeyError.Readable => $"{what}: others on this host may read the key file; chmod 600 it, and rotate it if they did",
        KeyError.Missing => $"{what}: the key file is missing although the store isn't empty; restore it from a backup",
    };
}

/// <summary>What's wrong with a key.</summary>
public enum KeyError
{
    Malformed,
    WrongKey,
    Readable,
    Missing,
}
