using SecureExchange.Access;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Keys;

/// <summary>What the gateway's secrets are for: their names in the database, and what is authenticated with them.</summary>
internal static class SecretPurpose
{
    /// <summary>The gateway's OpenPGP key.</summary>
    internal const string Gateway = "gateway/openpgp";

    /// <summary>Tags of callers in the gateway's own log.</summary>
    internal const string CallerTag = "caller-tag";

    /// <summary>The tokens that machines get.</summary>
    internal const string MachineTokens = "machine-tokens";

    /// <summary>An agreement's key.</summary>
    internal static string Of(AgreementId agreement) => $"agreement/{agreement}";

    /// <summary>The Ed25519 seed that signs a log.</summary>
    internal static string Of(LogName log) => $"log/{log}";

    /// <summary>What all agreements of a client share: fields whose profile says <c>scope: client</c>.</summary>
    internal static string OfClient(string client) => $"client/{client}";

    /// <summary>The associated data of a wrapped secret. No purpose has a space in it, so none can be taken for another with an epoch;
    /// the first epoch has none, since what was wrapped before there were epochs is of the first.</summary>
    internal static string Bound(string purpose, int epoch) => epoch == 1 ? purpose : $"{purpose} epoch {epoch}";
}
