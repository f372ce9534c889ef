namespace SecureExchange.Interop.Tests.Forms;

/// <summary>An implementation has no way to be asked for a form, or writes another when it is.</summary>
internal sealed class NotOfferedException(string peer, string reason) : Exception($"{peer}: {reason}")
{
    public string Peer { get; } = peer;

    public string Reason { get; } = reason;
}
