using SecureExchange.Fuzz.Targets;
using SecureExchange.OpenPgp;

namespace SecureExchange.Fuzz;

/// <summary>One input given to one target, and judged.</summary>
internal static class Execution
{
    private const long MostAllocated = 100_000_000;

    private static readonly TimeSpan s_mostTime = TimeSpan.FromSeconds(1);

    /// <summary>Executes an input.</summary>
    /// <returns>What came of it: the same for inputs that were refused for the same reason.</returns>
    /// <exception cref="Violation">The engine did what it must not.</exception>
    public static string Run(Target target, byte[] input)
    {
        FirstThrow.Reset();
        var (time, allocated) = (ThreadClock.Now, GC.GetAllocatedBytesForCurrentThread());
        string outcome;
        try
        {
            outcome = target.Execute(input);
        }
        catch (PgpException e)
        {
            outcome = $"{e.Error}: {FirstThrow.First?.Message}";
        }
        catch (Exception e) when (e is not Violation)
        {
            throw new Violation($"{e.GetType().Name} came out", e);
        }

        if (FirstThrow.Bug is { } bug) throw new Violation($"{bug.GetType().Name} was thrown inside", bug);
        time = ThreadClock.Now - time;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (time > s_mostTime) throw new Violation($"it took {time.TotalSeconds:F1} s of processor time");
        if (allocated > MostAllocated) throw new Violation($"{allocated} octets of memory were asked for");
        return $"{target.Name} {outcome}";
    }

    /// <summary>An outcome as one number: its first letters, without key ids and other numbers.</summary>
    public static ulong Kind(string outcome, int most = 60)
    {
        var (hash, letters) = (14695981039346656037UL, 0); // FNV-1a
        foreach (var character in outcome.Where(char.IsAsciiLetter))
        {
            if (char.IsAsciiHexDigitUpper(character)) continue;
            hash = (hash ^ character) * 1099511628211UL;
            if (++letters == most) break;
        }

        return hash;
    }
}
