using System.Diagnostics;
using SecureExchange.Testing;

namespace SecureExchange.Fuzz;

/// <summary>Messages of a megabyte with one octet altered: none is taken for the message that it was, and of the encrypted data
/// there is one error only.</summary>
internal static class BitFlips
{
    private const int Edge = 400;

    /// <summary>Alters octets of a message, one at a time, spread over all of it and each by another difference.</summary>
    /// <returns>How often each error came.</returns>
    /// <exception cref="Violation">An altered message was verified, or its ciphertext gave another error than all the rest of
    /// it.</exception>
    public static IReadOnlyDictionary<string, int> Alter(Flippable flippable, int changes, int seed)
    {
        var message = flippable.Octets;
        if (flippable.Failure(message) is { } unaltered) throw new Violation($"{flippable.Kind} isn't read as it is: {unaltered}");
        var draw = new Sequence(seed);
        var errors = new Dictionary<string, int>();
        string? inside = null;
        for (var i = 0; i < changes; i++)
        {
            // The first and the last octets hold the most structure.
            var edge = i % Math.Min(Edge, message.Length);
            var at = (i * 10L / changes) switch { 0 => edge, 1 => message.Length - 1 - edge, _ => (int)((long)i * message.Length / changes) };
            var difference = (byte)(1 + draw.Below(255));
            message[at] ^= difference;
            var failure = flippable.Failure(message);
            message[at] ^= difference;
            if (failure is null && !flippable.MeansNothing(at))
                throw new Violation($"{flippable.Kind}: octet {at} of {message.Length} was altered by {difference:X2} unseen");
            var error = failure ?? "as it was";
            if (flippable.Ciphertext[at] && error != (inside ??= error))
                throw new Violation($"{flippable.Kind}: octet {at} gives '{error}', others '{inside}'");
            errors[error] = errors.GetValueOrDefault(error) + 1;
        }

        return errors;
    }

    /// <summary>Alters messages of each kind, and prints what came of it.</summary>
    public static int Run(int changes, int seed)
    {
        using var seeds = new SeedFiles(null);
        foreach (var flippable in new FlippableMessages(seeds, 1_000_000).All().Concat(new FlippableSignatures(seeds, 1_000_000).All()))
        {
            var clock = Stopwatch.StartNew();
            var errors = Alter(flippable, changes, seed);
            Console.WriteLine(
                $"{flippable.Kind,-36} {flippable.Octets.Length,9} octets {changes,7} altered in {clock.Elapsed.TotalSeconds,6:F1} s: "
                + string.Join(", ", errors.OrderByDescending(error => error.Value).Select(error => $"{error.Value} {error.Key.Split(':')[0]}")));
        }

        return 0;
    }
}
