using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>Which logs are believed, and which witnesses have to have seen a checkpoint for it to count (C2SP
/// tlog-policy).</summary>
public sealed class TrustPolicy
{
    private readonly Quorum _quorum;

    internal TrustPolicy(IReadOnlyList<PolicyLog> logs, IReadOnlyList<PolicyWitness> witnesses, Quorum quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        _quorum = quorum;
    }

    /// <summary>The logs that it names; none where they are known from elsewhere.</summary>
    public IReadOnlyList<PolicyLog> Logs { get; }

    /// <summary>All the witnesses that it names, whether the quorum needs them or not.</summary>
    public IReadOnlyList<PolicyWitness> Witnesses { get; }

    /// <summary>Whether a checkpoint counts without any cosignature: <c>quorum none</c>.</summary>
    public bool NeedsNoWitness => _quorum.Threshold == 0;

    /// <summary>Reads a policy file.</summary>
    /// <exception cref="TransparencyException"><see cref="TransparencyError.MalformedPolicy"/> and the line, or a key that
    /// is malformed or unsupported.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> policy) => new PolicyReader().Read(policy);

    /// <summary>Verifies the cosignatures on a checkpoint whose log signature was verified already.</summary>
    /// <exception cref="TransparencyException">A cosignature by one of the witnesses is false: signed-note refuses the
    /// whole note then.</exception>
    public PolicyVerdict Judge(Checkpoint checkpoint)
    {
        var seen = new List<Cosignature>();
        foreach (var witness in Witnesses)
        {
            if (witness.Key.Find(checkpoint) is { } cosignature) seen.Add(cosignature);
        }

        return new PolicyVerdict(IsQuorum(seen.Select(cosignature => cosignature.By).ToHashSet()), seen);
    }

    /// <summary>Whether these witnesses are enough.</summary>
    public bool IsQuorum(IReadOnlySet<Cosigner> witnesses) => _quorum.IsMet(witnesses);

    /// <summary>Reads a checkpoint of any of the policy's logs.</summary>
    /// <exception cref="TransparencyException">It is malformed, or none of theirs.</exception>
    public Checkpoint Open(ReadOnlySpan<byte> note)
    {
        var origin = Checkpoint.ClaimedOrigin(note);
        NoteVerifier[] keys = [.. Logs.Where(log => log.Key.Name == origin).Select(log => log.Key)]; // Two, where one has replaced the other.
        return keys.Length > 0 ? Checkpoint.Open(note, keys) : throw new TransparencyException(TransparencyError.UnknownKey);
    }
}
