namespace SecureExchange.EndToEnd.Tests.Access;

/// <summary>One route, as the sweep tries it.</summary>
/// <param name="Route">Method and path, as <c>/openapi/v1.json</c> has them.</param>
/// <param name="Asks">For which permission it asks the policy; or <see cref="Anyone"/>, <see cref="SignedIn"/>.</param>
internal sealed record SweepRow(string Route, string Asks)
{
    /// <summary>Answers without a token.</summary>
    internal const string Anyone = "anyone";

    /// <summary>Answers whoever is signed in, with what is theirs.</summary>
    internal const string SignedIn = "signed in";

    /// <summary>Of the client's side, where another permission is asked for.</summary>
    internal string? ClientAsks { get; init; }

    /// <summary>What is sent.</summary>
    internal string? Body { get; init; }

    /// <summary>What is asked behind the path.</summary>
    internal string Query { get; init; } = "";

    /// <summary>The route that undoes what this one does, so that each caller finds the agreement as it was.</summary>
    internal string? UndoneBy { get; init; }

    /// <summary>Whether a yes makes an event. Reading tiles makes none: a log that grows by being read is never fully read.</summary>
    internal bool MakesEvent { get; init; } = true;

    internal string Method => Route[..Route.IndexOf(' ', StringComparison.Ordinal)];

