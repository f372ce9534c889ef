using SecureExchange.Testing;

namespace SecureExchange.Repo.Tests;

/// <summary>The engines are used by strangers: what they can see changes in a commit that says so.</summary>
public sealed class PublicApiTests
{
    private const string Update = "SX_UPDATE_PUBLIC_API";

    [Theory]
    [InlineData("Access")]
    [InlineData("Cryptography")]
    [InlineData("Masking")]
    [InlineData("OpenPgp")]
    [InlineData("Transparency")]
    public void The_public_surface_of_an_engine_is_the_one_on_file(string engine)
    {
        var found = PublicApiText.Of(ProductAssemblies.Load($"SecureExchange.{engine}"));
        var path = Path.Combine(Checkout.Root, $"tests/SecureExchange.Repo.Tests/PublicApi/{engine}.txt");
        if (Environment.GetEnvironmentVariable(Update) == "1" && Environment.GetEnvironmentVariable("CI") != "true")
            File.WriteAllText(path, found);

        var filed = File.Exists(path) ? File.ReadAllText(path) : "";
        if (found == filed) return;
        var (now, before) = (found.Split('\n'), filed.Split('\n'));
        Report.None(
            $"""
            The public surface of {engine} isn't the one in PublicApi/{engine}.txt. Meant? Then write it and commit it too:
              {Update}=1 dotnet test tests/SecureExchange.Repo.Tests
            """,
            now.Except(before).Select(line => "+ " + line).Concat(before.Except(now).Select(line => "- " + line)).DefaultIfEmpty("(order)"));
    }
}
