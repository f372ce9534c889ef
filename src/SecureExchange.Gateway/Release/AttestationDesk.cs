using System.Buffers;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Release;

/// <summary>Shows how a transfer was masked, to all parties of its agreement: names and counts, never values.</summary>
public sealed class AttestationDesk(Gate gate, TransferStore transfers, PartStore parts, AuditLog log)
{
    /// <summary>The attestation and the gateway's signature over it.</summary>
    public async Task<AttestationResult> ReadAsync(Caller caller, TransferId id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ReadAttestation, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new AttestationResult.Denied((Admission.Refused)admission);
        var transfer = await transfers.FindAsync(grant, id, ct);
        var isAttested = transfer is not null && transfer.Parts.Any(part => part.Name == PartName.Attestation);
        var json = isAttested ? await ReadAsync(grant, transfer!, PartName.Attestation, ct) : default;
        var signature = isAttested ? await ReadAsync(grant, transfer!, PartName.AttestationSignature, ct) : default;
        var logged = await log.AppendAsync(new AttestationRead(id) { Caller = caller, Terms = grant.Terms });
        return isAttested ? new AttestationResult.Found(json, signature, logged) : new AttestationResult.None(logged);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(Grant grant, Transfer transfer, string name, CancellationToken ct)
    {
        var content = new ArrayBufferWriter<byte>();
        await using var part = await parts.OpenOwnAsync(grant, transfer, name, ct);
        while (await part.ReadAsync(ct) is { IsEmpty: false } piece) content.Write(piece.Span);
        return content.WrittenMemory;
    }
}

/// <summary>An attestation, or why there is none to show.</summary>
public abstract record AttestationResult
{
    private AttestationResult()
    {
    }

    /// <param name="Json">As it was signed.</param>
    /// <param name="Signature">The gateway's detached signature, armored.</param>
    /// <param name="Logged">The reading's event.</param>
    public sealed record Found(ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Signature, LoggedEvent Logged) : AttestationResult;

    /// <summary>A return isn't masked, so nothing is attested of it.</summary>
    public sealed record None(LoggedEvent Logged) : AttestationResult;

    public sealed record Denied(Admission.Refused Refusal) : AttestationResult;
}
