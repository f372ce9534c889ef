using System.Buffers;
using SecureExchange.Masking;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Masking;

/// <summary>How a file was masked, without values: an attestation that nobody has signed (docs/formats/attestation.md).</summary>
internal static class ReportFile
{
    /// <summary>Before anything is masked: the file can be written where it is to be.</summary>
    internal static void Require(string? path)
    {
        if (path is not null && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new CliException(Terminal.Usage, $"--report: there is no folder {folder}");
    }

    /// <summary>Writes JSON, or a page where the file is called so.</summary>
    internal static void Write(string path, MaskingProfile profile, MaskingReport report)
    {
        var attestation = Attestation.Of(profile, report, "offline");
        if (path.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            File.WriteAllText(path, AttestationHtml.Write(attestation));
            return;
        }

        var json = new ArrayBufferWriter<byte>();
        AttestationJson.Write(attestation, json);
        json.Write("\n"u8);
        File.WriteAllBytes(path, json.WrittenSpan);
    }
}
