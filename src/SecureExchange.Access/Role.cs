namespace SecureExchange.Access;

/// <summary>What a caller is to its party. Names on the wire as in <see cref="RoleNames"/>.</summary>
public enum Role
{
    ClientUploader = 1,
    ClientApprover = 2,
    ClientAdmin = 3,
    VendorAgent = 4,
    VendorAdmin = 5,
    Auditor = 6,
    Operator = 7,
}

/// <summary>The roles' names in tokens and documents.</summary>
public static class RoleNames
{
    private static readonly (Role Role, string Name)[] s_names =
    [
        (Role.ClientUploader, "client.uploader"),
        (Role.ClientApprover, "client.approver"),
        (Role.ClientAdmin, "client.admin"),
        (Role.VendorAgent, "vendor.agent"),
        (Role.VendorAdmin, "vendor.admin"),
        (Role.Auditor, "auditor"),
        (Role.Operator, "operator"),
    ];

    public static IEnumerable<string> All => s_names.Select(n => n.Name);

    public static string Of(Role role) => Array.Find(s_names, n => n.Role == role).Name;

    public static bool TryParse(string? name, out Role role)
    {
        var found = Array.Find(s_names, n => n.Name == name);
        role = found.Role;
        return found.Name is not null;
    }
}
