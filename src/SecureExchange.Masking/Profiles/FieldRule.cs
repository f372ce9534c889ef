using System.Text;
using SecureExchange.Masking.Tracing;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles;

/// <summary>What a profile says about one field, for one audience.</summary>
public sealed class FieldRule
{
    private readonly FieldDeclaration _declared;
    private readonly FieldVariant _variant;

    internal FieldRule(FieldDeclaration declared, FieldVariant variant)
    {
        _declared = declared;
        _variant = variant;
        Cases = variant.Cases;
        IsReversible = variant.Rule.IsReversible;
    }

    /// <summary>The column's name, or the path (<c>lines[*].iban</c>), as the profile writes it; of files that are attached to a message
    /// with their name in front: <c>claims/iban</c>.</summary>
    public string Name => _declared.Name;

    /// <summary>The transform's name, as in the profile: <c>tokenise</c>.</summary>
    public string Transform => _variant.Transform;

    /// <summary>The names of all transforms that it may meet: the own one, and those of its conditions.</summary>
    internal string Transforms => string.Join(", ", Cases.Select(one => one.Variant).Prepend(_variant).Select(variant => variant.Transform).Distinct());

    /// <summary>What the field holds, in the profile's word for it, or null.</summary>
    public string? Type => _declared.Type;

    /// <summary>Whether <see cref="Name"/> is a pattern, and every name in a file that fits it is this field.</summary>
    public bool IsPattern => Path.Pattern is not null;

    /// <summary>How much of a value the reader sees, at most.</summary>
    public Sight Sight => _variant.All.Max(variant => TransformTable.SightOf(variant.Transform));

    /// <summary>What whoever reads the masked copy sees of the field, in plain words; with conditions, where none of them holds.</summary>
    public string ReaderSees => TransformTable.ReaderSees(Transform);

    /// <summary>What becomes of it in some records instead; the first whose condition holds counts.</summary>
    public IReadOnlyList<ConditionalRule> When =>
    [
        .. Cases.Select(one => new ConditionalRule(
            one.If.ToString(), one.Variant.Transform, one.Variant.Options, TransformTable.SightOf(one.Variant.Transform), TransformTable.ReaderSees(one.Variant.Transform))),
    ];

    /// <summary>What happens to a value that the transform can't take.</summary>
    public OnFailure OnFailure => _variant.OnFailure;

    /// <summary>What the profile says beside the transform's name, in the order of the keys, and what the same values can be told by
    /// elsewhere: <c>count: 2</c>.</summary>
    public string Options => string.Join(", ", ((string?[])
        [
            _variant.Options is { Length: > 0 } options ? options : null,
            _declared.Scope == KeyScope.Client ? "scope: client" : null,
            _declared.Link is { } link ? $"link: {link}" : null,
        ]).Where(option => option is not null));

    /// <summary>Whether a return gets the real value back in place of the masked one.</summary>
    public bool IsReversible { get; internal set; }

    /// <summary>Whether it is masked with the agreement's keys.</summary>
    public bool NeedsKey => Rule.IsKeyed;

    internal FieldPath Path => _declared.Path;

    /// <summary>The kind of attached files whose field it is; null: the file's own.</summary>
    internal string? Attachment => _declared.Attachment;

    internal TransformRule Rule => _variant.Rule;

    /// <summary>Whether a CSV file may come without this column.</summary>
    internal bool IsOptional => _declared.IsOptional;

    /// <summary>What becomes of it in some records instead.</summary>
    internal IReadOnlyList<FieldCase> Cases { get; private init; }

    /// <summary>Each transform that some record may meet.</summary>
    internal IEnumerable<FieldVariant> Variants => _variant.All;

    /// <summary>Whether a return has to have its values as they were sent, although they are kept: others turn back by them.</summary>
    internal bool IsWitness { get; set; }

    /// <summary>Index of the subject's rule, or -1.</summary>
    internal int Subject { get; set; } = -1;

    /// <summary>What keys, tweaks and the token map know the field by: its canonical name, or its link.</summary>
    internal byte[] KeyName => _declared.Link is { } link ? Encoding.UTF8.GetBytes($"link:{link}") : Path.Utf8;

    /// <summary>Whether its values are remembered in a token map.</summary>
    public bool NeedsMap => Rule.NeedsMap;

    /// <summary>Those of the agreement's keys, or of its client's, that the field is masked with.</summary>
    internal MaskingKeys KeysOf(MaskingKeys keys) => _declared.Scope == KeyScope.Client ? keys.OfClient : keys;

    internal YamlScalar Place => _declared.Key;

    /// <summary>Whether both are the same field of two profiles.</summary>
    internal bool IsFieldOf(FieldRule other) => _declared.Attachment == other._declared.Attachment && Path.Canonical == other.Path.Canonical;

    /// <summary>Whether it is a pattern that the other one's name fits.</summary>
    internal bool Takes(FieldRule other) => _declared.Attachment == other._declared.Attachment && Path.Takes(other.Path);

    /// <summary>The same rule where others stand in front of its profile's.</summary>
    internal FieldRule Behind(int others) => new(_declared, _variant)
    {
        IsReversible = IsReversible,
        IsWitness = IsWitness,
        Subject = Subject < 0 ? Subject : Subject + others,
        Cases = [.. Cases.Select(one => one with { If = one.If.Behind(others, _declared.Attachment!) })],
    };

    /// <summary>Makes the transform; null where the field is kept.</summary>
    /// <param name="keys">The agreement's.</param>
    /// <param name="mark">The transfer's, where its copy is told from others by this field's tokens.</param>
    internal Transform? Bind(MaskingKeys keys, TransferMark? mark = null)
    {
        if (Rule.Bind is null) return null;
        var transform = Rule.Bind(KeysOf(keys), new FieldName(Name, KeyName) { Mark = mark, Cases = Cases });
        transform.RedactsFailures = OnFailure == OnFailure.Redact;
        return transform;
    }
}
