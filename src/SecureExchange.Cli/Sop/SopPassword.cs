using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Cli.Sop;

/// <summary>A password as the draft treats it: UTF-8 that people can type where one is set, any octets where one is tried.
/// Zeroed when disposed of.</summary>
internal sealed class SopPassword : IDisposable
{
    private const int MaxOctets = 64 * 1024;

    private readonly byte[] _octets;

    private SopPassword(byte[] octets) => _octets = octets;

    internal ReadOnlyMemory<byte> Octets => _octets;

    /// <summary>Reads a password that is to be set. White space at its end is taken off: an editor put it there, and nobody sees it.</summary>
    /// <exception cref="SopException">It isn't text that a person could type again.</exception>
    internal static async Task<SopPassword> ReadNewAsync(string name)
    {
        var octets = await SopInput.ReadAsync(name, MaxOctets);
        var trimmed = new SopPassword([.. octets.AsSpan(0, TrimmedLength(octets))]);
        CryptographicOperations.ZeroMemory(octets);
        if (trimmed._octets.Length > 0 && IsHumanReadable(trimmed._octets)) return trimmed;
        trimmed.Dispose();
        throw new SopException(SopExit.PasswordNotHumanReadable, $"{name}: a password is text in UTF-8, not empty, without control characters");
    }

    /// <summary>Reads a password that is to be tried.</summary>
    /// <returns>It as it is; and, if white space is at its end, it without.</returns>
    internal static async Task<IReadOnlyList<SopPassword>> ReadAsync(string name)
    {
        var octets = await SopInput.ReadAsync(name, MaxOctets);
        var length = TrimmedLength(octets);
        return length == octets.Length
            ? [new SopPassword(octets)]
            : [new SopPassword(octets), new SopPassword([.. octets.AsSpan(0, length)])];
    }

    public override string ToString() => "[secret]";

    public void Dispose() => CryptographicOperations.ZeroMemory(_octets);

    private static int TrimmedLength(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty
            && Rune.DecodeLastFromUtf8(octets, out var last, out var length) == OperationStatus.Done && Rune.IsWhiteSpace(last))
            octets = octets[..^length];
        return octets.Length;
    }

    private static bool IsHumanReadable(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(octets, out var rune, out var length) != OperationStatus.Done || Rune.IsControl(rune)) return false;
            octets = octets[length..];
        }

        return true;
    }
}
