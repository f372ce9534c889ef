namespace SecureExchange.Access;

/// <summary>The proof that a caller may do one thing, under one agreement where the thing belongs to one.</summary>
/// <remarks>Only <see cref="AccessPolicy"/> makes one: whatever needs permission takes a grant, so a forgotten check
/// doesn't compile.</remarks>
public sealed class Grant
{
    internal Grant(Caller caller, Permission permission, AgreementTerms? terms)
    {
        Caller = caller;
        Permission = permission;
        Terms = terms;
    }

    public Caller Caller { get; }

    public Permission Permission { get; }

    /// <summary>The agreement's terms; null where the permission belongs to none.</summary>
    public AgreementTerms? Terms { get; }

    /// <summary>The agreement that this grant is under.</summary>
    /// <exception cref="InvalidOperationException">It's under none.</exception>
    public AgreementId Agreement =>
        Terms?.Id ?? throw new InvalidOperationException($"{Permission} belongs to no agreement");

    /// <summary>This grant, if it is for one of <paramref name="permissions"/>: a grant for one thing opens no other.</summary>
    /// <exception cref="InvalidOperationException">It's for something else: a bug in the caller.</exception>
    public Grant Require(params ReadOnlySpan<Permission> permissions) =>
        permissions.Contains(Permission) ? this : throw new InvalidOperationException($"a grant to {Permission} doesn't open this");
}
