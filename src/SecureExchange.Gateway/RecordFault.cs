using SecureExchange.Masking;

namespace SecureExchange.Gateway;

/// <summary>The stable codes of faults in records, in answers and in the log.</summary>
public static class RecordFault
{
    /// <summary>The code of an error.</summary>
    public static string Code(RecordError error) => error switch
    {
        RecordError.NotUtf8 => "record.not-utf8",
        RecordError.NulByte => "record.nul-byte",
        RecordError.RecordTooLarge => "record.too-large",
        RecordError.TooManyColumns => "record.too-many-columns",
        RecordError.TooDeep => "record.too-deep",
        RecordError.HeaderMissing => "record.header-missing",
        RecordError.HeaderNotRecognised => "record.header-not-recognised",
        RecordError.DuplicateColumn => "record.duplicate-column",
        RecordError.UnlistedField => "record.unlisted-field",
        RecordError.MissingField => "record.missing-field",
        RecordError.RaggedRow => "record.ragged-row",
        RecordError.BadQuote => "record.bad-quote",
        RecordError.UnterminatedQuote => "record.unterminated-quote",
        RecordError.LoneCarriageReturn => "record.lone-carriage-return",
        RecordError.NotJson => "record.not-json",
        RecordError.NotAnObject => "record.not-an-object",
        RecordError.DuplicateKey => "record.duplicate-key",
        RecordError.NotAValue => "record.not-a-value",
        RecordError.WrongType => "record.wrong-type",
        RecordError.NotADate => "record.not-a-date",
        RecordError.DateOutOfRange => "record.date-out-of-range",
        RecordError.NotANumber => "record.not-a-number",
        RecordError.DomainTooSmall => "record.domain-too-small",
        RecordError.ForeignCharacter => "record.foreign-character",
        RecordError.ValueTooLong => "record.value-too-long",
        RecordError.ValueTooShort => "record.value-too-short",
        RecordError.MissingSubject => "record.missing-subject",
        RecordError.MissingRowKey => "record.missing-row-key",
        RecordError.EscapedValue => "record.escaped-value",
        RecordError.ForeignToken => "record.foreign-token",
        RecordError.EditedToken => "record.edited-token",
        RecordError.NotInEncoding => "record.not-in-encoding",
        RecordError.NotEncodable => "record.not-encodable",
        RecordError.ContainerDamaged => "container.damaged",
        RecordError.ContainerTooLarge => "container.too-large",
        RecordError.NotXml => "record.not-xml",
        RecordError.DtdRefused => "record.dtd-refused",
        RecordError.WrongLength => "record.wrong-length",
        RecordError.EntryRefused => "container.entry-refused",
        RecordError.NotAWorkbook => "record.not-a-workbook",
        RecordError.NotAMessage => "record.not-a-message",
        RecordError.NotInList => "record.not-in-list",
        RecordError.BadCheckDigit => "record.bad-check-digit",
        RecordError.NotOfThisForm => "record.not-of-this-form",
        RecordError.TokenMapFull => "record.token-map-full",
        RecordError.AmbiguousField => "record.ambiguous-field",
        RecordError.ManifestDamaged => "manifest.damaged",
        RecordError.ManifestOfAnotherProfile => "manifest.of-another-profile",
    };
}
