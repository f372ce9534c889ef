using System.Reflection;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Gateway.Erasure;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Gateway.Storage;
using SecureExchange.Gateway.Tracing;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway;

/// <summary>A running gateway: its pipelines, put together.</summary>
public sealed class ExchangeGateway : IAsyncDisposable
{
    private readonly KeyRing _keys;
    private readonly FileStream _lock;
    private readonly WitnessRounds _witnesses;
    private readonly AuditIndex _index;
    private readonly ErasureWork _erasing;
    private readonly WebKeyLookup _directories;
    private readonly KeyRotation _rotation;

    private ExchangeGateway(string name, KeyRing keys, Database database, BlobStore blobs, FileStream held,
        GatewayOptions options, StoppedLogs stopped, bool isUnused, TimeProvider clock)
    {
        _keys = keys;
        _lock = held;
        Blobs = blobs;
        var witness = new StepWitness((log, indexes, ct) => Log!.ReadAsync(log, indexes, ct), stopped);
        var certificateStore = new CertificateStore(database, witness);
        Agreements = new AgreementStore(database, certificateStore, keys, witness, clock);
        SpentTokens = new SpentTokenStore(database, clock);
        var hosts = new WitnessHosts(options.WitnessHosts);
        _witnesses = new WitnessRounds(blobs, hosts);
        Log = new AuditLog(
            blobs, keys, id => Agreements.LastEventAsync(id, CancellationToken.None), Agreements.WitnessesAsync, _witnesses, stopped,
            hosts.ReadPolicy(options.GatewayWitnesses), isUnused, clock);
        var limits = new IntakeLimits(options.MaxFileBytes);
        Quotas = new QuotaStore(database, options.PartyQuota, options.AgreementQuota, clock);
        var transfers = new TransferStore(database, Agreements, Quotas);
        var parts = new PartStore(blobs, Agreements, transfers);
        var tokenMaps = new TokenMapStore(database, blobs);
        Gate = new Gate(Agreements, transfers, Log, clock);
        var stage = new TransferStage(blobs, transfers, Gate, Log, keys, clock);
        AgreementDesk = new AgreementDesk(Gate, Agreements, Log, hosts, new NoticeHosts(options.NoticeHosts), clock);
        Access = new AccessDesk(Gate, Agreements, Log, clock);
        var revealStore = new RevealStore(database);
        Reveals = new RevealDesk(Gate, Agreements, transfers, revealStore, new RevealCell(Agreements, parts, tokenMaps), Log, clock);
        _directories = new WebKeyLookup(options.WebKeyHosts, ReadAuthorities(options.WebKeyAuthorities));
        Certificates = new CertificateDesk(Gate, Agreements, certificateStore, Log, keys, _directories, name, clock);
        CertificateWatch = new CertificateWatch(Agreements, certificateStore, Certificates, Log, clock);
        Notices = new Notices(revealStore, certificateStore, Agreements, new NoticeHosts(options.NoticeHosts), options.Mail, clock);
        var attestor = new Attestor(keys, clock);
        Dispatches = new DispatchPipeline(Gate, Agreements, transfers, stage, Log, keys, attestor, tokenMaps, limits, clock);
        Records = new RecordsPipeline(Gate, Agreements, transfers, stage, attestor, tokenMaps, Log);
        Returns = new ReturnPipeline(Gate, Agreements, transfers, parts, stage, Log, keys, tokenMaps, limits, clock);
        Fetches = new FetchPipeline(Gate, Agreements, transfers, parts, Log, clock);
        Transfers = new TransferDesk(Gate, transfers, Log);
        RecordsDesk = new RecordsDesk(Gate, Agreements, transfers, parts, Log, clock);
        Findings = new FindingsDesk(Gate, transfers, parts, Log);
        Attestations = new AttestationDesk(Gate, transfers, parts, Log);
        HeldDispatches = new HeldDispatchDesk(Gate, transfers, stage, Log);
        Days = new DayClosing(Log, Agreements.TermsAsync, clock);
        Audit = new AuditDesk(Gate, Log, Days, blobs, Agreements);
        _index = AuditIndex.Open(Path.Combine(options.Data, "audit-index.db"), options.RebuildIndex);
        Search = new AuditSearch(Audit, Log, _index, Agreements, keys);
        IndexWatch = new IndexWatch(Log, _index, clock);
        Anchoring = new Anchoring(Log, Agreements.AllAsync, clock);
        StepWatch = new StepWatch(Log, new StepStore(database), witness, Agreements.AllAsync, clock);
        Watch = new LogWatch(Log, new LogWatchStore(database), Agreements.AllAsync, clock);
        var erasures = new ErasureStore(database);
        _erasing = new ErasureWork(erasures, Agreements, Log, blobs);
        Erasures = new ErasureDesk(Gate, Agreements, erasures, _erasing, Log, blobs, tokenMaps, clock);
        Traces = new TraceDesk(Gate, Agreements, erasures, blobs, Log);
        Retention = new Retention(erasures, _erasing, Agreements, clock);
        var reseals = new ResealStore(database);
        Resealing = new Resealing(Agreements, reseals, blobs, keys, Log, clock);
        Recovery = new Recovery(blobs, transfers, Agreements, AgreementDesk, revealStore, Reveals, certificateStore, Certificates, reseals, Resealing, stage, Log);
        _rotation = new KeyRotation(new RotationStore(database, clock), keys, Agreements, Log, Watch);
        Keys = new KeyDesk(Gate, Agreements, new SecretStore(database, clock), _rotation, Log);
    }

