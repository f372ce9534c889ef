using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Profiles.Conditions;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Risk;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Profiles;

/// <summary>A profile's text, read, for all audiences.</summary>
internal sealed class ProfileDeclaration
{
    public required byte[] Digest { get; init; }

    public required string Name { get; init; }

    public required int Version { get; init; }

    public required RecordLayout Layout { get; init; }

    public required UnlistedFields Unlisted { get; init; }

    public required bool AllowMissingRows { get; init; }

    public required YamlScalar? RowKey { get; init; }

    public required RiskRules? Risk { get; init; }

    /// <summary>Whether something is measured of its records, be it by the profile of the message that they are attached to.</summary>
    public required bool IsMeasured { get; init; }

    public required TraceRules? Tracing { get; init; }

    public required IReadOnlyList<FieldDeclaration> Fields { get; init; }

    /// <summary>Mail: the files that may be attached.</summary>
    public IReadOnlyList<AttachmentDeclaration> Attachments { get; init; } = [];

    /// <summary>Records that are left out.</summary>
    public required IReadOnlyList<Suppression> Suppressions { get; init; }

    /// <summary>Each audience that may get something of its own: those named, and each role at each location.</summary>
    public IReadOnlyList<Audience> Audiences()
    {
        var named = Fields.SelectMany(field => field.Variants).Select(variant => variant.Audience)
            .Concat(Suppressions.SelectMany(suppression => suppression.Audiences))
            .Concat(Attachments.SelectMany(attachment => attachment.Declared?.Audiences() ?? [])).ToList();
        var roles = named.Select(audience => audience.Role).Append(null).Distinct().ToList();
        var locations = named.Select(audience => audience.Location).Append(null).Distinct().ToList();
        return [.. from role in roles from location in locations select new Audience(role, location)];
    }

    /// <summary>The profile as one audience has it.</summary>
    public MaskingProfile For(Audience audience)
    {
        List<FieldRule> fields = [.. Fields.Select(field => field.Resolve(audience))];
        if (fields.TrueForAll(field => field.Rule.IsDrop)) throw Reference(fields[0].Place, $"nothing is left for {audience}: every field is dropped");
        foreach (var field in fields)
        {
            if (field.Rule.IsDrop && field.Path.Steps is [.., { IsArray: true }])
                throw Reference(field.Place, $"'{field.Name}': elements of an array can't be dropped; drop the array, without [*]");
        }

        RefuseHashBesideTruncation(fields);
        var rowKey = RowKey is null ? -1 : FindRowKey(fields, RowKey);
        foreach (var field in fields) BindSubject(field, fields);
        foreach (var field in fields) BindConditions(field, fields);
        var profile = new MaskingProfile(this, audience, fields)
        {
            RowKeyIndex = rowKey,
            Suppressed = [.. Suppressions.Where(suppression => suppression.IsFor(audience)).Select(suppression => suppression.If)],
        };
        if (Attachments.Count == 0) return profile;
        var whole = profile.With([.. Attachments.Select(attachment => attachment.For(audience))]);
        RefuseHashBesideTruncation([.. whole.Fields]);
        return whole;
    }

    /// <summary>What manifests name the profile by: its digest, and whom it was applied for.</summary>
    public byte[] BindingOf(Audience audience) =>
        audience == Audience.Anyone ? Digest : SHA256.HashData([.. Digest, .. Encoding.UTF8.GetBytes(audience.ToString())]);

    /// <summary>A card number's hash beside its first six or last four digits leaves so few to try that the hash hides nothing (PCI DSS
    /// 4.0, requirement 3.5.1).</summary>
    private static void RefuseHashBesideTruncation(List<FieldRule> fields)
    {
        var cards = fields.FindAll(field => field.Type == "card");
        if (cards.Find(field => field.Variants.Any(variant => variant.Transform == "hash")) is { } hash
            && cards.Find(field => field.Variants.Any(variant => variant.ShowsPart)) is { } part)
            throw new ProfileException(ProfileError.PathConflict, hash.Place.Line, hash.Place.Column,
                $"'{hash.Name}' is the hash of a card number, and '{part.Name}' shows digits of one: together they give it away; drop one of them");
    }

    private static int FindRowKey(List<FieldRule> fields, YamlScalar key)
    {
        var at = fields.FindIndex(field => field.Name == key.Value);
        if (at < 0) throw Reference(key, $"row-key: there is no field '{key.Value}'");
        // What is masked differently each time, or alike for many, can't tell rows apart when they come back.
        if (!fields[at].Rule.TellsRowsApart)
            throw Reference(key, $"row-key: '{key.Value}' must be kept, tokenised, fpe or hashed, so that it still tells rows apart when masked");
        if (fields[at].Path.IsOutside) throw Reference(key, $"row-key: '{key.Value}' isn't in the records");
        if (fields[at].Path.Pattern is not null) throw Reference(key, $"row-key: '{key.Value}' is a pattern; a record has one row key");
        if (fields[at].Path.HasElements) throw Reference(key, $"row-key: '{key.Value}' is in an array; a record has one row key");
        if (fields[at].OnFailure == OnFailure.Redact && fields[at].Rule.Bind is not null)
            throw Reference(key, $"row-key: '{key.Value}' says on-failure: redact, and a redacted key tells no rows apart");
        return at;
    }

    private static void BindSubject(FieldRule field, List<FieldRule> fields)
    {
        if (field.Rule.Subject is not { } name) return;
        var at = fields.FindIndex(other => other.Place.Value == name);
        if (at < 0) throw Reference(field.Place, $"'{field.Name}': there is no field '{name}' to be its subject");
        if (at == fields.IndexOf(field)) throw Reference(field.Place, $"'{field.Name}' can't be its own subject");
        var subject = fields[at];
        if (!field.Path.SharesElementWith(subject.Path))
            throw Reference(field.Place, $"'{field.Name}': its subject '{name}' must be one field, in the same array element or in none");
        field.Subject = at;
        // A return can only be turned back where the subject's real value comes back too, and always.
        field.IsReversible &= subject.Rule.Bind is null
            || (subject.Rule is { IsReversible: true, Subject: null } && subject.OnFailure == OnFailure.Refuse && subject.Cases.Count == 0);
    }

    /// <summary>Which case a value was masked by has to be known again when it comes back: from fields that come back as they were.</summary>
    private static void BindConditions(FieldRule field, List<FieldRule> fields)
    {
        if (field.Cases.Count == 0 || !field.IsReversible) return;
        var asked = field.Cases.SelectMany(one => one.If.Fields).Distinct().Select(at => fields[at]).ToList();
        field.IsReversible = asked.TrueForAll(other => other.Cases.Count == 0 && (other.Rule.Bind is null
            || (other.Rule is { IsReversible: true, IsFreeText: false, Subject: null } && other.OnFailure == OnFailure.Refuse)));
        if (!field.IsReversible) return;
        // What is kept could be changed by who sends it back: the row check has to see that.
        foreach (var other in asked) other.IsWitness |= other.Rule.Bind is null;
    }

    private static ProfileException Reference(YamlNode node, string message) =>
        new(ProfileError.BadReference, node.Line, node.Column, message);
}
