using System.Buffers;
using System.Security.Cryptography;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;
using SecureExchange.Masking.Attestations;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Intake;

/// <summary>States, signed by the gateway, how a transfer was masked and what risk is left in it.</summary>
public sealed class Attestor(KeyRing keys, TimeProvider clock)
{
    /// <summary>Adds attestation and signature to a stage.</summary>
    internal async Task<Attested> AttestAsync(StagedTransfer staged, Agreement agreement, MaskingReport report, CancellationToken ct)
    {
        var attestation = Attestation.Of(agreement.Profile, report, staged.Id.Value);
        var json = new ArrayBufferWriter<byte>();
        AttestationJson.Write(attestation, json);
        var options = new SignOptions { Signers = [keys.GatewayKey], Now = clock.GetUtcNow(), Armor = true };
        using var data = new MemoryStream(json.WrittenSpan.ToArray(), writable: false);
        var signature = await PgpSignature.SignDetachedAsync(data, options, ct);
        await SealAsync(staged, PartName.Attestation, json.WrittenMemory, ct);
        await SealAsync(staged, PartName.AttestationSignature, signature.Octets, ct);
        return new Attested(
            $"sha256:{Convert.ToHexStringLower(SHA256.HashData(json.WrittenSpan))}",
            [.. attestation.Gates.Where(gate => !gate.Passed).Select(gate => gate.Gate)]);
    }

    private static async Task SealAsync(StagedTransfer staged, string part, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var writer = await staged.SealToGatewayAsync(part, ct);
        await writer.WriteAsync(content, ct);
        await staged.CompleteAsync(writer, ct);
    }
}

/// <summary>An attestation that is staged.</summary>
/// <param name="Digest"><c>sha256:…</c> of its JSON.</param>
/// <param name="GatesNotPassed">By their names in the profile; none where the transfer may be released.</param>
internal sealed record Attested(string Digest, IReadOnlyList<string> GatesNotPassed);
