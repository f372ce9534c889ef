using System.Globalization;
using System.Text;
using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Certificates;

/// <summary>What is said of certificates outside of the log.</summary>
internal static class CertificateText
{
    /// <summary>A moment, to the millisecond.</summary>
    internal static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A notice for the webhook that the agreement names for reveals; null where it names none. Ids and fingerprints only.</summary>
    internal static CertificateNotice? Notice(
        Agreement agreement, AuditEventKind kind, PartyId party, string certificate, DateTimeOffset at, (DateTimeOffset End, int Days)? ending = null)
    {
        if (agreement.RevealPeople?.Notify.Webhook is not { } webhook) return null;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", AuditEventKindNames.Of(kind));
            writer.WriteString("agreement", agreement.Terms.Id.Value);
            writer.WriteString("party", party.Value);
            writer.WriteString("certificate", certificate);
            writer.WriteString("at", Moment(at));
            if (ending is { } soon)
            {
                writer.WriteString("ends", Moment(soon.End));
                writer.WriteNumber("days", soon.Days);
            }

            writer.WriteEndObject();
        }

        return new CertificateNotice(webhook.OriginalString, Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}

/// <summary>What is still to be told of a certificate.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Body">JSON.</param>
internal sealed record CertificateNotice(string Target, string Body);
