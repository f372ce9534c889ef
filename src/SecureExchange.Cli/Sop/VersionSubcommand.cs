using System.Runtime.InteropServices;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop version</c></summary>
internal static class VersionSubcommand
{
    private const string Sopv = "1.0";

    // The draft wants a tilde before its name where something is known to be missing, and lets what it is follow.
    private const string Missing = "encrypt --as=text --sign-with signs octets: GnuPG finds signatures of text bad whose lines end in LF";

    private static readonly SopOption s_backend = new("--backend", "the OpenPGP engine instead");
    private static readonly SopOption s_extended = new("--extended", "the engine and what it stands on as well");
    private static readonly SopOption s_spec = new("--sop-spec", "the revision of the draft that it keeps to");
    private static readonly SopOption s_sopv = new("--sopv", "the version of the verification-only subset that it has");

    internal static SopSubcommand Create() => new("version", "says its name and version", Run)
    {
        Options = [s_backend, s_extended, s_spec, s_sopv],
    };

    private static Task Run(SopCall call)
    {
        SopOption[] asked = [.. new[] { s_backend, s_extended, s_spec, s_sopv }.Where(call.Arguments.Has)];
        if (asked.Length > 1) throw new SopException(SopExit.IncompatibleOptions, $"one of {string.Join(", ", asked.Select(o => o.Name))} at a time");
        var (own, engine) = ($"sx {Of(typeof(VersionSubcommand))}", $"SecureExchange.OpenPgp {Of(typeof(PgpMessage))}");
        string[] lines = asked switch
        {
            [var option] when option == s_backend => [engine],
            [var option] when option == s_extended => [own, engine, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription],
            [var option] when option == s_spec => [$"~{SopProgram.Draft}", Missing],
            [_] => [Sopv],
            _ => [own],
        };
        foreach (var line in lines) call.Print(line);
        return Task.CompletedTask;
    }

    private static string Of(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
