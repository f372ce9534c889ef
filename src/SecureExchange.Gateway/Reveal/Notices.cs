using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Reveal;

/// <summary>Tells approvers of requests, and of what becomes of certificates: by a webhook that is signed; of requests by mail, too. Holds ids, names and codes; no value, no token.</summary>
/// <remarks>What is to be told is in the database with the request itself, so that nothing is forgotten; a receiver can hear of a request
/// twice. A receiver that is away is tried again for about a day, later and later. Nothing waits for it.</remarks>
public sealed class Notices(RevealStore reveals, CertificateStore certificates, AgreementStore agreements, NoticeHosts hosts, MailOptions? mail, TimeProvider clock) : IDisposable
{
    /// <summary>The header of a webhook's signature: <c>t=…,v1=…</c>, after a rotation of the agreement's key with a second <c>v1</c> under the key
    /// before.</summary>
    public const string SignatureHeader = "SX-Signature";

    private const int MaxAttempts = 14;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // It would go wherever the answer says.
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = s_patience,
        MaxResponseContentBufferSize = 64 * 1024,
    };

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Sends what is due.</summary>
    /// <returns>How many were sent, and how many couldn't be.</returns>
    public async Task<(int Sent, int Failed)> SendDueAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var (sent, failed) = (0, 0);
            foreach (var notice in await reveals.DueNoticesAsync(clock.GetUtcNow(), ct))
            {
                var isSent = await TryAsync(notice, ct);
                if (isSent) sent++;
                else failed++;
                await reveals.NoticeTriedAsync(notice, isSent ? clock.GetUtcNow() : null, NextAfter(notice.Attempts));
            }

            foreach (var notice in await certificates.DueNoticesAsync(clock.GetUtcNow(), ct))
            {
                var isSent = await TryAsync(() => PostAsync(notice.Notice.Target, notice.Agreement, notice.Notice.Body, ct), ct);
                if (isSent) sent++;
                else failed++;
                await certificates.NoticeTriedAsync(notice, isSent ? clock.GetUtcNow() : null, NextAfter(notice.Attempts));
            }

            return (sent, failed);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    /// <summary>A signature of a webhook's body: HMAC-SHA-256 under the agreement's webhook key, of the time, a dot and the body, so that an
    /// old notice can't be sent again as a new one.</summary>
    internal static string Mac(ReadOnlySpan<byte> key, long unixTime, string body) => Convert.ToHexStringLower(
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{unixTime.ToString(CultureInfo.InvariantCulture)}.{body}")));

    private DateTimeOffset NextAfter(int attempts) => attempts + 1 >= MaxAttempts
        ? DateTimeOffset.MaxValue.AddYears(-1)
        : clock.GetUtcNow().AddSeconds(5 * Math.Pow(2, attempts));

    private async Task<bool> TryAsync(DueNotice notice, CancellationToken ct)
    {
        var request = await reveals.RequestOfAsync(notice, ct);
        return await TryAsync(
            () => notice.Channel == NoticeChannel.Webhook
                ? PostAsync(notice.Target, notice.Agreement, Encoding.UTF8.GetString(Body(request)), ct)
                : MailAsync(notice, request, ct), ct);
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> tell, CancellationToken ct)
    {
        try
        {
            return await tell();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or System.Net.Sockets.SocketException
            or MailKit.ServiceNotConnectedException or MailKit.CommandException or MailKit.ProtocolException or AuthenticationException or SslHandshakeException
            && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> PostAsync(string target, AgreementId agreement, string body, CancellationToken ct)
    {
        if (!hosts.Allows(target)) return false;
        using var message = new HttpRequestMessage(HttpMethod.Post, target) { Content = new StringContent(body, Encoding.UTF8) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add(SignatureHeader, await SignAsync(agreement, body, ct));
        using var answer = await _http.SendAsync(message, ct);
        return answer.IsSuccessStatusCode;
    }

    private async Task<string> SignAsync(AgreementId agreement, string body, CancellationToken ct)
    {
        using var agreementKey = await agreements.OpenKeyAsync(agreement, ct);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var signature = $"t={now.ToString(CultureInfo.InvariantCulture)}";
        foreach (var key in agreementKey.WebhookKeys())
        {
            using (key) signature += $",v1={Mac(key.Span, now, body)}";
        }

        return signature;
    }

    private async Task<bool> MailAsync(DueNotice notice, RevealRequest request, CancellationToken ct)
    {
        if (mail is null) return false;
        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(mail.From));
        message.To.Add(MailboxAddress.Parse(notice.Target));
        message.Subject = request.IsBreakGlass ? $"Break-glass under {request.Agreement}: a value was opened" : $"Reveal asked for under {request.Agreement}";
        message.Body = new TextPart("plain") { Text = Letter(request) };
        using var client = new SmtpClient { Timeout = (int)s_patience.TotalMilliseconds };
        var isLoopback = mail.Host == "localhost" || (IPAddress.TryParse(mail.Host, out var address) && IPAddress.IsLoopback(address));
        var security = mail.Port == 465 ? SecureSocketOptions.SslOnConnect
            : isLoopback ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls;
        await client.ConnectAsync(mail.Host, mail.Port, security, ct);
        if (mail.User is not null) await client.AuthenticateAsync(mail.User, (await File.ReadAllTextAsync(mail.PasswordFile!, ct)).Split('\n')[0].TrimEnd('\r'), ct);
        await client.SendAsync(message, ct);
        await client.DisconnectAsync(quit: true, ct);
        return true;
    }

    private static byte[] Body(RevealRequest request)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", request.IsBreakGlass ? "reveal.break-glass" : "reveal.requested");
            writer.WriteString("reveal", request.Id.Value);
            writer.WriteString("agreement", request.Agreement.Value);
            writer.WriteString("transfer", request.Transfer.Value);
            writer.WriteNumber("record", request.Record);
            writer.WriteString("field", request.Field);
            writer.WriteString("purpose", request.Purpose);
            writer.WriteString("ticket", request.Ticket);
            writer.WriteString("requestedBy", request.Caller);
            writer.WriteString("requestedAt", RevealText.Moment(request.RequestedAt));
            writer.WriteString("expiresAt", RevealText.Moment(request.ExpiresAt));
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string Letter(RevealRequest request) =>
        $"""
        {request.Caller} {(request.IsBreakGlass ? "has opened" : "asks to see")} one cell under {request.Agreement}:

          transfer {request.Transfer}, record {request.Record.ToString(CultureInfo.InvariantCulture)}, field {request.Field}
          purpose {request.Purpose}, ticket {request.Ticket}
          {(request.IsBreakGlass ? "" : $"waits until {RevealText.Moment(request.ExpiresAt)}")}

        To {(request.IsBreakGlass ? "review it" : "approve it")}, on your own machine:

          sx reveal approve {request.Id} --secret-key YOUR-KEY

        To say no:

          sx reveal deny {request.Id}

        """;
}
