using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using SecureExchange.OpenPgp;

namespace SecureExchange.Fuzz;

/// <summary>What was thrown first while an input was executed, whatever became of it later: inside encrypted data, errors look all
/// the same from outside.</summary>
internal static class FirstThrow
{
    [ThreadStatic]
    private static Exception? t_first;

    [ThreadStatic]
    private static Exception? t_bug;

    public static Exception? First => t_first;

    /// <summary>Thrown by mistake, and caught by somebody.</summary>
    public static Exception? Bug => t_bug;

    public static void Watch() => AppDomain.CurrentDomain.FirstChanceException += Take;

    public static void Unwatch() => AppDomain.CurrentDomain.FirstChanceException -= Take;

    public static void Reset() => (t_first, t_bug) = (null, null);

    private static void Take(object? sender, FirstChanceExceptionEventArgs e)
    {
        t_first ??= e.Exception;
        if (e.Exception is not (
            PgpException or CryptographicException or InvalidDataException or IOException or OperationCanceledException or Violation))
            t_bug ??= e.Exception;
    }
}
