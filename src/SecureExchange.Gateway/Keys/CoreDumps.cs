using System.Runtime.InteropServices;

namespace SecureExchange.Gateway.Keys;

/// <summary>Keeps this process's memory, with plaintext and keys in it, out of files that the system would write when it
/// crashes, and from other processes of its user.</summary>
public static partial class CoreDumps
{
    private const int SetDumpable = 4; // PR_SET_DUMPABLE
    private const int CoreSize = 4; // RLIMIT_CORE

    /// <summary>Turns them off for good: the limit can't be raised again without privileges.</summary>
    /// <returns>False where the system refuses, or isn't Linux.</returns>
    public static bool TurnOff()
    {
        if (!OperatingSystem.IsLinux()) return false;
        var none = default(Limit);
        return SetLimit(CoreSize, in none) == 0 && Control(SetDumpable, 0, 0, 0, 0) == 0;
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    /// <summary><c>struct rlimit</c>: soft and hard, both zero.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit
    {
        private readonly nuint _soft;
        private readonly nuint _hard;
    }
}
