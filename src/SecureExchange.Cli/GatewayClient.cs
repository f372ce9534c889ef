using System.Net.Http.Headers;
using System.Text.Json;

namespace SecureExchange.Cli;

/// <summary>Speaks HTTP with a gateway: a client like any other.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly HttpClient _http;

    internal GatewayClient(Uri address, string? token)
    {
        // Redirects are off: they would take the token wherever the answer says.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan, // A large file takes as long as it takes; Ctrl-C ends it.
        };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    internal Uri Address => _http.BaseAddress!;

    /// <summary>Whether the gateway is on this machine.</summary>
    internal bool IsLocal => Address.IsLoopback;

    /// <summary>A GET whose answer is JSON.</summary>
    internal async Task<JsonElement> GetJsonAsync(string path, CancellationToken ct)
    {
        using var response = await GetAsync(path, ct);
        return await JsonSerializer.DeserializeAsync<JsonElement>(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
    }

    internal async Task<byte[]> GetBytesAsync(string path, CancellationToken ct)
    {
        using var response = await GetAsync(path, ct);
        return await response.Content.ReadAsByteArrayAsync(ct);
    }

    /// <summary>A GET that succeeded, with its body still to be read.</summary>
    internal Task<HttpResponseMessage> GetAsync(string path, CancellationToken ct) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), ct);

    /// <summary>A GET; null where there is nothing.</summary>
    internal async Task<byte[]?> FindBytesAsync(string path, CancellationToken ct)
    {
        using var response = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound) return null;
        await RequireSuccessAsync(response, ct);
        return await response.Content.ReadAsByteArrayAsync(ct);
    }

    /// <summary>A request that succeeded, with its body still to be read.</summary>
    /// <exception cref="CliException">The gateway said no, and why.</exception>
    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        await RequireSuccessAsync(response, ct);
        return response;
    }

    /// <summary>A request that is safe to send again: it carries a key by which the gateway knows it.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="content">Makes the body anew for each attempt.</param>
    /// <param name="ct">Cancels it.</param>
    internal async Task<JsonElement> PostOnceAsync(string path, Func<HttpContent> content, CancellationToken ct) =>
        JsonSerializer.Deserialize<JsonElement>(await PostTextOnceAsync(path, content, ct));

    /// <inheritdoc cref="PostOnceAsync"/>
    /// <returns>The whole answer.</returns>
    internal async Task<string> PostTextOnceAsync(string path, Func<HttpContent> content, CancellationToken ct)
    {
        var key = Guid.NewGuid().ToString("N");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content() };
                request.Headers.Add("Idempotency-Key", key);
                request.Headers.ExpectContinue = true; // Who may not send is told before a large file is on its way.
                using var response = await SendAsync(request, ct);
                return await response.Content.ReadAsStringAsync(ct);
            }
            catch (Exception e) when (attempt < 4 && IsWorthAnotherTry(e))
            {
                Terminal.Say($"no answer from the gateway; trying again (attempt {attempt + 1} of 4)");
                await Task.Delay(TimeSpan.FromSeconds(attempt), ct);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsWorthAnotherTry(Exception e) =>
        e is HttpRequestException or IOException || e is RefusalException { Code: "request.in-progress" or "gateway.busy" or "gateway.rate-limited" or "log.unavailable" or "log.not-witnessed" or "store.unavailable" };

    private static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode) return;
        using (response)
        {
            throw RefusalException.Read((int)response.StatusCode, await response.Content.ReadAsStringAsync(ct));
        }
    }
}

/// <summary>The gateway said no.</summary>
internal sealed class RefusalException : Exception
{
    private RefusalException(string code, string message, JsonElement problem) : base(message)
    {
        Code = code;
        Problem = problem;
    }

    /// <summary>The problem's stable code.</summary>
    internal string Code { get; }

    /// <summary>All that the gateway said (RFC 9457).</summary>
    internal JsonElement Problem { get; }

    internal static RefusalException Read(int status, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var problem = document.RootElement.Clone();
            var code = problem.GetProperty("code").GetString()!;
            var detail = problem.GetProperty("detail").GetString()!;
            return new RefusalException(code, $"{detail} ({code})", problem);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new RefusalException("unknown", $"the server answered {status} without saying why; is this a SecureExchange gateway?", default);
        }
    }
}
