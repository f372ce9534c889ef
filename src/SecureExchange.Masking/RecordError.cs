namespace SecureExchange.Masking;

/// <summary>What is wrong with a file or record. Numbers are stable and only grow.</summary>
public enum RecordError
{
    NotUtf8 = 1,
    NulByte = 2,

    /// <summary>A record above <see cref="MaskingLimits.MaxRecord"/>; in CSV often a quote that is never closed.</summary>
    RecordTooLarge = 3,

    TooManyColumns = 4,
    TooDeep = 5,

    /// <summary>An empty file where CSV needs at least its header.</summary>
    HeaderMissing = 6,

    /// <summary>The first line has none of the profile's fields: another file, or one without a header.</summary>
    HeaderNotRecognised = 7,

    DuplicateColumn = 8,
    UnlistedField = 9,
    MissingField = 10,
    RaggedRow = 11,
    BadQuote = 12,
    UnterminatedQuote = 13,
    LoneCarriageReturn = 14,
    NotJson = 15,
    NotAnObject = 16,
    DuplicateKey = 17,

    /// <summary>An object or array where the profile has a value.</summary>
    NotAValue = 18,

    /// <summary>A number where the profile has text, or the other way round.</summary>
    WrongType = 19,

    NotADate = 20,
    DateOutOfRange = 21,
    NotANumber = 22,

    /// <summary>Too few characters for format-preserving encryption: under a million possible values.</summary>
    DomainTooSmall = 23,

    /// <summary>A character that is neither in the alphabet nor a separator.</summary>
    ForeignCharacter = 24,

    ValueTooLong = 25,

    /// <summary>A date to shift whose subject is empty or absent.</summary>
    MissingSubject = 26,

    MissingRowKey = 27,

    /// <summary>JSON escapes in a value that has to come back byte for byte.</summary>
    EscapedValue = 28,

    /// <summary>The manifest isn't one, or it is cut off. Not the sender's fault.</summary>
    ManifestDamaged = 29,

    /// <summary>The manifest was made with another profile. Not the sender's fault.</summary>
    ManifestOfAnotherProfile = 30,

    /// <summary>So short that its masked form would be the value itself.</summary>
    ValueTooShort = 31,

    /// <summary>In a file that is turned back without a manifest: a token of other keys.</summary>
    ForeignToken = 32,

    /// <summary>In a file that is turned back without a manifest: a masked value that isn't one of these keys and this field.</summary>
    EditedToken = 33,

    /// <summary>A byte that isn't of the encoding that the profile declares, or wouldn't come back as it is.</summary>
    NotInEncoding = 34,

    /// <summary>What comes out can't be written in the file's encoding or format.</summary>
    NotEncodable = 35,

    /// <summary>A container that can't be unpacked, is cut off, or fails its checksum.</summary>
    ContainerDamaged = 36,

    /// <summary>A container that unpacks to more than it may.</summary>
    ContainerTooLarge = 37,

    /// <summary>Not XML 1.0 with namespaces.</summary>
    NotXml = 38,

    /// <summary>A document type declaration: entities could stand for anything, from anywhere.</summary>
    DtdRefused = 39,

    /// <summary>A record of fixed width that hasn't its length, or a value that hasn't room in its field.</summary>
    WrongLength = 40,

    /// <summary>An entry of an archive, or a part of a document, that the profile doesn't name or that nobody can look into.</summary>
    EntryRefused = 41,

    /// <summary>Not a workbook (Office Open XML).</summary>
    NotAWorkbook = 42,

    /// <summary>Not HL7 version 2, or not X12.</summary>
    NotAMessage = 43,

    /// <summary>A value that the profile's dictionary or hierarchy doesn't have.</summary>
    NotInList = 44,

    /// <summary>Check digits that aren't right, where masked values have to have right ones.</summary>
    BadCheckDigit = 45,

    /// <summary>Not an address, a postcode or a place written as the profile says.</summary>
    NotOfThisForm = 46,

    /// <summary>The token map holds as many values as it may, or no pseudonym is left.</summary>
    TokenMapFull = 47,

    /// <summary>A name that two patterns of the profile fit.</summary>
    AmbiguousField = 55,
}
