using System.Text.Json;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>What the gateway answered, where that isn't success.</summary>
internal static class Problem
{
    /// <summary>The stable code of an RFC 9457 answer, which has to be one.</summary>
    internal static async Task<string> CodeAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((int)answer.StatusCode, json.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(json.RootElement.GetProperty("detail").GetString()!);
        return json.RootElement.GetProperty("code").GetString()!;
    }

    /// <summary>The event that the answer names: <c>log/index</c>.</summary>
    internal static string? Event(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Audit-Event", out var values) ? values.Single() : null;
}
