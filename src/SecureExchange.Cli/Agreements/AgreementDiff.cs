using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.OpenPgp.Keys;
using YamlDotNet.RepresentationModel;

namespace SecureExchange.Cli.Agreements;

/// <summary>Says in lines what one version changes: who gains or loses sight of which field, and which terms are others.</summary>
internal static class AgreementDiff
{
    private static readonly (string Term, string What)[] s_held =
    [
        ("masked-records", "masked records (custody)"),
        ("originals", "the values that don't turn back, as the client sent them (custody)"),
        ("unfetched", "masked files, until the vendor has fetched them (reseal)"),
        ("results", "results with real values, until the client has fetched them (reseal)"),
    ];

    internal static IEnumerable<string> Between(VersionText? before, VersionText after)
    {
        yield return before is null
            ? $"version {after.Number} is the first: all of it is new"
            : $"version {after.Number} against version {before.Number}";
        var (old, @new) = (before is null ? [] : Flatten(before.Document), Flatten(after.Document));
        var (was, becomes) = (ProfileOf(old), ProfileOf(@new)!);
        // The vendor's people first, wherever they sat before and sit now; then whomever else one of the profiles names.
        var (vendorWas, vendor) = (VendorOf(old), VendorOf(@new));
        var any = false;
        foreach (var line in Between(was?.For(vendorWas), becomes.For(vendor), vendor))
        {
            any = true;
            yield return line;
        }

        if (!any) yield return $"{vendor} sees of each field what it saw before";
        foreach (var audience in (was?.Audiences ?? []).Union(becomes.Audiences).Where(a => a != vendor && a != Audience.Anyone))
        {
            foreach (var line in Between(was?.For(audience), becomes.For(audience), audience)) yield return line;
        }

        var (held, holds) = (HeldBy(old), HeldBy(@new));
        foreach (var what in holds.Except(held)) yield return $"the gateway itself gains sight of {what}";
        foreach (var what in held.Except(holds)) yield return $"the gateway itself loses sight of {what}";

        foreach (var key in old.Keys.Union(@new.Keys).Where(k => k != "profile").Order(StringComparer.Ordinal))
        {
            var (said, says) = (Short(key, old.GetValueOrDefault(key)), Short(key, @new.GetValueOrDefault(key)));
            if (said != says) yield return before is null ? $"term {key}: {says}" : $"term {key}: {said} -> {says}";
        }
    }

    private static IEnumerable<string> Between(MaskingProfile? before, MaskingProfile after, Audience audience)
    {
        var changes = ProfileDiff.Between(before, after);
        foreach (var change in changes.Where(c => c.IsGain)) yield return $"{audience} gains sight of {Describe(change)}";
        foreach (var change in changes.Where(c => c.IsLoss)) yield return $"{audience} loses sight of {Describe(change)}";
        foreach (var change in changes.Where(c => !c.IsGain && !c.IsLoss)) yield return $"{audience} sees otherwise {Describe(change)}";
    }

    /// <summary>What the gateway keeps that it can read, and would otherwise not.</summary>
    private static List<string> HeldBy(Dictionary<string, string> document)
    {
        var said = $"{document.GetValueOrDefault("custody")}, {document.GetValueOrDefault("reseal")}".Split(", ");
        return [.. s_held.Where(one => said.Contains(one.Term)).Select(one => one.What)];
    }

    /// <summary>The audience that files are masked for.</summary>
    private static Audience VendorOf(Dictionary<string, string> document) =>
        new("vendor.agent", document.GetValueOrDefault("vendor.location", "offshore"));

    private static string Describe(SightChange change) =>
        $"{change.Field}: {change.Before.Transform ?? "not passed on"} -> {change.After.Transform ?? "not passed on"}";

    private static MaskingProfile? ProfileOf(Dictionary<string, string> document) =>
        document.GetValueOrDefault("profile") is { } profile ? MaskingProfile.Parse(Encoding.UTF8.GetBytes(profile)) : null;

    /// <summary>A certificate is told by its fingerprint, everything else in its own words.</summary>
    private static string Short(string key, string? value)
    {
        if (value is null) return "nothing";
        return key.EndsWith("certificate", StringComparison.Ordinal)
            ? Certificate.Read(Encoding.UTF8.GetBytes(value)).Fingerprint.ToString()
            : value.Trim().ReplaceLineEndings(" / ");
    }

    private static Dictionary<string, string> Flatten(string document)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten(AgreementFile.Parse(document), "", flat);
        return flat;
    }

    private static void Flatten(YamlNode node, string at, Dictionary<string, string> flat)
    {
        switch (node)
        {
            case YamlMappingNode map:
                foreach (var (key, value) in map.Children) Flatten(value, at.Length == 0 ? $"{key}" : $"{at}.{key}", flat);
                break;
            case YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode):
                flat[at] = string.Join(", ", list.Children);
                break;
            case YamlSequenceNode list:
                for (var i = 0; i < list.Children.Count; i++) Flatten(list.Children[i], $"{at}[{i + 1}]", flat);
                break;
            default:
                flat[at] = ((YamlScalarNode)node).Value ?? "";
                break;
        }
    }
}
