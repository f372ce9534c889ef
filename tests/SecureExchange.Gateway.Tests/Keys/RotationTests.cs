using System.Text;
using System.Text.Json;
using Dapper;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Return;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Tests.Keys;

/// <summary>Keys are rotated while the gateway runs, and nothing is unreadable afterwards.</summary>
public class RotationTests
{
    private static readonly Caller s_operator = TestGateway.Caller("operator", "operator-1", Role.Operator);

    [Fact]
    public async Task After_a_root_rotation_all_is_readable_and_the_old_root_key_opens_nothing_that_is_left()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var tokens = test.Gateway.Tokens.PublicKey.Q.X;
        var oldRoot = File.ReadAllBytes(Path.Combine(test.Data, "keys", "root.key"));
        var oldWrapped = await WrappedAsync(test);

        var rotated = Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Root, null, default));
        Assert.Equal(2, rotated.Epoch);
        await RequireReadableAsync(test, sent, masked);
        await test.RestartAsync();
        await RequireReadableAsync(test, sent, masked);
        Assert.NotEqual(tokens, test.Gateway.Tokens.PublicKey.Q.X);

        Assert.Equal(["root-2.key"], Directory.GetFiles(Path.Combine(test.Data, "keys")).Select(Path.GetFileName));
        using var old = new SecretBytes(oldRoot);
        foreach (var (purpose, epoch, wrapped) in await WrappedAsync(test))
            Assert.Throws<KeyException>(() => KeyWrap.Unwrap(old, wrapped, SecretPurpose.Bound(purpose, epoch)));
        await test.Gateway.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(test.Data, "gateway.db*"))
        {
            var content = File.ReadAllBytes(file);
            foreach (var (purpose, _, wrapped) in oldWrapped) Assert.True(content.AsSpan().IndexOf(wrapped) < 0, $"{purpose} is still in {file} as it was wrapped before");
        }

        await test.OpenAsync();
    }

    [Fact]
    public async Task A_root_key_is_moved_under_a_passphrase_by_rotating_it()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var passphrase = Path.Combine(test.Data, "passphrase");
        File.WriteAllText(passphrase, "correct horse battery staple");
        File.SetUnixFileMode(passphrase, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        test.RootKey = new RootKeyOptions { PassphraseFile = passphrase };
        await test.RestartAsync(); // With the key that it has.
        Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Root, null, default));
        Assert.Equal(["root-2.sealed"], Directory.GetFiles(Path.Combine(test.Data, "keys")).Select(Path.GetFileName));
        await test.RestartAsync();
        await RequireReadableAsync(test, sent, masked);
    }

    [Fact]
    public async Task After_an_agreements_rotation_what_is_new_has_other_tokens_and_what_came_before_turns_back()
    {
        await using var test = await TestGateway.StartAsync();
        var before = await test.SentAsync(TestGateway.Csv);
        var maskedBefore = await test.FetchAsync(TestGateway.Agent, test.VendorKey, before);
        Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Agreement, test.Agreement, default));
        var after = await test.SentAsync(TestGateway.Csv);
        var maskedAfter = await test.FetchAsync(TestGateway.Agent, test.VendorKey, after);
        foreach (var (one, two) in Cells(maskedBefore).Zip(Cells(maskedAfter)))
        {
            Assert.NotEqual(one[1], two[1]); // A token.
            Assert.NotEqual(one[2], two[2]); // FPE.
        }

        await RequireReadableAsync(test, before, maskedBefore);
        await RequireReadableAsync(test, after, maskedAfter);
        Assert.IsType<ReturnResult.Quarantined>(await test.ReturnAsync(after, maskedBefore));
        Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Root, null, default));
        await test.RestartAsync();
        await RequireReadableAsync(test, before, maskedBefore);
        await RequireReadableAsync(test, after, maskedAfter);
        Assert.Contains("agreement-key.rotated", await test.EventsAsync());
    }

    [Fact]
    public async Task After_a_clients_rotation_its_agreements_share_new_values_and_what_came_before_turns_back()
    {
        await using var test = new TestGateway();
        await test.OpenAsync();
        var document = test.Document().Replace("{ transform: tokenise }", "{ transform: tokenise, scope: client }", StringComparison.Ordinal);
        await test.AgreeAsync(document);
        var (one, before) = (test.Agreement, await test.SentAsync(TestGateway.Csv));
        var maskedBefore = await test.FetchAsync(TestGateway.Agent, test.VendorKey, before);
        await test.DraftAsync(document.Replace("agreement: claims", "agreement: unsigned", StringComparison.Ordinal));
        Assert.IsType<KeysResult.Rotated>(await RotateAsync(test, KeyKind.Client));
        await test.AgreeAsync(document.Replace("agreement: claims", "agreement: later", StringComparison.Ordinal));
        var later = await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv));
        test.Agreement = one;
        var maskedAfter = await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv));
        foreach (var ((old, now), other) in Cells(maskedBefore).Zip(Cells(maskedAfter)).Zip(Cells(later)))
        {
            Assert.NotEqual(old[1], now[1]);
            Assert.Equal(now[1], other[1]);
            Assert.NotEqual(now[2], other[2]); // Of each agreement alone.
        }

        await RequireReadableAsync(test, before, maskedBefore);
        Assert.IsType<KeysResult.Denied>(await test.Gateway.Keys.RotateClientAsync(s_operator, TestGateway.Agent.Party, default)); // No client.
        Assert.IsType<KeysResult.Denied>(await test.Gateway.Keys.RotateClientAsync(TestGateway.Admin, TestGateway.Admin.Party, default));
    }

    [Fact]
    public async Task After_a_rotation_of_tags_a_caller_has_another_one_and_is_found_by_both()
    {
        await using var test = await TestGateway.StartAsync();
        Assert.True(AgreementId.TryParse("client.nothing", out var nothing));
        await test.Gateway.Transfers.ListAsync(TestGateway.Agent, nothing, 0, 10, default); // Refused, and so in the gateway's own log.
        Assert.IsType<KeysResult.Rotated>(await RotateAsync(test, KeyKind.CallerTags));
        await test.Gateway.Transfers.ListAsync(TestGateway.Agent, nothing, 0, 10, default);
        await test.RestartAsync();
        await test.Gateway.Transfers.ListAsync(TestGateway.Agent, nothing, 0, 10, default);
        var tags = new List<string?>();
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Gateway, 0, long.MaxValue, default))
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (json.RootElement.GetProperty("kind").GetString() == "access.denied") tags.Add(json.RootElement.GetProperty("caller").GetString());
        }

        Assert.Equal(3, tags.Count);
        Assert.NotEqual(tags[0], tags[1]);
        Assert.Equal(tags[1], tags[2]);
        var filter = new EventFilter { Caller = (TestGateway.Agent.Party, TestGateway.Agent.Id) };
        var found = Assert.IsType<SearchResult.Found>(await test.Gateway.Search.RunAsync(s_operator, "gateway", filter, null, 10, default));
        Assert.Equal(3, await found.ReadAsync(default).CountAsync());
    }

    [Fact]
    public async Task An_erased_agreements_key_is_not_made_anew()
    {
        await using var test = await TestGateway.StartAsync();
        Assert.IsType<Erasure.ErasureResult.Found>(await test.Gateway.Erasures.EraseAsync(
            TestGateway.Admin, test.Agreement, new Erasure.ErasureScope.Everything(), dryRun: false, default));
        Assert.IsType<KeysResult.Erased>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Agreement, test.Agreement, default));
        Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Root, null, default));
    }

    [Fact]
    public async Task After_the_gateways_rotation_the_old_certificate_is_superseded_and_still_opens_for_a_while()
    {
        await using var test = await TestGateway.StartAsync();
        var old = test.Gateway.Certificate;
        var before = await test.SentAsync(TestGateway.Csv);
        test.Clock.Advance(TimeSpan.FromDays(1));
        Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Gateway, null, default));
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        for (var round = 0; round < 2; round++)
        {
            var (current, superseded) = (test.Gateway.OwnCertificates[0], test.Gateway.OwnCertificates[1]);
            Assert.NotEqual(old.Fingerprint, current.Fingerprint);
            Assert.Equal(old.Fingerprint, superseded.Fingerprint);
            Assert.Equal([old.Fingerprint], current.CertifiersOf(current.UserIds[0], [old], test.Clock.GetUtcNow()));
            // What was signed before the rotation is good by the old certificate; what is new by the current one.
            Assert.Equal(SignatureStatus.Good, await StatusAsync(test, before, superseded));
            Assert.Equal(SignatureStatus.Good, await StatusAsync(test, await test.SentAsync(TestGateway.Csv), current));
            Assert.IsType<IntakeResult.Accepted>(await SendSealedAsync(test, old));
            Assert.IsType<IntakeResult.Accepted>(await SendSealedAsync(test, current));
            await test.RestartAsync();
        }

        test.Clock.Advance(GatewayKeys.Overlap);
        Assert.IsType<IntakeResult.Refused>(await SendSealedAsync(test, old));
        Assert.IsType<IntakeResult.Accepted>(await SendSealedAsync(test, test.Gateway.Certificate));
    }

    [Fact]
    public async Task A_gateway_from_before_epochs_rotates_all_its_keys()
    {
        using var old = new OldFolder();
        await using var test = await TestGateway.OpenAsync(old);
        foreach (var (kind, agreement) in new (KeyKind, AgreementId?)[] { (KeyKind.Root, null), (KeyKind.Agreement, test.Agreement), (KeyKind.Gateway, null), (KeyKind.Log, null), (KeyKind.Log, test.Agreement), (KeyKind.Root, null) })
            Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, kind, agreement, default));
        await test.RestartAsync();
        Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(old.Dispatch, old.Masked));
        var again = await test.SentAsync(TestGateway.Csv);
        Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(again, await test.FetchAsync(TestGateway.Agent, test.VendorKey, again)));
    }

    [Fact]
    public async Task Only_an_operator_lists_and_rotates_and_a_list_has_no_key()
    {
        await using var test = await TestGateway.StartAsync();
        foreach (var caller in new[] { TestGateway.Admin, TestGateway.VendorAdmin, TestGateway.Auditor })
        {
            Assert.IsType<KeysResult.Denied>(await test.Gateway.Keys.ListAsync(caller, default));
            Assert.IsType<KeysResult.Denied>(await test.Gateway.Keys.RotateAsync(caller, KeyKind.Gateway, null, default));
        }

        var listed = Assert.IsType<KeysResult.Listed>(await test.Gateway.Keys.ListAsync(s_operator, default));
        Assert.Equal(
            ["root", "agreement/client.claims", "caller-tag", "client/client", "gateway/openpgp", "log/client.claims", "log/gateway", "machine-tokens"],
            listed.Keys.Select(key => key.Purpose));
        Assert.All(listed.Keys, key => Assert.Equal((1, KeyUse.Current), (key.Epoch, key.Use)));
    }

    /// <summary>Every write of every rotation fails once: before it, in what the database answers, or in the log; then the gateway goes on, or is
    /// started again. Whatever was noted comes to its end, and its event is in the log once.</summary>
    [Theory]
    [InlineData(KeyKind.Root, "BEFORE INSERT ON key_rotation", 1)]
    [InlineData(KeyKind.Root, "BEFORE UPDATE OF place ON key_rotation", 2)]
    [InlineData(KeyKind.Root, "log", 2)]
    [InlineData(KeyKind.Root, "BEFORE UPDATE OF wrapped ON secret", 2)]
    [InlineData(KeyKind.Root, "BEFORE INSERT ON root_key", 2)]
    [InlineData(KeyKind.Root, "BEFORE UPDATE OF state ON key_rotation WHEN NEW.state = 2", 2)]
    [InlineData(KeyKind.Root, "BEFORE UPDATE OF state ON key_rotation WHEN NEW.state = 3", 2)]
    [InlineData(KeyKind.Agreement, "BEFORE INSERT ON secret", 1)]
    [InlineData(KeyKind.Agreement, "BEFORE INSERT ON key_rotation", 1)]
    [InlineData(KeyKind.Agreement, "log", 2)]
    [InlineData(KeyKind.Agreement, "BEFORE UPDATE OF used_from ON secret", 2)]
    [InlineData(KeyKind.Agreement, "BEFORE UPDATE OF state ON key_rotation", 2)]
    [InlineData(KeyKind.Gateway, "BEFORE INSERT ON key_rotation", 1)]
    [InlineData(KeyKind.Gateway, "log", 2)]
    [InlineData(KeyKind.Gateway, "BEFORE UPDATE OF used_from ON secret", 2)]
    [InlineData(KeyKind.Client, "BEFORE INSERT ON secret", 1)]
    [InlineData(KeyKind.Client, "BEFORE INSERT ON key_rotation", 1)]
    [InlineData(KeyKind.Client, "log", 2)]
    [InlineData(KeyKind.Client, "BEFORE UPDATE OF used_from ON secret", 2)]
    [InlineData(KeyKind.Client, "BEFORE UPDATE OF state ON key_rotation WHEN NEW.state = 2", 2)]
    [InlineData(KeyKind.Client, "BEFORE INSERT ON secret WHEN NEW.purpose LIKE 'agreement/%'", 2)]
    [InlineData(KeyKind.Client, "BEFORE INSERT ON key_rotation WHEN NEW.kind = 2", 2)]
    [InlineData(KeyKind.Client, "BEFORE UPDATE OF state ON key_rotation WHEN NEW.kind = 2", 2)]
    [InlineData(KeyKind.Client, "BEFORE UPDATE OF state ON key_rotation WHEN NEW.kind = 5 AND NEW.state = 3", 2)]
    [InlineData(KeyKind.CallerTags, "BEFORE INSERT ON key_rotation", 1)]
    [InlineData(KeyKind.CallerTags, "log", 2)]
    [InlineData(KeyKind.CallerTags, "BEFORE UPDATE OF used_from ON secret", 2)]
    [InlineData(KeyKind.CallerTags, "BEFORE UPDATE OF state ON key_rotation", 2)]
    [InlineData(KeyKind.Log, "BEFORE INSERT ON key_rotation", 1)]
    [InlineData(KeyKind.Log, "log", 2)]
    [InlineData(KeyKind.Log, "BEFORE UPDATE OF used_from ON secret", 2)]
    [InlineData(KeyKind.Log, "BEFORE UPDATE OF state ON key_rotation", 2)]
    public async Task An_interrupted_rotation_goes_on(KeyKind kind, string write, int epoch)
    {
        foreach (var restarts in new[] { false, true })
        {
            await using var test = await TestGateway.StartAsync();
            var sent = await test.SentAsync(TestGateway.Csv);
            var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
            var name = kind is KeyKind.Agreement or KeyKind.Log ? LogName.Of(test.Agreement) : LogName.Gateway;
            var head = Path.Combine(test.Data, "blobs", "logs", name.Value, "head");
            if (write == "log") File.Move(head, head + ".away");
            else await test.ExecuteAsync($"CREATE TRIGGER breaks {write} BEGIN SELECT RAISE(ABORT, 'broken'); END");
            await Assert.ThrowsAnyAsync<Exception>(() => RotateAsync(test, kind));
            if (write == "log") File.Move(head + ".away", head);
            else await test.ExecuteAsync("DROP TRIGGER breaks");
            if (restarts || write == "log") await test.RestartAsync();
            else await test.Gateway.Keys.RecoverAsync(default);

            await RequireReadableAsync(test, sent, masked);
            await RequireSettledAsync(test, kind, name, epoch);
            if (!restarts) await test.RestartAsync();
            await RequireReadableAsync(test, sent, masked);
        }
    }

    /// <summary>The database has made the switch, and the gateway was told that it hadn't.</summary>
    [Theory]
    [InlineData(KeyKind.Root)]
    [InlineData(KeyKind.Agreement)]
    [InlineData(KeyKind.Gateway)]
    [InlineData(KeyKind.Log)]
    [InlineData(KeyKind.Client)]
    [InlineData(KeyKind.CallerTags)]
    public async Task A_rotation_that_was_done_and_reported_failed_goes_on(KeyKind kind)
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        // Another process does all of it; this one knows of nothing.
        var database = await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default);
        using (var keys = await KeyRing.OpenAsync(database, Path.Combine(test.Data, "keys"), new RootKeyOptions(), "gateway.example", test.Clock, default))
        using (var rotation = new KeyRotation(new RotationStore(database, test.Clock), keys, test.Gateway.Agreements, test.Gateway.Log, test.Gateway.Watch))
            await rotation.RunAsync(s_operator, kind, kind is KeyKind.Agreement or KeyKind.Log ? test.Agreement.Value : kind == KeyKind.Client ? "client" : "", default);
        await test.ExecuteAsync("UPDATE key_rotation SET state = 2");
        await RequireReadableAsync(test, sent, masked);
        await test.Gateway.Keys.RecoverAsync(default);
        await RequireReadableAsync(test, sent, masked);
        await RequireSettledAsync(test, kind, kind is KeyKind.Agreement or KeyKind.Log ? LogName.Of(test.Agreement) : LogName.Gateway, 2);
    }

    private static Task<KeysResult> RotateAsync(TestGateway test, KeyKind kind) => kind == KeyKind.Client
        ? test.Gateway.Keys.RotateClientAsync(s_operator, TestGateway.Admin.Party, default)
        : test.Gateway.Keys.RotateAsync(s_operator, kind, kind is KeyKind.Agreement or KeyKind.Log ? test.Agreement : null, default);

    private static async Task RequireSettledAsync(TestGateway test, KeyKind kind, LogName name, int epoch)
    {
        var (purpose, said) = kind switch
        {
            KeyKind.Root => ("root", "root-key.rotated"),
            KeyKind.Agreement => ("agreement/client.claims", "agreement-key.rotated"),
            KeyKind.Log => ("log/client.claims", "log-key.rotated"),
            KeyKind.Client => ("client/client", "client-key.rotated"),
            KeyKind.CallerTags => ("caller-tag", "caller-tags.rotated"),
            _ => ("gateway/openpgp", "gateway-key.rotated"),
        };
        var listed = Assert.IsType<KeysResult.Listed>(await test.Gateway.Keys.ListAsync(s_operator, default));
        Assert.Equal(epoch, Assert.Single(listed.Keys, key => key.Purpose == purpose && key.Use == KeyUse.Current).Epoch);
        Assert.DoesNotContain(listed.Keys, key => key.Use == KeyUse.Pending);
        if (kind == KeyKind.Client) Assert.Equal(epoch, Assert.Single(listed.Keys, key => key.Purpose == "agreement/client.claims" && key.Use == KeyUse.Current).Epoch);
        var events = 0;
        await foreach (var entry in test.Gateway.Log.ReadAsync(name, 0, long.MaxValue, default))
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (json.RootElement.GetProperty("kind").GetString() == said) events++;
        }

        Assert.Equal(epoch - 1, events);
        Assert.Equal(0, await test.Gateway.Keys.RecoverAsync(default));
    }

    /// <summary>What was sent can be fetched by both, answered and fetched again; the like can be sent.</summary>
    private static async Task RequireReadableAsync(TestGateway test, TransferId sent, string masked)
    {
        Assert.Equal(masked, await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent));
        var returned = Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, masked));
        Assert.Equal(
            TestGateway.Csv.Replace("hello", "[redacted]", StringComparison.Ordinal),
            await test.FetchAsync(TestGateway.Uploader, test.ClientKey, returned.Transfer));
        await test.SentAsync(TestGateway.Csv);
    }

    private static async Task<SignatureStatus> StatusAsync(TestGateway test, TransferId id, Certificate verifier)
    {
        await using var ready = Assert.IsType<Release.FetchResult.Ready>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, id, null, default));
        using var message = new MemoryStream();
        await ready.CopyToAsync(message, default);
        message.Position = 0;
        await using var opened = await PgpMessage.OpenAsync(
            message, new OpenOptions { Keys = [test.VendorKey], Verifiers = [verifier], Now = test.Clock.GetUtcNow() }, default);
        var piece = new byte[1000];
        while (await opened.Plaintext.ReadAsync(piece, default) > 0)
        {
        }

        return Assert.Single((await opened.VerifyAsync(default)).Signatures).Status;
    }

    private static async Task<IntakeResult> SendSealedAsync(TestGateway test, Certificate to)
    {
        using var message = new MemoryStream();
        // As somebody who has kept the certificate from before, and knows of no revocation.
        await using (var writer = PgpMessage.Seal(
            message, new SealOptions { Recipients = [to], Signers = [test.ClientKey], Now = test.Clock.GetUtcNow() }))
        {
            await writer.WriteAsync(Encoding.UTF8.GetBytes(TestGateway.Csv), default);
            await writer.CompleteAsync(default);
        }

        message.Position = 0;
        return await test.SendAsync(message);
    }

    private static IEnumerable<string[]> Cells(string csv) => csv.TrimEnd().Split('\n').Skip(1).Select(line => line.Split(','));

    private static async Task<IReadOnlyList<(string Purpose, int Epoch, byte[] Wrapped)>> WrappedAsync(TestGateway test)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        return [.. (await connection.QueryAsync<(string, long, byte[])>("SELECT purpose, epoch, wrapped FROM secret")).Select(row => (row.Item1, (int)row.Item2, row.Item3))];
    }
}
