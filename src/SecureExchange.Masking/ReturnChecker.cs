using System.Buffers;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking;

/// <summary>Checks a vendor's return against the manifest of its dispatch, and puts the real values back.</summary>
/// <remarks><code>
/// LoadManifest … → Check … → Complete → HasFindings? → Diagnose … → Findings
/// </code>
/// What was written to <c>reidentified</c> MUST be thrown away when there are findings or an exception.</remarks>
public sealed class ReturnChecker : IDisposable
{
    /// <param name="profile">The profile that the dispatch was masked with.</param>
    /// <param name="keys">The agreement's; not disposed by the checker.</param>
    /// <param name="manifestKey">32 bytes, the dispatch's own.</param>
    /// <param name="limits">Null for the defaults.</param>
    public ReturnChecker(MaskingProfile profile, MaskingKeys keys, ReadOnlySpan<byte> manifestKey, MaskingLimits? limits = null) =>
        throw new NotImplementedException();

    /// <summary>Pass 1: the manifest, cut anywhere. Keeps about nine bytes for each row.</summary>
    /// <exception cref="RecordException">The manifest is damaged, or of another profile.</exception>
    public void LoadManifest(ReadOnlySpan<byte> manifest) => throw new NotImplementedException();

    /// <summary>The next piece of the returned file, cut anywhere. After the first finding nothing more is written.</summary>
    /// <exception cref="RecordException">The file can't be read as it stands, or the manifest was cut off.</exception>
    public void Check(ReadOnlySpan<byte> returned, IBufferWriter<byte> reidentified) => throw new NotImplementedException();

    /// <summary>The returned file ends here.</summary>
    /// <exception cref="RecordException">What is left isn't a whole record.</exception>
    public void Complete(IBufferWriter<byte> reidentified) => throw new NotImplementedException();

    /// <summary>Whether anything is wrong; final after <see cref="Complete"/>.</summary>
    public bool HasFindings => throw new NotImplementedException();

    /// <summary>Pass 2, only when there are findings: the same manifest again, cut anywhere, to name them.</summary>
    /// <exception cref="RecordException">The manifest is damaged.</exception>
    public void Diagnose(ReadOnlySpan<byte> manifest) => throw new NotImplementedException();

    /// <summary>At most <see cref="MaskingLimits.MaxFindings"/>, by row; <see cref="ReturnReport.TotalFindings"/> counts all.</summary>
    /// <exception cref="InvalidOperationException">The manifest hasn't been given to <see cref="Diagnose"/> to its end.</exception>
    public IReadOnlyList<ReturnFinding> Findings => throw new NotImplementedException();

    /// <summary>What was read so far.</summary>
    public ReturnReport Report => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
