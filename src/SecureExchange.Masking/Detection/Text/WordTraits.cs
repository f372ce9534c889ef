namespace SecureExchange.Masking.Detection.Text;

/// <summary>What a word may be.</summary>
[Flags]
internal enum WordTraits
{
    None = 0,

    /// <summary>A first name.</summary>
    FirstName = 1 << 0,

    /// <summary>A family name.</summary>
    FamilyName = 1 << 1,

    /// <summary>A name that is an ordinary word too: Will, Rose, Brown.</summary>
    AlsoAWord = 1 << 2,

    /// <summary>Mr, Dr, Frau: a name follows.</summary>
    Title = 1 << 3,

    /// <summary>name, patient, contact: a name follows behind a colon or an "is".</summary>
    NameLabel = 1 << 4,

    /// <summary>Dear, Regards: a name stands behind it.</summary>
    Greeting = 1 << 5,

    /// <summary>van, de, bin: part of a name when between its parts.</summary>
    NameParticle = 1 << 6,

    /// <summary>Begins sentences and headings with a capital, and is no name.</summary>
    NoName = 1 << 7,

    /// <summary>zero to nine, oh, double, in words.</summary>
    SpokenDigit = 1 << 8,

    /// <summary>Street, Avenue: ends the first part of an address.</summary>
    StreetType = 1 << 9,

    /// <summary>rue, Calle: begins one.</summary>
    StreetPrefix = 1 << 10,

    /// <summary>at, dot: as an address is read out.</summary>
    SpokenSign = 1 << 11,

    /// <summary>password, BEGIN: a secret stands behind it.</summary>
    SecretLabel = 1 << 12,

    /// <summary>version, release: four numbers behind it are no address.</summary>
    Version = 1 << 13,
}
