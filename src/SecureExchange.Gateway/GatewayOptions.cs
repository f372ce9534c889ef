using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway;

/// <summary>What a gateway is told at its start.</summary>
public sealed record GatewayOptions
{
    /// <summary>Folder of the keys, the database and, where no other place is named, the blobs. Trusted: who can read it
    /// can be this gateway.</summary>
    public required string Data { get; init; }

    /// <summary>The gateway's name, as a schema-less URL: part of each log's origin (C2SP tlog-checkpoint), so it can
    /// never change. Null: the one it has, or for a new gateway one that nobody else has.</summary>
    public string? Name { get; init; }

    /// <summary>Where agreements may have their witnesses, as <c>host:port</c>: a text from outside must not make the
    /// gateway knock on doors of its own network.</summary>
    public IReadOnlyList<string> WitnessHosts { get; init; } = [];

    /// <summary>Where agreements may have notices about reveals sent, as <c>host:port</c>, for the same reason.</summary>
    public IReadOnlyList<string> NoticeHosts { get; init; } = [];

    /// <summary>Which Web Key Directories may be asked for newer copies of certificates: <c>openpgpkey.example.org</c>, <c>example.org</c>; with
    /// <c>=host:port</c> where to connect for that name.</summary>
    public IReadOnlyList<string> WebKeyHosts { get; init; } = [];

    /// <summary>PEM file of the authorities whose TLS certificates are good for those; null: those that the system trusts. Trusted: who can
    /// write it can pass for a directory, and so bring revocations and other ends, but no other key.</summary>
    public string? WebKeyAuthorities { get; init; }

    /// <summary>How mail is sent; null: it isn't.</summary>
    public MailOptions? Mail { get; init; }

    /// <summary>Who watches the gateway's own log: a C2SP tlog-policy without its log lines. Null: nobody.</summary>
    public string? GatewayWitnesses { get; init; }

    /// <summary>Throws away the index of the logs and makes it again from them.</summary>
    public bool RebuildIndex { get; init; }

    /// <summary>The most bytes of one file, packed or unpacked.</summary>
    public long MaxFileBytes { get; init; } = 100L << 30;

    /// <summary>How much a party may send over all its agreements.</summary>
    public QuotaTerms PartyQuota { get; init; } = QuotaTerms.None;

    /// <summary>How much a party may send under one agreement; each agreement can allow less.</summary>
    public QuotaTerms AgreementQuota { get; init; } = QuotaTerms.None;

    /// <summary>Where a new root key is kept.</summary>
    public RootKeyOptions RootKey { get; init; } = new();

    /// <summary>Azure Blob Storage instead of a folder. Not trusted: who can write there can make files unreadable, and
    /// can neither read them nor replace one unnoticed.</summary>
    public AzureBlobOptions? Azure { get; init; }
}
