namespace SecureExchange.Masking.Records.Mail;

/// <summary>A file in a message.</summary>
/// <param name="Kind">Which of the profile's kinds of attached files; -1: a message that is there in clear.</param>
/// <param name="Start">Where its body begins in the message.</param>
/// <param name="End">Behind the body.</param>
/// <param name="Transfer">How the body is written.</param>
internal sealed record MailAttachment(int Kind, int Start, int End, TransferEncoding Transfer)
{
    /// <summary>Where it goes in what is written of the message around it.</summary>
    public int Place { get; set; }
}
