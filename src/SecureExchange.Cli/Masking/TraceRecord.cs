using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Cli.Masking;

/// <summary>What <c>sx mask</c> keeps of one copy, so that a leak can be traced to it: whose it is, and its manifest
/// (docs/formats/trace-record.md). Whoever has the file knows which rows are canaries.</summary>
internal sealed class TraceRecord : IDisposable
{
    private const string FirstLine = "secureexchange trace record 1";
    private const int MaxLine = 256;

    private readonly FileStream _file;
    private readonly string? _target;

    private TraceRecord(FileStream file, string recipient, string copy, string? target) => (_file, Recipient, Copy, _target) = (file, recipient, copy, target);

    /// <summary>Who gets the copy.</summary>
    internal string Recipient { get; }

    /// <summary>The copy's own name, random.</summary>
    internal string Copy { get; }

    /// <summary>Begins the record of a new copy, mode 0600; it is there once it is <see cref="Keep"/>t.</summary>
    internal static TraceRecord Create(string path, string recipient)
    {
        if (recipient.Length is 0 or > 128 || recipient.Any(char.IsControl)) throw new CliException(Terminal.Usage, "--recipient is 1 to 128 characters on one line");
        if (File.Exists(path)) throw new CliException(Terminal.Usage, $"{path} is there already; each copy has a record of its own");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream($"{path}.part", options);
        var copy = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        file.Write(Encoding.UTF8.GetBytes($"{FirstLine}\n{recipient}\n{copy}\n"));
        return new TraceRecord(file, recipient, copy, path);
    }

    /// <summary>Opens a record.</summary>
    internal static TraceRecord Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        if (ReadLine(file) != FirstLine || ReadLine(file) is not { } recipient || ReadLine(file) is not { Length: 32 } copy)
        {
            file.Dispose();
            throw new CliException(Terminal.Usage, $"{path} isn't a trace record; sx mask --trace-record makes one");
        }

        return new TraceRecord(file, recipient, copy, null);
    }

    /// <summary>Takes more of the manifest.</summary>
    internal void Write(ReadOnlySpan<byte> manifest) => _file.Write(manifest);

    internal delegate void Reader(ReadOnlySpan<byte> manifest);

    /// <summary>Reads the manifest to its end.</summary>
    internal void ReadAll(Reader read)
    {
        var piece = new byte[1 << 16];
        while (_file.Read(piece) is var length && length > 0) read(piece.AsSpan(0, length));
    }

    /// <summary>Makes a new record durable.</summary>
    internal void Keep()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move($"{_target}.part", _target!);
    }

    public void Dispose() => _file.Dispose();

    private static string? ReadLine(FileStream file)
    {
        var line = new List<byte>();
        for (int c; (c = file.ReadByte()) >= 0 && line.Count < MaxLine;)
        {
            if (c == '\n') return Encoding.UTF8.GetString([.. line]);
            line.Add((byte)c);
        }

        return null;
    }
}