    public Gate Gate { get; }

    public AuditLog Log { get; }

    public AgreementStore Agreements { get; }

    public AgreementDesk AgreementDesk { get; }

    public AccessDesk Access { get; }

    public RevealDesk Reveals { get; }

    public CertificateDesk Certificates { get; }

    /// <summary>Call it now and then: hours don't matter to a warning in days.</summary>
    public CertificateWatch CertificateWatch { get; }

    /// <summary>Send what is due now and then, and when <see cref="RevealDesk.NoticeDue"/> says so.</summary>
    public Notices Notices { get; }

    public DispatchPipeline Dispatches { get; }

    public RecordsPipeline Records { get; }

    public ReturnPipeline Returns { get; }

    public FetchPipeline Fetches { get; }

    /// <summary>How much parties may send, and how often they wanted more.</summary>
    public QuotaStore Quotas { get; }

    public TransferDesk Transfers { get; }

    public RecordsDesk RecordsDesk { get; }

    public FindingsDesk Findings { get; }

    public AttestationDesk Attestations { get; }

    public HeldDispatchDesk HeldDispatches { get; }

    public AuditDesk Audit { get; }

    public AuditSearch Search { get; }

    /// <summary>Call it now and then.</summary>
    public IndexWatch IndexWatch { get; }

    public ErasureDesk Erasures { get; }

    public KeyDesk Keys { get; }

    public TraceDesk Traces { get; }

    /// <summary>Call it now and then: hours don't matter to a deadline in days.</summary>
    public Retention Retention { get; }

    /// <summary>Call it once a minute.</summary>
    public Anchoring Anchoring { get; }

    /// <summary>Call it once a minute.</summary>
    public DayClosing Days { get; }

    /// <summary>Call it once a minute.</summary>
    public LogWatch Watch { get; }

    /// <summary>Call it once a minute.</summary>
    public StepWatch StepWatch { get; }

    /// <summary>Call it once a minute.</summary>
    public Resealing Resealing { get; }

    public Recovery Recovery { get; }

    public BlobStore Blobs { get; }

    /// <summary>Which assertions and sign-in links have been used.</summary>
    public SpentTokenStore SpentTokens { get; }

    /// <summary>Issues the short tokens that machines get for their assertions.</summary>
    public LocalIssuer Tokens => _keys.Tokens;

