using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Cli.Witnessing;

/// <summary>A <see cref="Witness"/> over HTTP (C2SP tlog-witness): <c>POST /add-checkpoint</c>, and <c>GET /</c> for its
/// key. Nobody is authenticated but by the log's signature.</summary>
internal static class WitnessServer
{
    /// <summary>63 hashes and a note; a log's checkpoint has a few hundred bytes.</summary>
    private const int MaxBody = 256 * 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    internal static async Task RunAsync(Witness witness, Cosigner cosigner, IPEndPoint address, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxConcurrentConnections = 200;
            kestrel.Limits.RequestHeadersTimeout = s_patience;
            kestrel.Listen(address);
        });
        await using var app = builder.Build();
        app.MapGet("/", () => Results.Text($"{cosigner}\n"));
        app.MapPost("/add-checkpoint", context => AnswerAsync(context, witness));
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException e)
        {
            throw new CliException(Terminal.Refused, $"can't listen on {address}: {e.Message}");
        }

        Terminal.Say($"witness {cosigner.Name} on {app.Urls.First()}");
        await app.WaitForShutdownAsync(ct);
    }

    private static async Task AnswerAsync(HttpContext context, Witness witness)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        giveUp.CancelAfter(s_patience);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, giveUp.Token);
        WitnessAnswer answer;
        try
        {
            answer = await witness.AddCheckpointAsync(body.ToArray(), giveUp.Token);
        }
        catch (Exception e) when (e is TransparencyException or IOException or UnauthorizedAccessException)
        {
            Terminal.Say($"can't vouch: {e.Message}");
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        if (answer.Evidence is not null || answer.Outcome is WitnessOutcome.Forked or WitnessOutcome.Inconsistent)
        {
            var kept = answer.Evidence is { } path ? $"what was shown is kept as {path}" : "what was shown isn't kept: there is enough of its kind already";
            Terminal.Say($"REFUSED ({answer.Outcome}): {answer.Body.TrimEnd()}; {kept}");
        }

        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = answer.ContentType;
        await context.Response.WriteAsync(answer.Body, giveUp.Token);
    }
}
