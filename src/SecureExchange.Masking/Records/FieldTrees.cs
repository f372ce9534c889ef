using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records.Segments;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Records;

/// <summary>A profile's fields in the shape in which its format looks them up.</summary>
internal sealed class FieldTrees
{
    /// <summary>CSV and XLSX: the fields by their names.</summary>
    public FieldNames? Names { get; private init; }

    /// <summary>JSON: the fields of a record.</summary>
    public JsonNode? Json { get; private init; }

    /// <summary>JSON: what is around the records, with the way to them; null where the document is one.</summary>
    public JsonNode? JsonOutside { get; private init; }

    /// <summary>XML: the fields of a record.</summary>
    public XmlNode? Xml { get; private init; }

    /// <summary>XML: what is around the records, with the way to them.</summary>
    public XmlNode? XmlOutside { get; private init; }

    /// <summary>HL7 and X12: where the fields are.</summary>
    public IReadOnlyList<SegmentRule>? Segments { get; private init; }

    /// <exception cref="ProfileException">Fields contradict each other, or the layout.</exception>
    public static FieldTrees Build(IReadOnlyList<FieldRule> fields, RecordLayout layout)
    {
        switch (layout.Format)
        {
            case RecordFormat.Json or RecordFormat.Ndjson:
                return new FieldTrees
                {
                    Json = JsonNode.Build(fields),
                    JsonOutside = layout.Records is { } records ? JsonNode.BuildOutside(fields, records, layout.RecordsPlace!) : null,
                };
            case RecordFormat.Xml:
                var outside = XmlNode.Build(fields, layout, outside: true);
                if (layout.Records is { } way) outside.AddRecords(way, layout, layout.RecordsPlace!);
                return new FieldTrees { Xml = XmlNode.Build(fields, layout, outside: false), XmlOutside = outside };
            case RecordFormat.Hl7 or RecordFormat.X12:
                return new FieldTrees { Segments = SegmentRule.Build(fields) };
            case RecordFormat.FixedWidth:
                layout.Fixed!.RequirePlaces(fields);
                return new FieldTrees();
            case RecordFormat.Text or RecordFormat.Eml:
                return new FieldTrees();
            default:
                return new FieldTrees { Names = new FieldNames(fields) };
        }
    }
}
