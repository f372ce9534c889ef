namespace SecureExchange.OpenPgp.Keys;

/// <summary>An OpenPGP secret key: a certificate with its secret key material.</summary>
public sealed class SecretKey : IDisposable
{
    internal SecretKey() { }

    public Certificate Certificate => throw new NotImplementedException();

    public static SecretKey Read(
        ReadOnlyMemory<byte> armoredOrBinary, ReadOnlySpan<byte> passphrase = default, PgpLimits? limits = null) =>
        throw new NotImplementedException();

    public static SecretKey Generate(string userId, DateTimeOffset createdAt, TimeSpan? validFor = null) =>
        throw new NotImplementedException();

    public byte[] ToBytes() => throw new NotImplementedException();

    public string ToArmor() => throw new NotImplementedException();

    public override string ToString() => "[secret]";

    public void Dispose() => throw new NotImplementedException();
}
