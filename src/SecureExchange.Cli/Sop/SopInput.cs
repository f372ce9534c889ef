using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Cli.Sop;

/// <summary>The draft's "indirect" arguments: a file, <c>@ENV:</c>NAME or <c>@FD:</c>n.</summary>
internal static class SopInput
{
    private const string Variable = "@ENV:";
    private const string Descriptor = "@FD:";
    private const int CloseOnExecute = 0x80000; // Linux's O_CLOEXEC on x86-64 and ARM64.

    /// <summary>Reads all of one.</summary>
    /// <param name="name">As it stands in the arguments.</param>
    /// <param name="most">More octets than this are refused.</param>
    /// <returns>An array that the caller zeroes if it is a secret.</returns>
    internal static async Task<byte[]> ReadAsync(string name, int most)
    {
        var isSpecial = IsSpecial(name, out var descriptor, out var variable);
        if (variable is not null)
            return SopEnvironment.Read(variable) ?? throw new SopException(SopExit.MissingInput, $"{name}: there is no such environment variable");
        await using var stream = isSpecial ? OpenDescriptor(descriptor, FileAccess.Read) : OpenFile(name);
        var octets = await ReadAllAsync(stream, most);
        return octets ?? throw new SopException(SopExit.BadData, $"{name}: more than {most} octets");
    }

    private static FileStream OpenFile(string name)
    {
        try
        {
            return new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        {
            throw new SopException(SopExit.MissingInput, $"{name}: there is no such file");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException)
        {
            throw new SopException(SopExit.MissingInput, $"{name}: can't be read as a file; may this user read it?");
        }
    }

    /// <summary>Whether a name starts with <c>@</c>, and what it stands for.</summary>
    /// <exception cref="SopException">An unknown prefix, or a file of that very name is there as well.</exception>
    internal static bool IsSpecial(string name, out int descriptor, out string? variable)
    {
        (descriptor, variable) = (-1, null);
        if (!name.StartsWith('@')) return false;
        if (File.Exists(name))
            throw new SopException(SopExit.AmbiguousInput, $"{name} is also the name of a file here; for the file write ./{name}");
        if (name.StartsWith(Variable, StringComparison.Ordinal)) variable = name[Variable.Length..];
        else if (!name.StartsWith(Descriptor, StringComparison.Ordinal))
            throw new SopException(SopExit.UnsupportedSpecialPrefix, $"{name}: of the names that start with @ there are @ENV:NAME and @FD:n; for a file write ./{name}");
        else if (!int.TryParse(name.AsSpan(Descriptor.Length), NumberStyles.None, CultureInfo.InvariantCulture, out descriptor))
            throw new SopException(SopExit.MissingInput, $"{name}: a file descriptor is a number");
        return true;
    }

    internal static Stream OpenDescriptor(int descriptor, FileAccess access)
    {
        if (!IsInherited(descriptor)) throw NotOpen(descriptor, access);
        try
        {
            return new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), access, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw NotOpen(descriptor, access);
        }
    }

    /// <summary>The runtime has files of its own open, all of which close when another program starts (O_CLOEXEC); what was handed to
    /// this program can't have that flag.</summary>
    private static bool IsInherited(int descriptor)
    {
        if (!OperatingSystem.IsLinux()) return true;
        var about = $"/proc/self/fdinfo/{descriptor}";
        if (!File.Exists(about)) return false;
        var flags = File.ReadLines(about).First(line => line.StartsWith("flags:", StringComparison.Ordinal))[6..].Trim();
        return (Convert.ToInt32(flags, fromBase: 8) & CloseOnExecute) == 0;
    }

    private static SopException NotOpen(int descriptor, FileAccess access) => new(
        SopExit.MissingInput, $"@FD:{descriptor}: isn't open for {(access == FileAccess.Read ? "reading" : "writing")}");

    /// <returns>Null for more than <paramref name="most"/> octets.</returns>
    internal static async Task<byte[]?> ReadAllAsync(Stream stream, int most)
    {
        var octets = new byte[16 * 1024];
        var length = 0;
        while (await stream.ReadAsync(octets.AsMemory(length)) is var read && read > 0)
        {
            length += read;
            if (length > most) return null;
            if (length < octets.Length) continue;
            var larger = new byte[octets.Length * 2];
            octets.CopyTo(larger, 0);
            Array.Clear(octets); // It may be a secret.
            octets = larger;
        }

        var all = octets[..length];
        Array.Clear(octets);
        return all;
    }
}
