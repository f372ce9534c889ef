using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Tests.Keys;

public class WebKeyDirectoryTests
{
    /// <summary>The example of draft-koch-openpgp-webkey-service §3.1.</summary>
    [Fact]
    public void The_drafts_own_example_comes_out() =>
        Assert.Equal("iy9q119eutrkn8s1mk4r39qejnbu3n5q", WebKeyDirectory.HashOf("Joe.Doe"));
}
