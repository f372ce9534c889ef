using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace SecureExchange.Cli;

/// <summary>Fetches a sealed part into a file, goes on after a broken connection, and compares its digest.</summary>
internal static class Download
{
    private const int Attempts = 5;

    /// <returns>The event that logged the fetch, the last where it took several.</returns>
    internal static async Task<string> RunAsync(GatewayClient client, string path, string output, CancellationToken ct)
    {
        var part = output + ".part";
        string? digest = null, logged = null;
        try
        {
            await using (var file = new FileStream(part, FileMode.Create, FileAccess.ReadWrite))
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Get, path);
                        if (file.Length > 0) request.Headers.Range = new RangeHeaderValue(file.Length, null);
                        using var response = await client.SendAsync(request, ct);
                        digest = response.Headers.GetValues("Repr-Digest").Single();
                        logged = response.Headers.GetValues("Audit-Event").Single();
                        await response.Content.CopyToAsync(file, ct);
                        break;
                    }
                    catch (Exception e) when (attempt < Attempts && e is HttpRequestException or IOException)
                    {
                        Terminal.Say($"the connection broke after {file.Length} bytes; going on (attempt {attempt + 1} of {Attempts})");
                        await Task.Delay(TimeSpan.FromSeconds(attempt), ct);
                    }
                }

                file.Position = 0;
                var hash = Convert.ToBase64String(await SHA256.HashDataAsync(file, ct));
                if (digest != $"sha-256=:{hash}:") throw new CliException(
                    Terminal.NotVerified, "what came isn't what the gateway logged: the digests differ. Fetch it again; if that repeats, tell the operator");
            }

            File.Move(part, output, overwrite: true);
            return logged!;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
