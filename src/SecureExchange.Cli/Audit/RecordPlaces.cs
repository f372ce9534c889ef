using System.Text;
using System.Text.Json;

namespace SecureExchange.Cli.Audit;

/// <summary>Where a record was sent: found by the gateway through the manifests, by the record's key, which is in the body of the
/// request and nowhere afterwards.</summary>
internal static class RecordPlaces
{
    /// <summary>The transfers that hold a record, and what came back of them.</summary>
    /// <param name="client">The gateway, as a client's administrator.</param>
    /// <param name="agreement">Under which agreement.</param>
    /// <param name="file">Where the record's key is; <c>-</c> for stdin. One line end behind it isn't part of it.</param>
    /// <param name="ct">Cancels the request.</param>
    internal static async Task<IReadOnlyList<RecordPlace>> FindAsync(GatewayClient client, string agreement, string file, CancellationToken ct)
    {
        using var reader = file == "-" ? new StreamReader(Console.OpenStandardInput()) : new StreamReader(file);
        var key = (await reader.ReadToEndAsync(ct)).TrimEnd('\n').TrimEnd('\r');
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/agreements/{Uri.EscapeDataString(agreement)}/erasures")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { value = key, dryRun = true }), Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request, ct);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(ct));
        return [.. answer.RootElement.GetProperty("transfers").EnumerateArray().Select(transfer => new RecordPlace(
            transfer.GetProperty("id").GetString()!, transfer.GetProperty("kind").GetString()!,
            [.. transfer.GetProperty("rows").EnumerateArray().Select(row => row.GetInt64())]))];
    }
}

/// <param name="Transfer">Its id.</param>
/// <param name="Kind">dispatch, records or return.</param>
/// <param name="Rows">In which rows, from 1; none of a return, which is as a whole about its dispatch's records.</param>
internal sealed record RecordPlace(string Transfer, string Kind, IReadOnlyList<long> Rows);
