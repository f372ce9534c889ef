using System.Text;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>Collects witnesses' cosignatures on one checkpoint, until a policy has enough. Safe for concurrent use.</summary>
public sealed class CosigningRound
{
    private readonly TrustPolicy _policy;
    private readonly Lock _lock = new();
    private readonly HashSet<Cosigner> _seen = [];
    private Checkpoint _checkpoint;

    /// <param name="checkpoint">With the log's own signature. Cosignatures that it has already count.</param>
    /// <param name="policy">Whose are wanted.</param>
    public CosigningRound(Checkpoint checkpoint, TrustPolicy policy)
    {
        _policy = policy;
        _checkpoint = checkpoint;
        _seen.UnionWith(policy.Judge(checkpoint).Cosignatures.Select(cosignature => cosignature.By));
    }

    /// <summary>The checkpoint with the cosignatures so far.</summary>
    public Checkpoint Checkpoint
    {
        get
        {
            lock (_lock) return _checkpoint;
        }
    }

    /// <summary>Whether there are enough.</summary>
    public bool IsQuorum
    {
        get
        {
            lock (_lock) return _policy.IsQuorum(_seen);
        }
    }

    /// <summary>Takes a witness's answer to an <see cref="AddCheckpointRequest"/>. Lines of other keys are ignored (C2SP
    /// tlog-witness).</summary>
    /// <returns>Whether its cosignature is there and verifies.</returns>
    public bool TryAdd(PolicyWitness witness, ReadOnlySpan<byte> answer)
    {
        foreach (var line in Encoding.UTF8.GetString(answer).Split('\n'))
        {
            if (!SignedNote.TryReadLine(line, out var signature)) continue;
            if (signature.KeyId != witness.Key.KeyId || signature.Name != witness.Key.Name) continue;
            lock (_lock)
            {
                if (_seen.Contains(witness.Key)) return true;
                var cosigned = _checkpoint.With(signature);
                try
                {
                    witness.Key.Find(cosigned);
                }
                catch (TransparencyException)
                {
                    return false;
                }

                _seen.Add(witness.Key);
                _checkpoint = cosigned;
                return true;
            }
        }

        return false;
    }
}
