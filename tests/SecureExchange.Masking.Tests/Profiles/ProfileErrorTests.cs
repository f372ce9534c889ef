using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Profiles;

/// <summary>What a profile's author is told, word for word: <c>ProfileErrors.txt</c> has a mistake in each part, and what is said of it.</summary>
public class ProfileErrorTests
{
    private const string Update = "SX_UPDATE_GOLDEN";
    private const string Told = "=> ";
    private static readonly string s_path = Path.Combine(Checkout.Root, "tests", "SecureExchange.Masking.Tests", "Profiles", "ProfileErrors.txt");

    [Fact]
    public void Every_mistake_is_told_with_its_place_and_what_to_do()
    {
        var parts = Parts(File.ReadAllText(s_path)).ToList();
        var told = string.Concat(parts.Select(part => $"--- {part.Title}\n{part.Yaml}{Told}{Tell(part.Yaml)}\n"));
        if (Environment.GetEnvironmentVariable(Update) is not null) File.WriteAllText(s_path, told);
        Assert.Equal(told, File.ReadAllText(s_path));
    }

    [Fact]
    public void There_is_one_of_each_kind()
    {
        var text = File.ReadAllText(s_path);
        Assert.All(Enum.GetNames<ProfileError>(), name => Assert.Contains($" [{name}]\n", text, StringComparison.Ordinal));
        Assert.DoesNotContain("no mistake", text, StringComparison.Ordinal);
    }

    private static string Tell(string yaml)
    {
        try
        {
            MaskingProfile.Parse(Encoding.UTF8.GetBytes(yaml.Replace("…", new string('x', 1 << 18), StringComparison.Ordinal)));
            return "no mistake";
        }
        catch (ProfileException e)
        {
            Assert.StartsWith($"line {e.Line}, column {e.Column}: ", e.Message, StringComparison.Ordinal);
            return $"{e.Message} [{e.Error}]";
        }
    }

    private static IEnumerable<(string Title, string Yaml)> Parts(string text)
    {
        foreach (var part in text.Split("--- ", StringSplitOptions.RemoveEmptyEntries))
        {
            var (title, rest) = (part[..part.IndexOf('\n', StringComparison.Ordinal)], part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
            var told = rest.IndexOf("\n" + Told, StringComparison.Ordinal);
            yield return (title, told < 0 ? rest : rest[..(told + 1)]);
        }
    }
}
