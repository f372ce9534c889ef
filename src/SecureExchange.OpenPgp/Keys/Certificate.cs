namespace SecureExchange.OpenPgp.Keys;

/// <summary>An OpenPGP certificate: the public part of a key, with what its owner says about it.</summary>
public sealed class Certificate
{
    internal Certificate() { }

    public Fingerprint Fingerprint => throw new NotImplementedException();

    public IReadOnlyList<string> UserIds => throw new NotImplementedException();

    public DateTimeOffset CreatedAt => throw new NotImplementedException();

    public static Certificate Read(ReadOnlyMemory<byte> armoredOrBinary, PgpLimits? limits = null) => throw new NotImplementedException();

    public DateTimeOffset? ExpiresAt(DateTimeOffset at, PgpPolicy? policy = null) => throw new NotImplementedException();

    public void RequireUsableForEncryption(DateTimeOffset at, PgpPolicy? policy = null) => throw new NotImplementedException();

    public byte[] ToBytes() => throw new NotImplementedException();

    public string ToArmor() => throw new NotImplementedException();
}
