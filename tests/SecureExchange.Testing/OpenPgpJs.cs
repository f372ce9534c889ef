using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SecureExchange.Testing;

/// <summary>OpenPGP.js, as a process of its own that answers one request after the other (<c>tests/peers/openpgpjs.mjs</c>).
/// As an assembly or class fixture it starts when a test first asks it something.</summary>
/// <remarks>Keys, certificates and messages may be armored or binary. What OpenPGP.js refuses is a
/// <see cref="PeerRefusedException"/> with its own words. It ends with the test process, since it reads its standard
/// input.</remarks>
public sealed class OpenPgpJs : IAsyncDisposable
{
    private const int SecondsToAnswer = 60;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly SemaphoreSlim _turn = new(1);
    private Process? _process;

    /// <summary>The version that it says it is.</summary>
    public Task<string> VersionAsync() => AskAsync<string>(new { operation = "version" });

    /// <summary>Makes a key.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="options">What <c>openpgp.generateKey</c> takes: <c>new { type = "rsa", rsaBits = 3072 }</c>,
    /// <c>new { type = "curve448", config = new { v6Keys = true } }</c>, <c>passphrase</c>.</param>
    public Task<OpenPgpJsKey> GenerateAsync(string userId, object options) =>
        AskAsync<OpenPgpJsKey>(new { operation = "generate", userId, options });

    /// <summary>The primary key, and behind it the subkeys, of a certificate or secret key.</summary>
    public Task<IReadOnlyList<OpenPgpJsKeyInfo>> InspectAsync(byte[] key) =>
        AskAsync<IReadOnlyList<OpenPgpJsKeyInfo>>(new { operation = "inspect", key });

    /// <summary>Encrypts to every recipient and password there is, and signs where there are keys.</summary>
    /// <param name="data">The plaintext.</param>
    /// <param name="with">Recipients, Passwords, Keys (that sign), KeyPassphrase, Armor, Hidden, Config.</param>
    public Task<byte[]> EncryptAsync(byte[] data, OpenPgpJsOptions with) => AskAsync<byte[]>("encrypt", data, with);

    /// <summary>Decrypts, and judges the signatures.</summary>
    /// <param name="message">The encrypted message.</param>
    /// <param name="with">Keys, KeyPassphrase, Passwords, Verifiers, Config.</param>
    public Task<OpenPgpJsData> DecryptAsync(byte[] message, OpenPgpJsOptions with) => AskAsync<OpenPgpJsData>("decrypt", message, with);

    /// <summary>Signs.</summary>
    /// <param name="data">What is signed; UTF-8 text for a cleartext signature.</param>
    /// <param name="shape">What comes out: the signature alone, or the data with it.</param>
    /// <param name="with">Keys, KeyPassphrase, Armor, Config.</param>
    public Task<byte[]> SignAsync(byte[] data, SignatureShape shape, OpenPgpJsOptions with) => AskAsync<byte[]>("sign", data, with, shape);

    /// <summary>Judges signatures.</summary>
    /// <param name="data">The data of a detached signature, or the signed message.</param>
    /// <param name="shape">What that is.</param>
    /// <param name="with">Verifiers, Config.</param>
    /// <param name="signature">The detached signature.</param>
    public Task<OpenPgpJsData> VerifyAsync(byte[] data, SignatureShape shape, OpenPgpJsOptions with, byte[]? signature = null) =>
        AskAsync<OpenPgpJsData>("verify", data, with, shape, signature);

    public async ValueTask DisposeAsync()
    {
        Stop();
        _turn.Dispose();
        await ValueTask.CompletedTask;
    }

    private Task<T> AskAsync<T>(
        string operation, byte[] data, OpenPgpJsOptions with, SignatureShape? shape = null, byte[]? signature = null) =>
        AskAsync<T>(new
        {
            operation,
            data,
            shape = shape?.ToString().ToLowerInvariant(),
            signature,
            with.Recipients,
            with.Keys,
            with.KeyPassphrase,
            with.Passwords,
            with.Verifiers,
            with.Armor,
            with.IsText,
            with.Hidden,
            with.Config,
        });

    private async Task<T> AskAsync<T>(object request)
    {
        await _turn.WaitAsync();
        try
        {
            _process ??= Start();
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsToAnswer));
            try
            {
                await JsonSerializer.SerializeAsync(_process.StandardInput.BaseStream, request, s_json, timeout.Token);
                await _process.StandardInput.BaseStream.WriteAsync("\n"u8.ToArray(), timeout.Token);
                await _process.StandardInput.BaseStream.FlushAsync(timeout.Token);
                var line = await _process.StandardOutput.ReadLineAsync(timeout.Token)
                    ?? throw new InvalidOperationException($"OpenPGP.js ended: {await _process.StandardError.ReadToEndAsync(timeout.Token)}");
                using var answer = JsonDocument.Parse(line);
                if (answer.RootElement.TryGetProperty("refused", out var reason)) throw new PeerRefusedException("OpenPGP.js", reason.GetString()!);
                return answer.RootElement.GetProperty("done").Deserialize<T>(s_json)!;
            }
            catch (Exception e) when (e is not PeerRefusedException)
            {
                Stop(); // Its next answer would be the one to this question.
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private static Process Start()
    {
        var peers = System.IO.Path.Combine(Checkout.Root, "tests/peers");
        if (!Directory.Exists(System.IO.Path.Combine(peers, "node_modules/openpgp"))) Peer.Missing("openpgp isn't installed: npm ci in tests/peers");
        return Process.Start(new ProcessStartInfo(Peer.Require("node"), ["openpgpjs.mjs"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = peers,
        })!;
    }

    private void Stop()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _process = null;
    }
}
