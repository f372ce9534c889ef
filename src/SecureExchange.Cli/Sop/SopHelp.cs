using System.Text;

namespace SecureExchange.Cli.Sop;

/// <summary>What <c>sx sop --help</c> says.</summary>
internal static class SopHelp
{
    internal static string Text()
    {
        var help = new StringBuilder("usage: sx sop SUBCOMMAND [options] [operands] < input > output\n\n");
        help.Append($"Stateless OpenPGP ({SopProgram.Draft}): what comes in is an argument or stdin, nothing is remembered.\n\nsubcommands:\n");
        foreach (var subcommand in SopProgram.Subcommands) help.Append($"  {subcommand.Name,-20}  {subcommand.Summary}\n");
        help.Append(
            """

            each has its own help: sx sop encrypt --help

            KEYS, CERTS, SIGNATURES, PASSWORD and SESSIONKEY are names: of a file, @ENV:NAME for an environment variable,
            or @FD:n for an open file descriptor. A file whose name starts with @ is written ./@name.
            An output that is named MUST NOT exist. DATE is 2026-01-31T12:00:00Z, now, or - for no bound.

            exit codes: 0 done, 1 the disk or a pipe failed, otherwise
            """);
        help.Append('\n');
        foreach (var exit in Enum.GetValues<SopExit>().Where(e => e > SopExit.Failed)) help.Append($"  {(int)exit,3}  {exit.Name()}\n");
        return help.ToString();
    }
}
