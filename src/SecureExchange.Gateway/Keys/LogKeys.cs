using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Gateway.Keys;

/// <summary>The keys of one log.</summary>
/// <param name="epoch">The newest one's.</param>
/// <param name="signer">The newest: signs.</param>
/// <param name="before">The one before; null: there was none.</param>
/// <param name="signedByBoth">Whether the one before still signs too, for verifiers and witnesses that know no other.</param>
internal sealed class LogKeys(int epoch, NoteSigner signer, NoteSigner? before, bool signedByBoth) : IDisposable
{
    /// <summary>How long checkpoints have both signatures.</summary>
    internal static readonly TimeSpan Overlap = TimeSpan.FromDays(90);

    internal int Epoch => epoch;

    internal NoteSigner Signer => signer;

    internal NoteSigner? Before => before;

    /// <summary>The one before, while it signs too.</summary>
    internal NoteSigner? Second => signedByBoth ? before : null;

    /// <summary>Whose signatures may stand under what was signed lately.</summary>
    internal NoteVerifier[] Verifiers => before is null ? [signer.Verifier] : [signer.Verifier, before.Verifier];

    public void Dispose()
    {
        signer.Dispose();
        before?.Dispose();
    }
}
