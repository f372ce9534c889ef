using System.Text.Json;
using System.Text.Json.Nodes;
using SecureExchange.Masking;

namespace SecureExchange.Gateway.Return;

/// <summary>What was wrong with a quarantined return, row by row; never the data. Format: docs/formats/findings.md.</summary>
/// <param name="Total">How many there are; <paramref name="Items"/> may list fewer.</param>
/// <param name="Items">The first of them.</param>
public sealed record ReturnFindings(long Total, IReadOnlyList<ReturnFinding> Items)
{
    /// <summary>The name of a kind, as the API has it.</summary>
    public static string NameOf(FindingKind kind) => kind switch
    {
        FindingKind.ForeignToken => "foreign-token",
        FindingKind.SwappedToken => "swapped-token",
        FindingKind.EditedToken => "edited-token",
        FindingKind.MissingRow => "missing-row",
        FindingKind.DuplicatedRow => "duplicated-row",
        FindingKind.MissingColumn => "missing-column",
        FindingKind.ForeignRow => "foreign-row",
        FindingKind.EditedRowKey => "edited-row-key",
    };

    /// <summary>As JSON: <c>{"total":2,"findings":[{"kind":"edited-token","row":7,"field":"ssn"},…]}</c>.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["total"] = Total,
        ["findings"] = new JsonArray([.. Items.Select(Item)]),
    });

    private static JsonObject Item(ReturnFinding finding)
    {
        var item = new JsonObject { ["kind"] = NameOf(finding.Kind), ["row"] = finding.Row };
        if (finding.Field is not null) item["field"] = finding.Field;
        if (finding.SentRow is not null) item["sentRow"] = finding.SentRow;
        return item;
    }
}
