using SecureExchange.Cli;

namespace SecureExchange.Gateway.Tests.Cli;

public class TerminalTests
{
    /// <summary>What a gateway answers, and what stands in a file, was written by somebody else.</summary>
    [Theory]
    [InlineData("two\nlines, Zoë and 大阪", "two\nlines, Zoë and 大阪")]
    [InlineData("\u001B[2J\u001B]0;title\u0007", "\uFFFD[2J\uFFFD]0;title\uFFFD")]
    [InlineData("good\rbad", "good\uFFFDbad")]
    [InlineData("claims\u202Evsc.exe", "claims\uFFFDvsc.exe")]
    [InlineData("a\u200B\u2028\u2029\u0085b", "a\uFFFD\uFFFD\uFFFD\uFFFDb")]
    public void What_could_rewrite_a_terminal_is_shown_as_a_mark(string text, string shown) => Assert.Equal(shown, Terminal.Plain(text));
}
