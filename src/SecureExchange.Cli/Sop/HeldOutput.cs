using System.Security.Cryptography;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary>Holds plaintext back in memory until the verdict on its message is known, up to <see cref="Most"/> octets; what is
/// longer flows from then on, and the exit code is the verdict. Never on disk. Zeroed when disposed of.</summary>
internal sealed class HeldOutput(Stream output) : IDisposable
{
    /// <summary>Octets that are held back at most. Sequoia holds 25 MiB.</summary>
    internal const int Most = 32 * 1024 * 1024;

    private const int PieceSize = 256 * 1024;

    private readonly List<(byte[] Piece, int Length)> _held = [];
    private byte[] _piece = new byte[PieceSize];
    private int _fill;
    private bool _flows;

    /// <summary>Takes all of a plaintext.</summary>
    internal async Task TakeAllAsync(UnauthenticatedPlaintext plaintext)
    {
        while (await plaintext.ReadAsync(_piece.AsMemory(_fill), default) is var read && read > 0)
        {
            _fill += read;
            if (_fill == PieceSize) await PieceIsFullAsync();
        }
    }

    /// <summary>Writes what is held. Only after a verdict that nothing was altered.</summary>
    internal async Task ReleaseAsync()
    {
        foreach (var (piece, length) in _held)
        {
            await output.WriteAsync(piece.AsMemory(0, length));
            CryptographicOperations.ZeroMemory(piece);
        }

        _held.Clear();
        if (_fill > 0) await output.WriteAsync(_piece.AsMemory(0, _fill));
        _fill = 0;
        await output.FlushAsync();
    }

    public void Dispose()
    {
        foreach (var (piece, _) in _held) CryptographicOperations.ZeroMemory(piece);
        CryptographicOperations.ZeroMemory(_piece);
    }

    private async Task PieceIsFullAsync()
    {
        if (_flows)
        {
            await output.WriteAsync(_piece.AsMemory(0, _fill));
            _fill = 0;
            return;
        }

        _held.Add((_piece, _fill));
        (_piece, _fill) = (new byte[PieceSize], 0);
        if (_held.Count < Most / PieceSize) return;
        await ReleaseAsync();
        _flows = true;
    }
}
