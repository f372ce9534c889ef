using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Demo;

/// <summary>The runner of documents' commands finds what isn't as it is written.</summary>
public sealed class TranscriptTests
{
    private const string Document = """
        Text.

        <!-- test: sample -->
        ```console
        $ name=World
        $ # a remark
        $ echo "Hello, $name"; echo oops >&2
        Hello, …
        oops
        $ cat <<END
        > 1 > 0
        > END
        1 > 0
        $ seq 5
        1
        …
        5
        $ false
        $ echo $?
        1
        $ printf 'a.b\n'
        a.b
        ```

        <!-- test: other -->
        ```console
        $ exit 7
        ```

        """;

    [Fact(Timeout = 30_000)]
    public async Task Commands_that_print_what_is_written_pass() => Assert.Null(await RunAsync(Document));

    [Theory(Timeout = 30_000)]
    [InlineData("Hello, …\n", "Hallo, …\n")]
    [InlineData("Hello, …\n", "Hello, …\n…x\n")]
    [InlineData("oops\n", "")]
    [InlineData("…\n5\n", "…\n6\n")]
    [InlineData("a.b\n```", "a.b\nc\n```")]
    [InlineData("a.b\n```", "a\n```")]
    [InlineData("\na.b\n", "\naxb\n")]
    [InlineData("1\n$ printf", "0\n$ printf")]
    [InlineData("$ false\n", "$ exit 3\n")]
    public async Task Anything_else_is_a_difference(string written, string changed)
    {
        Assert.Contains(written, Document, StringComparison.Ordinal);
        Assert.NotNull(await RunAsync(Document.Replace(written, changed, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_document_without_the_block_is_an_error() => Assert.Throws<FormatException>(() => Transcript.Read(Document, "walkthrough"));

    private static async Task<string?> RunAsync(string document)
    {
        using var folder = new TempFolder();
        return await Transcript.Read(document, "sample").RunAsync(folder.Path, new Dictionary<string, string>(), seconds: 20);
    }
}
