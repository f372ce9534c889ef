using System.Text;
using SecureExchange.Masking.Detection;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>What is found in a text, as a test writes it: <c>EMAIL_ADDRESS ana@example.com</c>.</summary>
internal static class Finds
{
    public static Detector All { get; } = new(new DetectorOptions { Countries = ["all"] });

    public static string[] Of(string text, DetectorOptions? options = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var found = new DetectionList();
        new Detector(options ?? new DetectorOptions { Countries = ["all"] }).Detect(bytes, found);
        var lines = new List<string>();
        foreach (var one in found.Found) lines.Add($"{one.Entity} {Encoding.UTF8.GetString(bytes, (int)one.Start, one.Length)}");
        return [.. lines];
    }
}
