namespace SecureExchange.OpenPgp.Messages;

/// <summary>What the signatures over some data are worth, said after the data's last octet. Only the engine makes
/// one.</summary>
/// <remarks>Without encryption nothing but a good signature proves anything: where <see cref="IsSigned"/> is false, the data
/// are anybody's.</remarks>
public sealed class SignatureVerdict
{
    internal SignatureVerdict(SignatureForm form, long length, IReadOnlyList<SignatureResult> signatures)
    {
        Form = form;
        Length = length;
        Signatures = signatures;
    }

    /// <summary>How the signatures came.</summary>
    public SignatureForm Form { get; }

    /// <summary>Octets of data that the signatures were checked over.</summary>
    public long Length { get; }

    /// <summary>Every signature that was there, those too that this engine can't read. Each covers all of the data.</summary>
    public IReadOnlyList<SignatureResult> Signatures { get; }

    /// <summary>Whether at least one signature is good. By whom it must be, the caller decides.</summary>
    public bool IsSigned => Signatures.Any(signature => signature.Status == SignatureStatus.Good);
}
