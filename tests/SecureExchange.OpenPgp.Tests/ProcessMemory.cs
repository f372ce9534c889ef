using System.Globalization;

namespace SecureExchange.OpenPgp.Tests;

/// <summary>All that another process has in memory and may write to: heaps, stacks, buffers of libraries.</summary>
internal static class ProcessMemory
{
    private const int Piece = 1 << 20;

    /// <summary>Looks for octets.</summary>
    /// <param name="process">Whose: a child, or anybody's if we may.</param>
    /// <param name="wanted">What, by a name; none longer than 64 octets.</param>
    /// <returns>Which were found, and where.</returns>
    /// <exception cref="UnauthorizedAccessException">The system doesn't let us.</exception>
    public static List<string> Find(int process, IReadOnlyDictionary<string, byte[]> wanted)
    {
        const int Overlap = 64;
        var found = new List<string>();
        using var memory = new FileStream($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var buffer = new byte[Piece + Overlap];
        foreach (var map in File.ReadAllLines($"/proc/{process}/maps").Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!map[1].StartsWith("rw", StringComparison.Ordinal)) continue;
            var ends = map[0].Split('-').Select(text => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            for (var at = ends[0]; at < ends[1]; at += Piece)
            {
                var read = Read(memory, at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, ends[1] - at)));
                foreach (var (name, octets) in wanted)
                {
                    if (read.IndexOf(octets) is >= 0 and var offset)
                        found.Add($"{name} at {at + offset:x} in {map[0]} {(map.Length > 5 ? map[5] : "anonymous")}");
                }
            }
        }

        return found;
    }

    private static ReadOnlySpan<byte> Read(FileStream memory, long at, Span<byte> buffer)
    {
        try
        {
            memory.Position = at;
            return buffer[..memory.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        }
        catch (IOException)
        {
            return default; // Guard pages, and what was given back meanwhile.
        }
    }
}
