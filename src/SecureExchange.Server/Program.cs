using System.Collections;
using SecureExchange.Access;
using SecureExchange.Gateway;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Server;
using SecureExchange.Server.Api;
using SecureExchange.Server.Identity;
using SecureExchange.Server.Listening;

// Before the first key is read.
if (!CoreDumps.TurnOff()) Console.Error.WriteLine("secureexchange: WARNING: core dumps can't be turned off; a crash may write keys and plaintext to a disk");

// A line that ends without a carriage return is one line to one reader and a part of one to another: that is how requests are smuggled.
AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

ServerOptions options;
ExchangeGateway gateway;
IdentitySettings? identity;
LocalIssuer? embedded = null;
TlsCertificate? certificate = null;
bool isProduction;
try
{
    var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(e => KeyValuePair.Create((string)e.Key, (string?)e.Value ?? ""));
    options = ServerOptions.Read(args, environment);
    identity = options.Identity is { } file ? IdentityFile.Read(file) : null;
    var host = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT");
    isProduction = string.Equals(host, "Production", StringComparison.OrdinalIgnoreCase);
    var isEmbedded = identity is null || identity.Embedded.Count > 0;
    if (isEmbedded && isProduction && !options.InsecureAllowLocalIssuer)
        throw new ArgumentException("the embedded issuer isn't for production: name your identity providers with --identity, or --insecure-allow-local-issuer true if you mean it");
    if (options.Tls is { } tls) certificate = new TlsCertificate(tls.Certificate, tls.Key, TimeProvider.System);
    gateway = await ExchangeGateway.OpenAsync(options.Gateway, TimeProvider.System, CancellationToken.None);
    if (isEmbedded) embedded = IssuerKey.Open(options.Gateway.Data);
}
catch (Exception e) when (e is ArgumentException or KeyException or IOException or InvalidOperationException or BlobStoreException
    or UnauthorizedAccessException or SecureExchange.Transparency.TransparencyException or SecureExchange.Transparency.Log.LogUnavailableException)
{
    Console.Error.WriteLine($"secureexchange: can't start: {e.Message}");
    return 1;
}

await using (gateway)
using (embedded)
{
    // The arguments are read above, strictly; the framework's own configuration sources would take any.
    var builder = WebApplication.CreateSlimBuilder();
    builder.Configuration.Sources.Clear();
    builder.Configuration.AddInMemoryCollection();
    builder.Logging.ClearProviders().AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
    }).SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
        // It would write a refused token's claims, and exceptions with their messages; Faults writes what may be written.
        .AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None)
        .AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None);
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.Listen(options.Url, certificate);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxUploadBytes;
        kestrel.Limits.MaxConcurrentConnections = 2000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        // Whoever sends, or reads, slower than this after five seconds is cut off: a connection costs memory, and a file in work a place.
        kestrel.Limits.MinRequestBodyDataRate = new Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate(240, TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate(240, TimeSpan.FromSeconds(5));
    });
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton(gateway);
    builder.Services.AddSingleton<MetricsPage>();
    builder.Services.AddHostedService<SettlingLoop>();
    builder.Services.AddHostedService<NoticeLoop>();
    builder.Services.AddHostedService<WatchLoop>();
    builder.Services.AddExceptionHandler<Faults>();
    builder.Services.AddProblemDetails();
    builder.Services.AddOpenApi();
    // A number that isn't one is answered by Faults like every other fault, and not by an empty 400.
    builder.Services.Configure<RouteHandlerOptions>(routing => routing.ThrowOnBadRequest = true);
    using var issuers = Issuers.Create(identity, embedded, gateway, TimeProvider.System);
    BearerAuthentication.Add(builder.Services, issuers);
    WebApplication? app = null;
    builder.Services.AddSingleton(new TokenDesk(gateway, identity, embedded, () => options.PublicUrl ?? new Uri(app!.Urls.First()), TimeProvider.System));
    builder.Services.AddWorkLimits(new RateLimits(options.CallerRate, options.PartyRate));

    app = builder.Build();
    var metrics = app.Services.GetRequiredService<MetricsPage>();
    if (certificate is not null) certificate.Logger = app.Logger;
    app.Use((http, next) => metrics.MeasureAsync(http, next));
    app.Use((http, next) =>
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
        return next(http);
    });
    var proxy = new TrustedProxy(options.TrustedProxies);
    app.Use((http, next) => proxy.PassAsync(http, next));
    app.Use((http, next) =>
    {
        if (http.Request.IsHttps) http.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        return next(http);
    });
    app.UseExceptionHandler();
    app.Use((http, next) => http.Request.ContentLength > options.MaxUploadBytes
        ? Problems.Of(413, "request.too-large", $"the gateway takes at most {options.MaxUploadBytes} bytes at a time").ExecuteAsync(http)
        : next(http));
    app.UseAuthentication();
    app.UseAuthorization();
    app.UseRateLimiter();
    app.MapAgreements();
    app.MapAccess();
    app.MapTransfers();
    app.MapAttestations();
    app.MapRecords();
    app.MapReveals();
    app.MapCertificates();
    app.MapAudit();
    app.MapErasure();
    app.MapKeys();
    app.MapTraces();
    app.MapGateway();
    app.MapSignIn();
    app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
    // Its default passes over what looks like a file's name, and that would get an empty answer.
    app.MapFallback("{*path}", () => Problems.NotFound()).AllowAnonymous();
    if (embedded is not null && isProduction)
        Console.Error.WriteLine("secureexchange: WARNING: the embedded issuer is on in production: whoever reads keys/issuer.pem can be anybody");
    app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"secureexchange: listening on {app.Urls.First()}"));
    try
    {
        await app.RunAsync();
    }
    catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
    {
        Console.Error.WriteLine($"secureexchange: can't start: something else listens on {options.Url}; stop it, or name another with --urls");
        return 1;
    }
}

return 0;
