namespace SecureExchange.Gateway.Audit;

/// <summary>A key of the gateway was rotated: from here on it will be, after a crash too.</summary>
/// <param name="Kind">Which key's event.</param>
/// <param name="Rotation">The rotation's own id.</param>
/// <param name="Epoch">The epoch that it leads to.</param>
public abstract record KeyRotated(AuditEventKind Kind, string Rotation, int Epoch) : AuditEvent(Kind)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("rotation", Rotation);
        facts.Add("epoch", Epoch);
    }
}

/// <summary>All secrets are wrapped under a new root key. Of the key there is nothing here.</summary>
/// <param name="Rotation">The rotation's own id.</param>
/// <param name="Epoch">The new root key's.</param>
/// <param name="Place">Where it is kept: <c>file</c>, <c>passphrase</c> or <c>vault</c>.</param>
public sealed record RootKeyRotated(string Rotation, int Epoch, string Place) : KeyRotated(AuditEventKind.RootKeyRotated, Rotation, Epoch)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("place", Place);
    }
}

/// <summary>What is new under the agreement has new tokens and data keys.</summary>
public sealed record AgreementKeyRotated(string Rotation, int Epoch) : KeyRotated(AuditEventKind.AgreementKeyRotated, Rotation, Epoch);

/// <summary>The gateway signs with another OpenPGP key.</summary>
/// <param name="Rotation">The rotation's own id.</param>
/// <param name="Epoch">The new key's.</param>
/// <param name="Certificate">Fingerprint of the new certificate.</param>
/// <param name="Before">Of the one before.</param>
public sealed record GatewayKeyRotated(string Rotation, int Epoch, string Certificate, string Before)
    : KeyRotated(AuditEventKind.GatewayKeyRotated, Rotation, Epoch)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("certificate", Certificate);
        facts.Add("before", Before);
    }
}

/// <summary>This log goes on under another key. The last event that only the old one has signed.</summary>
/// <param name="Rotation">The rotation's own id.</param>
/// <param name="Epoch">The new key's.</param>
/// <param name="Key">Its verifier key.</param>
/// <param name="Before">The old key's.</param>
public sealed record LogKeyRotated(string Rotation, int Epoch, string Key, string Before) : KeyRotated(AuditEventKind.LogKeyRotated, Rotation, Epoch)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("key", Key);
        facts.Add("before", Before);
    }
}

/// <summary>What fields with <c>scope: client</c> are masked with is new in all agreements of a client. Which client isn't said where everybody reads.</summary>
public sealed record ClientKeyRotated(string Rotation, int Epoch) : KeyRotated(AuditEventKind.ClientKeyRotated, Rotation, Epoch);

/// <summary>From here on callers have other tags in the gateway's own log.</summary>
public sealed record CallerTagsRotated(string Rotation, int Epoch) : KeyRotated(AuditEventKind.CallerTagsRotated, Rotation, Epoch);

/// <summary>Somebody looked at which keys there are.</summary>
public sealed record KeysListed(int Count) : AuditEvent(AuditEventKind.KeysListed)
{
    internal override void Write(AuditFacts facts) => facts.Add("count", Count);
}
