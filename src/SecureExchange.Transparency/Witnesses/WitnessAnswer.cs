namespace SecureExchange.Transparency.Witnesses;

/// <summary>A witness's answer to an <see cref="AddCheckpointRequest"/>.</summary>
/// <param name="Outcome">What it decided.</param>
/// <param name="Body">Cosignature lines, the size it knows, or a line for people.</param>
public sealed record WitnessAnswer(WitnessOutcome Outcome, string Body)
{
    /// <summary>Where the witness's store has what it refused, now or since before; null where nothing is kept. Not part
    /// of the answer over HTTP.</summary>
    public string? Evidence { get; init; }

    /// <summary>The HTTP status (C2SP tlog-witness).</summary>
    public int StatusCode => Outcome switch
    {
        WitnessOutcome.Cosigned => 200,
        WitnessOutcome.UnknownLog => 404,
        WitnessOutcome.NotSigned => 403,
        WitnessOutcome.OtherSize or WitnessOutcome.Forked => 409,
        WitnessOutcome.Inconsistent => 422,
        _ => 400,
    };

    /// <summary>The body's content type.</summary>
    public string ContentType =>
        Outcome == WitnessOutcome.OtherSize ? AddCheckpointRequest.SizeContentType : "text/plain; charset=utf-8";
}