    internal string Path => Route[(Route.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    internal bool IsOfAgreement => Path.Contains("{agreement}", StringComparison.Ordinal) || Path.Contains("{log}", StringComparison.Ordinal)
        || Query.Contains("{agreement}", StringComparison.Ordinal) || IsOfTransfer;

    /// <summary>Whether it is about something that there can't be before an agreement is active.</summary>
    internal bool IsOfTransfer => Path.StartsWith("/v1/transfers/", StringComparison.Ordinal) || Path.Contains("{reveal}", StringComparison.Ordinal)
        || Body?.Contains("{id}", StringComparison.Ordinal) == true;

    /// <summary>Where the request goes.</summary>
    internal string For(string agreement, string transfer, string reveal) => (Path + Query)
        .Replace("{reveal}", reveal, StringComparison.Ordinal)
        .Replace("{agreement}", agreement, StringComparison.Ordinal).Replace("{log}", agreement, StringComparison.Ordinal)
        .Replace("{id}", transfer, StringComparison.Ordinal).Replace("{number}", "99", StringComparison.Ordinal)
        .Replace("{index}", "0", StringComparison.Ordinal).Replace("{path}", "checkpoint", StringComparison.Ordinal)
        .Replace("{name}", "file.csv", StringComparison.Ordinal).Replace("{domain}", "example.org", StringComparison.Ordinal)
        .Replace("{certificate}", new string('A', 40), StringComparison.Ordinal).Replace("{hash}", "dizb37aqa5h4skgu7jf1xjr4q71w4paq", StringComparison.Ordinal);

    /// <summary>Every route. One that the gateway has and this list hasn't fails the sweep: say here what it asks for.</summary>
    internal static IReadOnlyList<SweepRow> All { get; } =
    [
        new("POST /v1/agreements", "CreateAgreement") { Body = "x" },
        new("GET /v1/agreements", SignedIn),
        new("GET /v1/agreements/{agreement}", "ReadAgreement"),
        new("GET /v1/agreements/{agreement}/versions", "ReadAgreement"),
        new("GET /v1/agreements/{agreement}/versions/{number}/text", "ReadAgreement"),
        new("GET /v1/agreements/{agreement}/access", "ExplainAccess"),
        new("POST /v1/agreements/{agreement}/versions", "ChangeAgreement") { Body = "x" },
        new("POST /v1/agreements/{agreement}/versions/{number}/propose", "ChangeAgreement"),
        new("POST /v1/agreements/{agreement}/versions/{number}/withdraw", "ChangeAgreement"),
        new("POST /v1/agreements/{agreement}/versions/{number}/signature", "SignAgreement") { Body = "x" },
        new("POST /v1/agreements/{agreement}/suspend", "SuspendAgreement") { UndoneBy = "resume" },
        new("POST /v1/agreements/{agreement}/resume", "SuspendAgreement") { UndoneBy = "suspend" },
        new("POST /v1/agreements/{agreement}/end", "EndAgreement"),
        new("POST /v1/agreements/{agreement}/erasures", "EraseData") { Body = """{"all":true,"dryRun":true}""" },
        new("POST /v1/agreements/{agreement}/traces", "TraceLeak") { Body = "x" },
        new("POST /v1/agreements/{agreement}/hold", "HoldData") { Body = """{"reason":"other"}""" },
        new("DELETE /v1/agreements/{agreement}/hold", "HoldData") { Body = """{"reason":"other"}""" },
        new("GET /v1/agreements/{agreement}/transfers", "ListTransfers"),
        new("POST /v1/agreements/{agreement}/transfers/{name}", "SendDispatch") { Body = "x" },
        new("PUT /v1/agreements/{agreement}/transfers/{name}", "SendDispatch") { Body = "x" },
        new("POST /v1/agreements/{agreement}/records", "SendRecords") { Body = "{}\n" },
        new("GET /v1/agreements/{agreement}/records", "FetchMasked"),
        new("GET /v1/transfers/{id}", "ListTransfers"),
        new("GET /v1/transfers/{id}/content", "FetchMasked") { ClientAsks = "FetchForClient" },
        new("GET /v1/transfers/{id}/findings", "ReadFindings"),
        new("GET /v1/transfers/{id}/attestation", "ReadAttestation"),
        new("POST /v1/transfers/{id}/release", "ReleaseDispatch") { MakesEvent = false }, // What isn't held stays as it is.
        new("POST /v1/transfers/{id}/returns/{name}", "SendReturn") { Body = "x" },
        new("PUT /v1/transfers/{id}/returns/{name}", "SendReturn") { Body = "x" },
        new("POST /v1/reveals", "RequestReveal") { Body = """{"transfer":"{id}","record":1,"field":"phone","masked":"x","purpose":"callback","ticket":"T-1"}""" },
        new("GET /v1/reveals", "ReadReveals") { Query = "?agreement={agreement}" },
        new("GET /v1/reveals/{reveal}", "ReadReveals"),
        new("GET /v1/reveals/{reveal}/text", "ReadReveals"),
        new("POST /v1/reveals/{reveal}/signature", "DecideReveal") { Body = "x" },
        new("POST /v1/reveals/{reveal}/show", "ShowReveal"),
        new("POST /v1/reveals/{reveal}/deny", "DecideReveal"),
        new("POST /v1/reveals/{reveal}/withdraw", "RequestReveal"),
        new("GET /v1/agreements/{agreement}/webhook-key", "ReadWebhookKey"),
        new("POST /v1/agreements/{agreement}/certificates", "ChangeCertificates") { Body = "x" },
        new("GET /v1/agreements/{agreement}/certificates", "ReadAgreement"),
        new("GET /v1/agreements/{agreement}/certificates/{certificate}/challenge", "ChangeCertificates"),
        new("POST /v1/agreements/{agreement}/certificates/{certificate}/proof", "ChangeCertificates") { Body = "x" },
        new("POST /v1/agreements/{agreement}/certificates/{certificate}/confirm", "ConfirmCertificate"),
        new("POST /v1/agreements/{agreement}/certificates/{certificate}/update", "ChangeCertificates") { Body = "x" },
        new("POST /v1/agreements/{agreement}/certificates/{certificate}/lookup", "ChangeCertificates"),
        new("POST /v1/agreements/{agreement}/certificates/{certificate}/revoke", "ChangeCertificates"),
        new("GET /v1/audit/logs", SignedIn) { MakesEvent = false },
        new("POST /v1/audit/checks", "RecheckLog") { Query = "?log=gateway" },
        new("GET /v1/audit/events", "ReadLog") { Query = "?log={agreement}" },
        new("GET /v1/audit/events/{log}/{index}", "ReadLog"),
        new("GET /v1/audit/events/{log}/{index}/proof", "ReadLog"),
        new("GET /audit/{log}/{path}", "ReadLog") { MakesEvent = false },
        new("GET /audit/gateway/{path}", Anyone),
        new("GET /v1/keys", "ManageKeys"),
        new("POST /v1/keys/rotations", "ManageKeys") { Body = """{"key":"gateway"}""" },
        new("GET /v1/whoami", SignedIn) { MakesEvent = false },
        new("GET /v1/sign-in", Anyone),
        new("POST /v1/token", Anyone),
        new("GET /v1/gateway/certificate", Anyone),
        new("GET /.well-known/openpgpkey/hu/{hash}", Anyone),
        new("GET /.well-known/openpgpkey/{domain}/hu/{hash}", Anyone),
        new("GET /.well-known/openpgpkey/policy", Anyone),
        new("GET /.well-known/openpgpkey/{domain}/policy", Anyone),
        new("GET /health/live", Anyone),
        new("GET /health/ready", Anyone),
        new("GET /metrics", Anyone),
    ];
}
