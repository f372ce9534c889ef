using System.Security.Cryptography;
using System.Text;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Gateway.Audit;

/// <summary>What the gateway's log says of another log.</summary>
/// <param name="LogTag">Which: see <see cref="TagOf"/>.</param>
/// <param name="Size">How many entries it had.</param>
/// <param name="Root">Its root then, base64.</param>
public sealed record Anchor(string LogTag, long Size, string Root)
{
    /// <summary>Which log, for those who have its key: the gateway's log is anybody's to read, and who works with whom isn't.</summary>
    internal static string TagOf(NoteVerifier log) =>
        $"log:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log.ToString())).AsSpan(0, 16))}";

    internal static Anchor Of(Checkpoint checkpoint, NoteVerifier log) => new(TagOf(log), checkpoint.Size, checkpoint.Root.ToString());
}
