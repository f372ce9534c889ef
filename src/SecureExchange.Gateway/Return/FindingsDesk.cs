using System.Buffers;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Return;

/// <summary>Shows the findings of a quarantined return to both sides: they say rows and fields, never values.</summary>
public sealed class FindingsDesk(Gate gate, TransferStore transfers, PartStore parts, AuditLog log)
{
    public async Task<FindingsResult> ReadAsync(Caller caller, TransferId id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ReadFindings, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new FindingsResult.Denied((Admission.Refused)admission);
        var transfer = await transfers.FindAsync(grant, id, ct);
        if (transfer is not { State: TransferState.Quarantined })
            return new FindingsResult.None(await log.AppendAsync(new FindingsRead(id) { Caller = caller, Terms = grant.Terms }));
        var json = new ArrayBufferWriter<byte>();
        await using (var part = await parts.OpenOwnAsync(grant, transfer, PartName.Findings, ct))
        {
            while (await part.ReadAsync(ct) is { IsEmpty: false } piece) json.Write(piece.Span);
        }

        var logged = await log.AppendAsync(new FindingsRead(id) { Caller = caller, Terms = grant.Terms });
        return new FindingsResult.Found(json.WrittenMemory, logged);
    }
}

/// <summary>The findings, or why there are none to show.</summary>
public abstract record FindingsResult
{
    private FindingsResult()
    {
    }

    /// <param name="Json">As <see cref="ReturnFindings.ToJson"/> wrote them.</param>
    /// <param name="Logged">The reading's event.</param>
    public sealed record Found(ReadOnlyMemory<byte> Json, LoggedEvent Logged) : FindingsResult;

    /// <summary>The transfer isn't in quarantine.</summary>
    public sealed record None(LoggedEvent Logged) : FindingsResult;

    public sealed record Denied(Admission.Refused Refusal) : FindingsResult;
}
