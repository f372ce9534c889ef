namespace SecureExchange.Cli.Masking;

/// <summary>Reads a file that an option or argument names; what is wrong with it is said in our words.</summary>
internal static class GivenFile
{
    /// <param name="path">As it was given.</param>
    /// <param name="what">What it should be: <c>a masking profile</c>.</param>
    internal static byte[] ReadAll(string path, string what)
    {
        using var file = Open(path, what);
        var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The same, for who doesn't want all of it.</summary>
    internal static FileStream Open(string path, string what)
    {
        try
        {
            if (Directory.Exists(path)) throw new CliException(Terminal.Usage, $"{path} is a folder, and {what} is wanted");
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(Terminal.Usage, $"there is no file {path}; {what} is wanted");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliException(Terminal.Usage, $"{path} can't be read by who runs sx; {what} is wanted");
        }
    }
}
