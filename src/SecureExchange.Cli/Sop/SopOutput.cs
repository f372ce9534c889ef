namespace SecureExchange.Cli.Sop;

/// <summary>A second output: a file that wasn't there, or <c>@FD:</c>n. The file goes away again if the command fails.</summary>
internal sealed class SopOutput
{
    private readonly Stream _stream;
    private readonly string? _path;

    private SopOutput(Stream stream, string? path)
    {
        _stream = stream;
        _path = path;
    }


    /// <summary>Opens it before any work is done, so that nothing is lost to a name that is taken.</summary>
    internal static SopOutput Open(string name)
    {
        if (SopInput.IsSpecial(name, out var descriptor, out var variable))
        {
            return variable is null
                ? new SopOutput(SopInput.OpenDescriptor(descriptor, FileAccess.Write), path: null)
                : throw new SopException(SopExit.UnsupportedSpecialPrefix, $"{name}: an environment variable can't take an output; name a file or @FD:n");
        }

        // Session keys and verifications are nobody else's business.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new SopOutput(new FileStream(name, options), name);
        }
        catch (IOException) when (File.Exists(name) || Directory.Exists(name) || new FileInfo(name).LinkTarget is not null)
        {
            throw new SopException(SopExit.OutputExists, $"{name} is there already; nothing was overwritten");
        }
    }

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> octets) => _stream.WriteAsync(octets);

    /// <summary>Keeps what was written.</summary>
    internal ValueTask CloseAsync() => _stream.DisposeAsync();

    /// <summary>Takes the file away, even while it is written to.</summary>
    internal void Discard()
    {
        if (_path is not null) File.Delete(_path);
    }
}
