using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Transparency.Tests.Witnesses;

/// <summary>Witnesses by number.</summary>
internal static class Keys
{
    internal static CosigningKey Cosigning(byte number) =>
        new($"witness.example/w{number}", Enumerable.Repeat((byte)(100 + number), 32).ToArray());

    internal static Cosigner Cosigner(byte number) => Cosigning(number).Cosigner;
}
