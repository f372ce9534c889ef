using System.Text.Json;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

/// <summary>Walks a Wycheproof file: every test with the group that it stands in.</summary>
internal static class Wycheproof
{
    public static IEnumerable<(JsonElement Group, JsonElement Test)> Read(string path)
    {
        using var file = JsonDocument.Parse(Vectors.Read(path));
        var seen = 0;
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                seen++;
                yield return (group, test);
            }
        }

        Assert.Equal(file.RootElement.GetProperty("numberOfTests").GetInt32(), seen);
    }

    public static byte[] Bytes(this JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

    public static bool IsValid(this JsonElement test) => test.GetProperty("result").GetString() == "valid";

    public static string Id(this JsonElement test) => $"tcId {test.GetProperty("tcId")}";
}
