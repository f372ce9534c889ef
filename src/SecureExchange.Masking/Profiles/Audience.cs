using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.Masking.Profiles;

/// <summary>Who will read a masked copy: a role, where that role's people sit, both, or nobody in particular.</summary>
/// <param name="Role"><c>vendor.agent</c> and so on; null for any role.</param>
/// <param name="Location"><c>onshore</c>, <c>nearshore</c> or <c>offshore</c>; null for any.</param>
public sealed record Audience(string? Role, string? Location)
{
    private static readonly string[] s_roles =
        ["client.uploader", "client.approver", "client.admin", "vendor.agent", "vendor.admin", "auditor", "operator"];

    private static readonly string[] s_locations = ["onshore", "nearshore", "offshore"];

    /// <summary>Nobody in particular: what a field's rule says where no audience of its own fits.</summary>
    public static Audience Anyone { get; } = new(null, null);

    /// <summary>All roles that a profile can name.</summary>
    public static IReadOnlyList<string> Roles => s_roles;

    /// <summary>All locations that a profile can name.</summary>
    public static IReadOnlyList<string> Locations => s_locations;

    /// <summary>Reads <c>vendor.agent@offshore</c>, <c>vendor.agent</c> or <c>@offshore</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Audience? audience)
    {
        audience = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var role = at < 0 ? text : text[..at];
        var location = at < 0 ? null : text[(at + 1)..];
        if (role.Length == 0 ? location is null : !s_roles.Contains(role)) return false;
        if (location is not null && !s_locations.Contains(location)) return false;
        audience = new Audience(role.Length == 0 ? null : role, location);
        return true;
    }

    /// <summary>An audience that a profile names.</summary>
    internal static Audience Read(YamlScalar name) => TryParse(name.Value, out var audience)
        ? audience
        : throw new ProfileException(ProfileError.UnknownAudience, name.Line, name.Column,
            $"an audience is a role, a location behind @, or both, such as vendor.agent@offshore; roles are {string.Join(", ", s_roles)}; "
            + $"locations are {string.Join(", ", s_locations)}");

    /// <summary><c>vendor.agent@offshore</c>, or <c>anyone</c>.</summary>
    public override string ToString() =>
        Role is null && Location is null ? "anyone" : Location is null ? Role! : $"{Role}@{Location}";
}
