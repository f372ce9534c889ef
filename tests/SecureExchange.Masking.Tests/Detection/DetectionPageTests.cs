using SecureExchange.Masking.Detection;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>What is found in texts whose personal data is known.</summary>
public sealed class DetectionPageTests
{
    private const string Update = "SX_UPDATE_DETECTION";

    private static string PagePath => Path.Combine(Checkout.Root, "docs/detection.md");

    [Fact]
    public void Of_Presidios_spans_at_least_98_percent_are_found_and_right()
    {
        var all = Score.Sum("all", PresidioCases.Run(out var disagreements));
        Assert.True(all is { Precision: >= 0.98, Recall: >= 0.98 }, $"{all.Line()}{string.Join('\n', disagreements)}");
        Assert.DoesNotContain(disagreements, one => one.EndsWith("not looked at", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_entity_of_its_pattern_recognisers_is_here()
    {
        var theirs = PresidioCases.Entities();
        Assert.InRange(theirs.Count, 70, 200);
        Assert.Empty(theirs.Except(Detector.AllEntities));
    }

    [Fact]
    public void The_page_says_what_is_found()
    {
        var found = DetectionPage.Render();
        if (Environment.GetEnvironmentVariable(Update) == "1" && Environment.GetEnvironmentVariable("CI") != "true") File.WriteAllText(PagePath, found);
        Assert.Equal(File.ReadAllText(PagePath), found);
    }
}
