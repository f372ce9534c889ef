using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Fsck;

/// <summary>What somebody else has written down of a log: another log's entry, a newspaper's notice.</summary>
/// <param name="Size">How many entries it had.</param>
/// <param name="Root">Its root then.</param>
/// <param name="Where">Where that is written, for people: <c>entry 17 of log.example/gateway</c>.</param>
public sealed record LogAnchor(long Size, MerkleHash Root, string Where);
