using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Demo;

/// <summary>What the documents show of masking without a gateway, word for word.</summary>
public sealed class MaskingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 120_000)]
    [InlineData("README.md", "masking")]
    [InlineData("README.md", "tracing")]
    [InlineData("README.md", "detection")]
    public async Task Every_command_prints_what_the_document_says(string document, string tag)
    {
        DemoRun.Link(_folder.Path);
        var transcript = Transcript.Read(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, document)), tag);
        Assert.Null(await transcript.RunAsync(_folder.Path, new Dictionary<string, string>(), seconds: 100));
    }
}
