namespace SecureExchange.Cli.Sop;

/// <summary>A second output: a file that wasn't there, or <c>@FD:</c>n. A file that isn't complete goes away again.</summary>
internal sealed class SopOutput : IDisposable
{
    private readonly string? _path;
    private bool _complete;

    private SopOutput(Stream stream, string? path)
    {
        Stream = stream;
        _path = path;
    }

    internal Stream Stream { get; }

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
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new SopOutput(new FileStream(name, options), name);
        }
        catch (IOException) when (File.Exists(name) || Directory.Exists(name))
        {
            throw new SopException(SopExit.OutputExists, $"{name} is there already; nothing was overwritten");
        }
    }

    internal async Task WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken ct = default)
    {
        await Stream.WriteAsync(octets, ct);
        await CompleteAsync(ct);
    }

    internal async Task CompleteAsync(CancellationToken ct = default)
    {
        await Stream.FlushAsync(ct);
        _complete = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_complete && _path is not null) File.Delete(_path);
    }
}
