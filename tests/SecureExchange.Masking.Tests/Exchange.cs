using System.Buffers;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Tests;

/// <summary>One agreement's keys and a profile: what a test sends out and gets back.</summary>
internal sealed class Exchange : IDisposable
{
    private readonly MaskingKeys _keys;
    private readonly string _agreement;
    private readonly byte[] _manifestKey = [.. Enumerable.Repeat((byte)9, 32)];

    public Exchange(string profile, string agreement = "a1") : this(Encoding.UTF8.GetBytes(profile), agreement)
    {
    }

    public Exchange(byte[] profile, string agreement = "a1")
    {
        Profile = MaskingProfile.Parse(profile);
        _agreement = agreement;
        _keys = Keys(agreement);
    }

    private Exchange(MaskingProfile profile, string agreement)
    {
        Profile = profile;
        _agreement = agreement;
        _keys = Keys(agreement);
    }

    public MaskingProfile Profile { get; }

    public MaskingLimits? Limits { get; init; }

    public static Exchange Csv(string fields, string top = "") =>
        new($"profile: test\nversion: 1\nformat: csv\n{top}\nfields:\n{Indent(fields)}");

    public static Exchange Ndjson(string fields, string top = "") =>
        new($"profile: test\nversion: 1\nformat: ndjson\n{top}\nfields:\n{Indent(fields)}");

    /// <summary>The same for an audience.</summary>
    public Exchange For(string audience) => new(
        Profile.For(Audience.TryParse(audience, out var parsed) ? parsed : throw new ArgumentException("not one", nameof(audience))), _agreement);
    public static Exchange Of(string format, string fields, string top = "") =>
        new($"profile: test\nversion: 1\nformat: {format}\n{top}\nfields:\n{Indent(fields)}");

    /// <summary>Sends a file, however it is cut, and wants it back as it was.</summary>
    public Dispatched RoundTrip(byte[] file)
    {
        var sent = Dispatch(file);
        Assert.Equal(file, Return(sent.Masked, sent.Manifest).Bytes);
        foreach (var piece in (int[])[1, 13, 4096])
        {
            var other = Dispatch(file, piece);
            Assert.Equal(sent.Masked, other.Masked);
            Assert.Equal(sent.Manifest, other.Manifest);
            var back = Return(sent.Masked, sent.Manifest, piece);
            Assert.False(back.HasFindings, string.Join('\n', back.Lines));
            Assert.Equal(file, back.Bytes);
        }

        return sent;
    }

    public Dispatched RoundTrip(string file) => RoundTrip(Encoding.UTF8.GetBytes(file));

    public Masker NewMasker() => new(Profile, _keys, _manifestKey, Limits);

    public ReturnChecker NewChecker() => new(Profile, _keys, _manifestKey, Limits);

    public string Mask(string text, int piece = int.MaxValue) => Encoding.UTF8.GetString(Dispatch(Encoding.UTF8.GetBytes(text), piece).Masked);

    public Dispatched Dispatch(string text) => Dispatch(Encoding.UTF8.GetBytes(text));

    public Dispatched Dispatch(byte[] file, int piece = int.MaxValue)
    {
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        using var masker = NewMasker();
        foreach (var part in Pieces(file, piece)) masker.Mask(part.Span, masked, manifest);
        masker.Complete(masked, manifest);
        return new Dispatched(masked.WrittenSpan.ToArray(), manifest.WrittenSpan.ToArray(), masker.Report);
    }

    public RecordException Refused(string text) => Refused(Encoding.UTF8.GetBytes(text));

    public RecordException Refused(byte[] file, int piece = int.MaxValue) => Assert.Throws<RecordException>(() => Dispatch(file, piece));

    public Returned Return(string returned, byte[] manifest, int piece = int.MaxValue) =>
        Return(Encoding.UTF8.GetBytes(returned), manifest, piece);

    public Returned Return(byte[] returned, byte[] manifest, int piece = int.MaxValue)
    {
        using var checker = NewChecker();
        var output = new ArrayBufferWriter<byte>();
        foreach (var part in Pieces(manifest, piece)) checker.LoadManifest(part.Span);
        foreach (var part in Pieces(returned, piece)) checker.Check(part.Span, output);
        checker.Complete(output);
        if (checker.HasFindings)
        {
            foreach (var part in Pieces(manifest, piece)) checker.Diagnose(part.Span);
        }

        return new Returned(output.WrittenSpan.ToArray(), checker.HasFindings, checker.Findings, checker.Report);
    }

    /// <summary>What is found of a dispatch in a file that got out.</summary>
    public TraceFinding Trace(byte[] leaked, byte[] manifest)
    {
        using var tracer = new LeakTracer(Profile, _keys, Limits);
        tracer.Read(leaked);
        tracer.Complete();
        tracer.Begin("sent", _manifestKey).Read(manifest);
        return Assert.Single(tracer.Findings);
    }

    /// <summary>Turns a masked file back without its manifest.</summary>
    public string Unmask(string masked, int piece = int.MaxValue)
    {
        using var unmasker = new Unmasker(Profile, _keys, Limits);
        var output = new ArrayBufferWriter<byte>();
        foreach (var part in Pieces(Encoding.UTF8.GetBytes(masked), piece)) unmasker.Unmask(part.Span, output);
        unmasker.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public void Dispose() => _keys.Dispose();

    // All agreements here are of one client.
    private static MaskingKeys Keys(string agreement) =>
        MaskingKeys.Derive([.. Enumerable.Repeat((byte)7, 32)], agreement, [.. Enumerable.Repeat((byte)8, 32)], "c1", new Tokens.TokenMap());

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] bytes, int size)
    {
        for (var at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length - at))
            yield return bytes.AsMemory(at, Math.Min(size, bytes.Length - at));
    }

    private static string Indent(string fields) => string.Concat(fields.Split('\n').Select(line => $"  {line}\n"));
}

internal sealed record Dispatched(byte[] Masked, byte[] Manifest, MaskingReport Report)
{
    public string Text => Encoding.UTF8.GetString(Masked);
}

internal sealed record Returned(byte[] Bytes, bool HasFindings, IReadOnlyList<ReturnFinding> Findings, ReturnReport Report)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The findings, one a line: <c>3 EditedToken ssn (sent 3)</c>.</summary>
    public string[] Lines => [.. Findings.Select(f => $"{f.Row} {f.Kind} {f.Field ?? "-"} (sent {f.SentRow?.ToString() ?? "?"})")];
}
