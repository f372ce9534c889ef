namespace SecureExchange.Gateway.Reveal;

/// <summary>How mail is sent (RFC 5321).</summary>
/// <param name="Host">The relay.</param>
/// <param name="Port">Its port: 465 speaks TLS from the start, on any other it begins with STARTTLS.</param>
/// <param name="From">The sender's address.</param>
public sealed record MailOptions(string Host, int Port, string From)
{
    /// <summary>Who signs in; null: nobody.</summary>
    public string? User { get; init; }

    /// <summary>File of the password, first line.</summary>
    public string? PasswordFile { get; init; }
}
