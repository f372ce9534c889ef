using System.Security.Cryptography;
using SecureExchange.Masking.Profiles.Conditions;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Risk;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Masking.Profiles;

/// <summary>A masking profile: which field is what, and what becomes of it for one audience. Immutable; identified by the
/// digest of its bytes. The format is described in <c>docs/formats/profile.md</c>.</summary>
public sealed class MaskingProfile
{
    private readonly ProfileDeclaration _declared;

    internal MaskingProfile(ProfileDeclaration declared, Audience audience, IReadOnlyList<FieldRule> fields)
    {
        _declared = declared;
        Digest = "sha256:" + Convert.ToHexStringLower(declared.Digest);
        DigestBytes = declared.BindingOf(audience);
        Audience = audience;
        Fields = fields;
        Trees = FieldTrees.Build(fields, declared.Layout);
        Message = this;
    }

    /// <summary>The profile's own name: letters, digits, dots and dashes.</summary>
    public string Name => _declared.Name;

    /// <summary>The profile author's own count, from 1.</summary>
    public int Version => _declared.Version;

    /// <summary><c>sha256:</c> and the hex SHA-256 of the exact YAML bytes, whoever the audience is.</summary>
    public string Digest { get; }

    /// <summary>Whom <see cref="Fields"/> are for.</summary>
    public Audience Audience { get; }

    /// <summary>Audiences that some field has something of its own for, each role at each location; <see cref="Audience.Anyone"/> first
    /// or last as the profile names them.</summary>
    public IReadOnlyList<Audience> Audiences => _declared.Audiences();

    public RecordFormat Format => Layout.Format;

    public UnlistedFields Unlisted => _declared.Unlisted;

    /// <summary>Whether a return may leave out rows that were sent.</summary>
    public bool AllowMissingRows => _declared.AllowMissingRows;

    /// <summary>The field that tells rows apart in a return, or null: then a row is known by all its reversible cells.</summary>
    public string? RowKey => RowKeyIndex < 0 ? null : Fields[RowKeyIndex].Name;

    /// <summary>In the profile's order.</summary>
    public IReadOnlyList<FieldRule> Fields { get; }

    /// <summary>Whether some transform needs a key; without it <see cref="MaskingKeys.None"/> will do.</summary>
    public bool NeedsKey => Fields.Any(rule => rule.NeedsKey);

    /// <summary>Whether a transfer can be held back for what is measured of it.</summary>
    public bool HasGates => Risk is { } rules && (rules.MinK > 0 || rules.MinL > 0 || rules.MaxLeaks is not null);

    /// <summary>Whether some transform needs a token map (<see cref="MaskingKeys.Map"/>).</summary>
    public bool NeedsMap => Fields.Any(rule => rule.Rule.NeedsMap);

    internal byte[] DigestBytes { get; }

    /// <summary>The conditions of which a record must hold none, to be passed on to the audience, in words.</summary>
    public IReadOnlyList<string> LeavesOut => [.. Suppressed.Select(condition => condition.ToString())];

    /// <summary>Records of which one of these holds are left out.</summary>
    internal IReadOnlyList<Condition> Suppressed { get; init; } = [];

    /// <summary>All conditions that have to be answered, going out or coming back.</summary>
    internal IReadOnlyList<Condition> ConditionsOf(bool isReturn) =>
    [
        .. isReturn ? [] : Suppressed,
        .. Fields.Where(field => !isReturn || field.IsReversible).SelectMany(field => field.Cases).Select(one => one.If),
    ];

    /// <summary>Index of the row key's rule, or -1.</summary>
    internal int RowKeyIndex { get; init; }

    /// <summary>What is measured of the masked records, or null.</summary>
    internal RiskRules? Risk => _declared.Risk;

    /// <summary>Whether all values are looked at, since something is measured of them.</summary>
    internal bool IsMeasured => _declared.IsMeasured;

    /// <summary>Whether each transfer's copy is made to be told from others.</summary>
    public bool IsTraced => Tracing is not null;

    /// <summary>Whether made-up rows are put between the others.</summary>
    public bool HasCanaries => Tracing is { CanaryEvery: > 0 };

    /// <summary>How a copy that got out is known, or null.</summary>
    internal TraceRules? Tracing => _declared.Tracing;

    /// <summary>Whether a field's tokens are chosen by the transfer's mark.</summary>
    internal bool IsMarked(int rule) => Tracing is { } rules && Fields[rule].Rule.CanBeMarked && rules.Watermark.Contains(Fields[rule].Name);

    /// <summary>How its files are written.</summary>
    internal RecordLayout Layout => _declared.Layout;

    /// <summary>The rule of a field by its path, be it a pattern's; null where it isn't passed on.</summary>
    internal FieldRule? RuleOf(FieldRule other) => Fields.FirstOrDefault(field => field.IsFieldOf(other))
        ?? (other.IsPattern ? null : Fields.FirstOrDefault(field => field.Takes(other)));

    /// <summary>Mail: the files that may be attached, in the order of their fields, which stand behind the message's own.</summary>
    public IReadOnlyList<AttachmentRule> Attachments { get; private init; } = [];

    /// <summary>Mail: the profile of the message by itself.</summary>
    internal MaskingProfile Message { get; private init; }

    /// <summary>The same profile with files that may be attached.</summary>
    internal MaskingProfile With(IReadOnlyList<AttachmentRule> attachments)
    {
        List<FieldRule> fields = [.. Fields];
        List<Condition> suppressed = [.. Suppressed];
        foreach (var attachment in attachments)
        {
            var others = fields.Count;
            fields.AddRange((attachment.Profile?.Fields ?? []).Select(field => field.Behind(others)));
            suppressed.AddRange((attachment.Profile?.Suppressed ?? []).Select(condition => condition.Behind(others, attachment.Name)));
        }

        return new MaskingProfile(_declared, Audience, fields) { Message = this, Attachments = attachments, Suppressed = suppressed, RowKeyIndex = RowKeyIndex };
    }

    /// <summary>The fields as the format looks them up.</summary>
    internal FieldTrees Trees { get; }

    /// <summary>Reads a profile from YAML, and checks it for every audience; the answer is for <see cref="Audience.Anyone"/>.</summary>
    /// <param name="yaml">UTF-8, at most 256 KiB.</param>
    /// <param name="format">How the records are written, in place of what the profile says.</param>
    /// <exception cref="ProfileException">The profile can't be used as it stands; unknown keys are errors.</exception>
    public static MaskingProfile Parse(ReadOnlySpan<byte> yaml, RecordFormat? format = null)
    {
        var declared = ProfileReader.Read(YamlNode.Parse(yaml), SHA256.HashData(yaml), format);
        foreach (var audience in declared.Audiences()) declared.For(audience);
        return declared.For(Audience.Anyone);
    }

    /// <summary>The same profile as another audience has it.</summary>
    public MaskingProfile For(Audience audience) => _declared.For(audience);
}
