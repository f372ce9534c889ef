using System.CommandLine;
using System.Globalization;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.OpenPgp;
using SecureExchange.Transparency;

namespace SecureExchange.Cli;

/// <summary>What goes where: results to stdout, everything said to a person to stderr behind <c>sx: </c>, without a capital
/// and without a full stop. Whatever came from elsewhere is shown without its control characters.</summary>
internal static class Terminal
{
    /// <summary>Exit codes, documented in the README: scripts branch on them.</summary>
    internal const int Refused = 1;

    internal const int Usage = 2;

    internal const int NotVerified = 3;

    internal const int Unreachable = 4;

    /// <summary>As shells have it for Ctrl-C.</summary>
    internal const int Stopped = 130;

    internal static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        // An audience such as @offshore isn't a file of more arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Say(error.Message);
            Say($"see: {Path(parsed.CommandResult.Command)} --help");
            return Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CliException e)
        {
            Say(e.Message);
            return e.ExitCode;
        }
        catch (RefusalException e)
        {
            Say(e.Message);
            return Refused;
        }
        catch (PgpException e)
        {
            Say(e.Message);
            return NotVerified;
        }
        catch (Exception e) when (e is TransparencyException or ProfileException or IOException or UnauthorizedAccessException)
        {
            Say(e.Message);
            return Refused;
        }
        catch (OperationCanceledException)
        {
            Say("stopped");
            return Stopped;
        }
        catch (System.Text.Json.JsonException)
        {
            Say("the server's answer isn't what a SecureExchange gateway says; is SX_URL or --url right?");
            return Refused;
        }
        catch (HttpRequestException e)
        {
            Say($"the gateway can't be reached ({e.HttpRequestError}); is it running, and is SX_URL or --url right?");
            return Unreachable;
        }
    }

    internal static void Say(string message) => Console.Error.WriteLine($"sx: {Plain(message)}");

    internal static void Print(string line) => Console.Out.WriteLine(Plain(line));

    /// <summary>A command as it is typed: <c>sx keys rotate</c>.</summary>
    private static string Path(Command command) =>
        command is RootCommand ? "sx" : $"{command.Parents.OfType<Command>().Select(Path).First()} {command.Name}";

    /// <summary>Escape sequences and bidirectional overrides in a file's name must not rewrite what a person reads.</summary>
    internal static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = rune.Value == '\n' || Rune.GetUnicodeCategory(rune) is not
                (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            plain.Append(shown ? rune.ToString() : "\ufffd");
        }

        return plain.ToString();
    }
}

/// <summary>Ends a command with a sentence for its user.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    internal int ExitCode { get; } = exitCode;
}
