namespace SecureExchange.OpenPgp.Tests;

/// <summary>The real time: gpg lives in it.</summary>
internal static class Clock
{
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
