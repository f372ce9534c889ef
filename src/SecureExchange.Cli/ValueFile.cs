namespace SecureExchange.Cli;

/// <summary>A value in clear: never from the command line, which every user of the machine can read.</summary>
internal static class ValueFile
{
    /// <summary>Reads it; one line end behind it isn't part of it.</summary>
    /// <param name="file">A path, or <c>-</c> for stdin.</param>
    /// <param name="ct">Ctrl-C.</param>
    internal static async Task<string> ReadAsync(string file, CancellationToken ct)
    {
        using var reader = file == "-" ? new StreamReader(Console.OpenStandardInput()) : new StreamReader(file);
        var text = await reader.ReadToEndAsync(ct);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
