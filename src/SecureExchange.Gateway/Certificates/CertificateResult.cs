using SecureExchange.Gateway.Audit;

namespace SecureExchange.Gateway.Certificates;

/// <summary>A certificate as somebody sees it.</summary>
/// <param name="Standing">How it stands.</param>
/// <param name="Party">Whose it is.</param>
/// <param name="IsSealedTo">Whether what is meant for the party is sealed to this one.</param>
/// <param name="ExpiresAt">When it stops being valid, as far as it says; null: never, or it isn't valid.</param>
/// <param name="Now">When it was looked at.</param>
public sealed record CertificateView(CertificateStanding Standing, Access.PartyId Party, bool IsSealedTo, DateTimeOffset? ExpiresAt, DateTimeOffset Now)
{
    /// <summary>It ends within so many days (1, 7, 30), by its primary key or the subkey that others encrypt to; null: it doesn't, or isn't used.</summary>
    public int? EndsWithinDays { get; internal init; }
}

/// <summary>How something about a certificate ended.</summary>
public abstract record CertificateResult
{
    private CertificateResult()
    {
    }

    /// <summary>It happened.</summary>
    public sealed record Done(CertificateView View, LoggedEvent Logged) : CertificateResult;

    public sealed record Listed(IReadOnlyList<CertificateView> Views, LoggedEvent Logged) : CertificateResult;

    /// <summary>What the holder has to sign: in clear, or sealed to the certificate where it can be, so that only who can open it can
    /// sign it.</summary>
    public sealed record Challenged(ReadOnlyMemory<byte> Content, bool IsSealed, LoggedEvent Logged) : CertificateResult;

    /// <summary>The caller may not.</summary>
    public sealed record Denied(Admission.Refused Refusal) : CertificateResult;

    /// <summary>The certificate, the signature or the moment may not.</summary>
    public sealed record Refused(CertificateFault Fault, LoggedEvent Logged) : CertificateResult;
}
