using System.Text;

namespace SecureExchange.Cli.Audit;

/// <summary>Where a log is looked at. A gateway that rewrote a log can't get round what sx remembers by showing it under
/// another origin: the origin of a place never changes.</summary>
internal sealed class LogPlace
{
    private readonly string? _name;
    private readonly string _ending;

    private LogPlace(string? name, string ending)
    {
        _name = name;
        _ending = ending;
    }

    /// <summary>A copy in a folder: it may be of any log.</summary>
    internal static LogPlace Folder { get; } = new(null, "");

    /// <summary>A log of a gateway. Gateways on this machine come and go at the same address, so there only the log's name
    /// is asked for.</summary>
    internal static LogPlace At(GatewayClient client, string log) => new(client.IsLocal ? null : $"{client.Address.Authority}/{log}", $"/{log}");

    /// <exception cref="CliException">The origin isn't the one that belongs here.</exception>
    internal void Require(string origin)
    {
        var known = _name is null ? null : ConfigFolder.Find("places", _name);
        if (!origin.EndsWith(_ending, StringComparison.Ordinal) || (known is not null && Encoding.UTF8.GetString(known) != origin))
            throw new CliException(Terminal.NotVerified, $"what is shown here is the log {origin}, and that isn't the one that was asked for");
        if (_name is not null && known is null) ConfigFolder.Remember("places", _name, Encoding.UTF8.GetBytes(origin));
    }
}
