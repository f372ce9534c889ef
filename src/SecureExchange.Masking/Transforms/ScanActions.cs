using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>What happens to what was found in a text.</summary>
internal enum ScanAction
{
    Token,
    Redact,
    Replace,
    Mask,
    Keep,
}

/// <summary>The same by entity.</summary>
internal sealed class ScanActions
{
    private static readonly (string Word, ScanAction Value)[] s_words =
        [("token", ScanAction.Token), ("redact", ScanAction.Redact), ("replace", ScanAction.Replace), ("mask", ScanAction.Mask), ("keep", ScanAction.Keep)];

    private readonly Dictionary<string, ScanAction> _byEntity = [];
    private readonly ScanAction _otherwise;

    private ScanActions(ScanAction otherwise) => _otherwise = otherwise;

    public static ScanActions Read(ProfileSection options)
    {
        var actions = new ScanActions(options.Choice("otherwise", ScanAction.Token, s_words));
        if (options.OptionalSection("actions", "actions") is not { } section) return actions;
        foreach (var (entity, _) in section.Entries)
        {
            if (!Detector.AllEntities.Contains(entity.Value)) throw section.Bad(entity.Value, $"no entity is called {entity.Value}; sx detect --list names all");
            actions._byEntity.Add(entity.Value, section.Choice<ScanAction>(entity.Value, null, s_words));
        }

        return actions;
    }

    public ScanAction Of(string entity) => _byEntity.GetValueOrDefault(entity, _otherwise);
}
