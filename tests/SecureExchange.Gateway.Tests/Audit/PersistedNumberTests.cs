using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>What logs and databases hold must mean the same for ever: these lists only ever grow at their end.</summary>
public class PersistedNumberTests
{
    [Fact]
    public void Event_kinds_keep_their_numbers_and_names() => Assert.Equal(
        """
        1 access.denied
        2 agreement.created
        3 agreement.refused
        4 agreement.read
        5 dispatch.accepted
        6 dispatch.refused
        7 records.accepted
        8 records.refused
        9 transfers.listed
        10 content.fetched
        11 records.fetched
        12 return.accepted
        13 return.quarantined
        14 return.refused
        15 findings.read
        16 events.read
        17 signin.refused
        18 gateway.started
        19 gateway.stopped
        20 content.damaged
        21 recovery.ran
        22 agreements.listed
        23 checkpoints.anchored
        24 events.searched
        25 agreement.drafted
        26 agreement.proposed
        27 agreement.signed
        28 agreement.withdrawn
        29 agreement.suspended
        30 agreement.resumed
        31 agreement.ended
        32 access.explained
        33 dispatch.held
        34 dispatch.released
        35 attestation.read
        36 signin.granted
        37 reveal.requested
        38 reveal.approved
        39 reveal.denied
        40 reveal.withdrawn
        41 reveal.shown
        42 reveal.reviewed
        43 reveal.refused
        44 reveals.listed
        45 webhook-key.read
        46 erasure.sought
        47 erasure.requested
        48 erasure.done
        49 hold.set
        50 hold.lifted
        51 day.closed
        52 log.differs
        53 log.checked
        54 root-key.rotated
        55 agreement-key.rotated
        56 gateway-key.rotated
        57 log-key.rotated
        58 keys.listed
        59 certificate.registered
        60 certificate.proven
        61 certificate.confirmed
        62 certificate.updated
        63 certificate.revoked
        64 certificate.refused
        65 certificate.expiring
        66 content.stopped
        67 content.resealed
        70 leak.traced
        71 client-key.rotated
        72 caller-tags.rotated
        """,
        string.Join('\n', Enum.GetValues<AuditEventKind>().Select(k => $"{(int)k} {AuditEventKindNames.Of(k)}")));

    [Fact]
    public void Transfer_kinds_and_states_keep_their_numbers()
    {
        Assert.Equal("Dispatch=1 Return=2 Records=3", Numbers<TransferKind>());
        Assert.Equal("Root=1 Agreement=2 Gateway=3 Log=4 Client=5 CallerTags=6", Numbers<KeyKind>());
        Assert.Equal("Noted=1 Switched=2 Done=3", Numbers<RotationState>());
        Assert.Equal("Receiving=1 Staged=2 Published=3 Quarantined=4 Held=5 Releasing=6 Erased=7", Numbers<TransferState>());
    }

    [Fact]
    public void Steps_and_stages_of_agreements_keep_their_numbers()
    {
        Assert.Equal("Drafted=1 Proposed=2 Signed=3 Withdrawn=4 Suspended=5 Resumed=6 Ended=7", Numbers<StepKind>());
        Assert.Equal("Requested=1 Approved=2 Denied=3 Withdrawn=4 Shown=5 Reviewed=6", Numbers<RevealStepKind>());
        Assert.Equal("Registered=1 Proven=2 Confirmed=3 Updated=4 Revoked=5", Numbers<CertificateStepKind>());
        Assert.Equal("Draft=1 Proposed=2 InForce=3 Withdrawn=4", Numbers<VersionStage>());
    }

    private static string Numbers<T>() where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(v => $"{v}={Convert.ToInt32(v, null)}"));
}
