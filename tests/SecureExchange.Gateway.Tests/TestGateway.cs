using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests;

/// <summary>A real gateway over a folder of its own, with one agreement between a client and a vendor.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private string? _data;

    internal static DateTimeOffset Start { get; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    internal ManualTimeProvider Clock { get; } = new(Start);

    internal SecretKey ClientKey { get; private init; } = SecretKey.Generate("Client <client@client.example>", Start);

    internal SecretKey VendorKey { get; private init; } = SecretKey.Generate("Vendor <vendor@vendor.example>", Start);

    /// <summary>What else the gateway is told at its start.</summary>
    internal Func<GatewayOptions, GatewayOptions>? Configure { get; init; }

    /// <summary>The one that was made last, unless a test goes back to another.</summary>
    internal AgreementId Agreement { get; set; }

    internal ExchangeGateway Gateway { get; private set; } = null!;

    /// <summary>The witnesses that its operator lets agreements name.</summary>
    internal IReadOnlyList<string> WitnessHosts { get; set; } = [];

    /// <summary>The gateway's store, which counts and fails as it is told.</summary>
    internal TracedBlobStore Blobs { get; private set; } = null!;

    internal string Data => _data ?? _folder.File("data");

    internal string LogFolder => Path.Combine(Data, "blobs", "logs", Agreement.Value);

    internal static Caller Uploader { get; } = Caller("client", "uploader-1", Role.ClientUploader);

    internal static Caller Admin { get; } = Caller("client", "admin-1", Role.ClientAdmin);

    internal static Caller VendorAdmin { get; } = Caller("vendor", "admin-2", Role.VendorAdmin);

    internal static Caller Approver { get; } = Caller("client", "approver-1", Role.ClientApprover);

    internal static Caller Agent { get; } = Caller("vendor", "agent-1", Role.VendorAgent);

    internal static Caller Auditor { get; } = Caller("auditor", "auditor-1", Role.Auditor);

    internal static string Csv => "claim_id,name,ssn,notes\n1,Ada,123-45-6789,hello\n2,Mary,987-65-4321,\n";

    internal static async Task<TestGateway> StartAsync(string format = "csv", string custody = "none", string signed = "optional", TimeSpan? vendorKeyLives = null, string gates = "{}", string more = "", Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        var test = vendorKeyLives is null
            ? new TestGateway { Configure = configure }
            : new TestGateway { Configure = configure, VendorKey = SecretKey.Generate("Vendor <vendor@vendor.example>", Start, vendorKeyLives) };
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(format, custody, signed, gates: gates, more: more));
        return test;
    }

    /// <summary>The gateway of a data folder that was made before.</summary>
    internal static async Task<TestGateway> OpenAsync(Keys.OldFolder old)
    {
        Assert.True(AgreementId.TryParse("client.claims", out var agreement));
        var test = new TestGateway { ClientKey = old.ClientKey(), VendorKey = old.VendorKey(), Agreement = agreement, _data = old.Data };
        await test.OpenAsync();
        return test;
    }

    /// <summary>How new root keys are kept, from the next start on.</summary>
    internal SecureExchange.Gateway.Keys.RootKeyOptions RootKey { get; set; } = new();

    /// <summary>Makes the agreement, as both parties do: drafted, proposed, signed by each with its own key.</summary>
    internal async Task AgreeAsync(string document)
    {
        await DraftAsync(document);
        await ProposeAndSignAsync(1);
    }

    /// <summary>Makes the agreement's first draft, and no more.</summary>
    internal async Task DraftAsync(string document) =>
        Agreement = Assert.IsType<AgreementResult.Done>(await Gateway.AgreementDesk.CreateAsync(Admin, document, default)).Id;

    /// <summary>Changes the database behind the gateway's back.</summary>
    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Data, "gateway.db")}");
        await Dapper.SqlMapper.ExecuteAsync(connection, sql);
    }

    /// <summary>Brings a further version into force.</summary>
    internal async Task ChangeAsync(string document)
    {
        var drafted = Assert.IsType<AgreementResult.Done>(await Gateway.AgreementDesk.DraftAsync(Admin, Agreement, document, default));
        await ProposeAndSignAsync(drafted.Number);
    }

    internal async Task<AgreementResult> SignAsync(Caller caller, SecretKey key, int number)
    {
        var admitted = Assert.IsType<Admission.Admitted>(await Gateway.Gate.AdmitAsync(caller, Permission.ReadAgreement, Agreement, default));
        var text = await Gateway.Agreements.TextAsync(admitted.Grant, number, default);
        return await Gateway.AgreementDesk.SignAsync(caller, Agreement, number, await SignatureAsync(key, text), default);
    }

    /// <summary>A detached signature, as its holder's machine makes it.</summary>
    internal async Task<ReadOnlyMemory<byte>> SignatureAsync(SecretKey key, byte[] text)
    {
        using var data = new MemoryStream(text);
        return (await PgpSignature.SignDetachedAsync(data, new SignOptions { Signers = [key], Now = Clock.GetUtcNow() }, default)).Octets;
    }

    private async Task ProposeAndSignAsync(int number)
    {
        Assert.IsType<AgreementResult.Done>(await Gateway.AgreementDesk.ProposeAsync(Admin, Agreement, number, default));
        Assert.IsType<AgreementResult.Done>(await SignAsync(Admin, ClientKey, number));
        Assert.IsType<AgreementResult.Done>(await SignAsync(VendorAdmin, VendorKey, number));
    }

    internal string Document(
        string format = "csv", string custody = "none", string signed = "optional", SecretKey? client = null, string vendorMore = "", string gates = "{}", string more = "") => $$"""
        agreement: claims
        title: Claims
        purpose: Coding
        client:
          party: client
          name: Client
          certificate: |
        {{Indent((client ?? ClientKey).Certificate.ToArmor())}}
        vendor:
          party: vendor
          name: Vendor
          country: PH
        {{vendorMore}}
          certificate: |
        {{Indent(VendorKey.Certificate.ToArmor())}}
        auditors: [auditor]
        starts: 2026-01-01
        ends: 2027-01-01
        signed-input: {{signed}}
        custody: {{custody}}
        {{more}}
        profile: |
          profile: claims
          version: 1
          format: {{format}}
          row-key: claim_id
          risk: { quasi-identifiers: [claim_id] }
          gates: {{gates}}
          fields:
            claim_id: { transform: keep }
            name: { transform: tokenise }
            ssn: { transform: fpe, alphabet: digits }
            notes: { transform: redact, optional: true }
        """;

    internal async Task RestartAsync()
    {
        await Gateway.DisposeAsync();
        await OpenAsync();
    }

    internal Task<IntakeResult> SendAsync(string content, string? requestKey = null, CancellationToken ct = default) =>
        SendAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), requestKey, ct);

    internal Task<IntakeResult> SendAsync(Stream content, string? requestKey = null, CancellationToken ct = default) =>
        Gateway.Dispatches.RunAsync(Uploader, Agreement, "claims.csv", requestKey, content, length: null, ct);

    internal async Task<TransferId> SentAsync(string content) =>
        Assert.IsType<IntakeResult.Accepted>(await SendAsync(content)).Transfer;

    internal Task<ReturnResult> ReturnAsync(TransferId of, string content) => Gateway.Returns.RunAsync(
        Agent, of, "worked.csv", null, new MemoryStream(Encoding.UTF8.GetBytes(content)), length: null, default);

    /// <summary>Fetches, opens and verifies, as a receiver does.</summary>
    internal async Task<string> FetchAsync(Caller caller, SecretKey key, TransferId id)
    {
        await using var ready = Assert.IsType<FetchResult.Ready>(await Gateway.Fetches.RunAsync(caller, id, null, default));
        using var message = new MemoryStream();
        await ready.CopyToAsync(message, default);
        message.Position = 0;
        await using var opened = await PgpMessage.OpenAsync(
            message, new OpenOptions { Keys = [key], Verifiers = [.. Gateway.OwnCertificates], Now = Clock.GetUtcNow() }, default);
        using var plaintext = new MemoryStream();
        var piece = new byte[1000];
        while (await opened.Plaintext.ReadAsync(piece, default) is var length && length > 0) plaintext.Write(piece, 0, length);
        Assert.Equal(SignatureStatus.Good, Assert.Single((await opened.VerifyAsync(default)).Signatures).Status);
        return Encoding.UTF8.GetString(plaintext.ToArray());
    }

    /// <summary>The kinds of the agreement's events, in their order, without those of its signing.</summary>
    internal async Task<List<string>> EventsAsync() =>
        [.. (await AllEventsAsync()).Where(kind => kind is not ("agreement.proposed" or "agreement.signed"))];

    internal async Task<List<string>> AllEventsAsync()
    {
        var kinds = new List<string>();
        await foreach (var entry in Gateway.Log.ReadAsync(SecureExchange.Gateway.Audit.LogName.Of(Agreement), 0, long.MaxValue, default))
        {
            using var json = System.Text.Json.JsonDocument.Parse(entry.Data);
            kinds.Add(json.RootElement.GetProperty("kind").GetString()!);
        }

        return kinds;
    }

    /// <summary>An operator has a log verified again.</summary>
    internal async Task<(SecureExchange.Gateway.Audit.LoggedEvent Logged, string? Finding)> RecheckAsync(SecureExchange.Gateway.Audit.LogName log)
    {
        var (admission, name) = await Gateway.Audit.AdmitRecheckAsync(Caller("operator", "ops-1", Role.Operator), log.Value, default);
        return await Gateway.Watch.RecheckAsync(Assert.IsType<Admission.Admitted>(admission).Grant, name, default);
    }

    internal IEnumerable<string> TransferBlobs()
    {
        var folder = Path.Combine(Data, "blobs", "transfers");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Gateway.DisposeAsync();
        }
        catch (Transparency.Log.LogUnavailableException)
        {
            // The test broke the log on purpose.
        }

        ClientKey.Dispose();
        VendorKey.Dispose();
        _folder.Dispose();
    }

    internal async Task OpenAsync() => Gateway = await ExchangeGateway.OpenAsync(
        (Configure ?? (options => options))(new GatewayOptions { Data = Data, Name = "gateway.example", WitnessHosts = WitnessHosts, RootKey = RootKey }),
        async (options, ct) => Blobs = new TracedBlobStore(await ExchangeGateway.OpenStoreAsync(options, ct)), Clock, default);

    internal static Caller Caller(string party, string id, Role role)
    {
        Assert.True(PartyId.TryParse(party, out var partyId));
        Assert.True(CallerId.TryParse(id, out var callerId));
        return new Caller(partyId, callerId, [role]);
    }

    internal static string Indent(string text, int by = 4) =>
        string.Join('\n', text.TrimEnd().Split('\n').Select(line => $"{new string(' ', by)}{line.TrimEnd()}"));
}
