namespace SecureExchange.Masking.Profiles;

/// <summary>How the records of a transfer are written. Numbers stand in manifests: they are stable and only grow.</summary>
public enum RecordFormat
{
    /// <summary>RFC 4180: one delimiter, a header line first or none.</summary>
    Csv = 1,

    /// <summary>One JSON object on each line.</summary>
    Ndjson = 2,

    /// <summary>One JSON document: an object, or an array of records somewhere in it.</summary>
    Json = 3,

    /// <summary>Fields of fixed width.</summary>
    FixedWidth = 4,

    /// <summary>XML, whose records are the elements at a path.</summary>
    Xml = 5,

    /// <summary>HL7 version 2: messages of segments.</summary>
    Hl7 = 6,

    /// <summary>ASC X12: interchanges such as 837 and 835.</summary>
    X12 = 7,

    /// <summary>A workbook (Office Open XML), whose rows are records.</summary>
    Xlsx = 8,

    /// <summary>Plain text: lines, paragraphs, or a document.</summary>
    Text = 9,

    /// <summary>An Internet message with its parts.</summary>
    Eml = 10,
}