    /// <summary>The gateway's certificate: what is sent to it can be sealed to this, and what it seals is signed by it.</summary>
    public OpenPgp.Keys.Certificate Certificate => _keys.Certificates[0];

    /// <summary>The same, and those before it, superseded: what they have signed can be verified with them.</summary>
    public IReadOnlyList<OpenPgp.Keys.Certificate> OwnCertificates => _keys.Certificates;

    /// <summary>The version, as the gateway's log has it.</summary>
    public static string Version { get; } = typeof(ExchangeGateway).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];

    /// <summary>Opens a gateway: keys, database, store; settles what a crash left; logs the start.</summary>
    /// <exception cref="KeyException">A key is missing, readable by others, or another's.</exception>
    /// <exception cref="IOException">Another gateway works on this folder.</exception>
    public static Task<ExchangeGateway> OpenAsync(GatewayOptions options, TimeProvider clock, CancellationToken ct) =>
        OpenAsync(options, OpenStoreAsync, clock, ct);

    /// <summary>The same over a store that somebody else opens.</summary>
    internal static async Task<ExchangeGateway> OpenAsync(
        GatewayOptions options, Func<GatewayOptions, CancellationToken, Task<BlobStore>> openStore, TimeProvider clock, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(options.Data);
        else Directory.CreateDirectory(options.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var held = DataLock.Take(options.Data);
        try
        {
            var databasePath = Path.Combine(options.Data, "gateway.db");
            var isNew = !File.Exists(databasePath);
            var name = GatewayName.Settle(options.Data, options.Name);
            var blobs = await openStore(options, ct);
            if (isNew && await blobs.GetAsync(new BlobName($"{LogName.Gateway.Folder}/checkpoint"), ct) is not null)
                throw new InvalidOperationException("the database is missing although the store isn't empty; restore gateway.db from a backup");
            var database = await Database.OpenAsync(databasePath, ct);
            var keys = await KeyRing.OpenAsync(database, Path.Combine(options.Data, "keys"), options.RootKey, name, clock, ct);
            var stopped = new StoppedLogs();
            foreach (var (log, finding) in await new LogWatchStore(database).FindingsAsync(ct)) stopped.Stop(LogName.Read(log), finding);

            var gateway = new ExchangeGateway(name, keys, database, blobs, held, options, stopped, await database.IsUnusedAsync(ct), clock);
            var settled = await gateway.Recovery.RunAsync(ct) + await gateway.Erasures.RecoverAsync(ct) + await gateway.Keys.RecoverAsync(ct);
            await gateway.Log.AppendAsync(new GatewayStarted(Version, gateway.Certificate.Fingerprint.ToString(), settled));
            return gateway;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    internal static async Task<BlobStore> OpenStoreAsync(GatewayOptions options, CancellationToken ct) => options.Azure is { } azure
        ? await AzureBlobStore.OpenAsync(azure, ct)
        : await FolderBlobStore.OpenAsync(Path.Combine(options.Data, "blobs"), ct);

    private static System.Security.Cryptography.X509Certificates.X509Certificate2Collection? ReadAuthorities(string? file)
    {
        if (file is null) return null;
        var authorities = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new ArgumentException("--wkd-ca: no certificates in PEM");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Anchoring.FinishAsync();
            await Log.AppendAsync(new GatewayStopped());
        }
        catch (Exception e) when (e is LogUnavailableException or BlobStoreException or SecureExchange.Transparency.TransparencyException)
        {
            // A log that can't be written, or a store that is away, keeps nobody from stopping.
        }

        AgreementDesk.Dispose();
        Reveals.Dispose();
        Certificates.Dispose();
        _directories.Dispose();
        Resealing.Dispose();
        Notices.Dispose();
        Watch.Dispose();
        await Log.DisposeAsync();
        _index.Dispose();
        _erasing.Dispose();
        _rotation.Dispose();
        _witnesses.Dispose();
        await Blobs.DisposeAsync();
        _keys.Dispose();
        await _lock.DisposeAsync();
    }
}
