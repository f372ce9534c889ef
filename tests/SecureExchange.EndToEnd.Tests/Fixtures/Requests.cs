namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>Requests as a client's own programs make them.</summary>
internal static class Requests
{
    internal static async Task<HttpResponseMessage> PostAsync(
        this HttpClient http, string path, byte[] content, string? requestKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(content) };
        if (requestKey is not null) request.Headers.Add("Idempotency-Key", requestKey);
        return await http.SendAsync(request);
    }

    internal static async Task<HttpResponseMessage> GetAsync(this HttpClient http, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        return await http.SendAsync(request);
    }
}
