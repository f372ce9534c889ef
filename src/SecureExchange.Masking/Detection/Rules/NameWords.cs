using System.Text;
using SecureExchange.Masking.Detection.Text;
using SecureExchange.Masking.Lists;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>The words that names, addresses and spoken numbers are known by.</summary>
internal static class NameWords
{
    private const string Titles = "mr mrs ms miss mx dr prof professor sir madam herr frau hr fr monsieur madame mme mlle senor senora sr sra signor signora sig dott dra shri smt nurse doctor";

    private const string Labels =
        "name names customer patient client contact employee member caller cardholder insured beneficiary holder payee recipient signed attn attention named spouse husband wife mother father son "
        + "daughter brother sister nom prenom nombre apellido nome cognome nachname vorname kunde patientin ansprechpartner agent applicant claimant guardian tenant landlord physician surname";

    private const string Greetings = "dear hi hello regards sincerely cheers thanks thank best wishes hallo liebe lieber bonjour cordialement hola estimado estimada saludos ciao grusse";

    private const string Particles = "van von der den de del della di da dos das du la le el al bin binti ibn ben ter ten zu zur mac san santa y e abu st";

    private const string NoNames =
        "the a an and or but if then when where while for from with without to of in on at by as is are was were be been this that these those it its he she they we you i my our your their his her "
        + "please thank thanks regards dear hello hi yes no not can could will would shall should may might must do does did have has had what which who whom why how all any some each every "
        + "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december today tomorrow yesterday "
        + "account number order invoice customer patient client name email phone address card date time payment bank street road avenue city state country office company group "
        + "support service team sales manager department director president doctor hospital clinic center centre university school college church north south east west new old "
        + "united states kingdom america american british english german french spanish italian european europe asia africa india china japan london paris berlin madrid rome "
        + "inc ltd llc gmbh corp co plc ag sa bv kg note notes subject re fw cc bcc sent received attached please see contact call visit ref reference id status open closed urgent "
        + "error warning info debug version release build server client api http https json xml csv sql windows linux mac microsoft google apple amazon facebook the "
        + "also after before because since until upon about above below between during under over again further once here there both few more most other such only own same so than too very just now "
        + "sure okay ok yeah yep nope right great fine well absolutely certainly correct perfect alright sorry hmm oh ah um uh exactly let lets actually maybe perhaps speaking one sir madam congratulations welcome "
        + "good morning afternoon evening night day week month year mrn dob ssn vat iban swift bic claim policy ticket case file form page section chapter table figure appendix total amount balance due "
        + "der die das ein eine und oder aber wenn dann mit ohne von zu im am um fur auf bei nach aus ist sind war waren wir sie ihr ich du er es bitte danke guten tag morgen abend sehr geehrte geehrter "
        + "le la les un une des et ou mais si avec sans pour par sur dans est sont nous vous ils elles je tu il elle merci bonjour el los las una y o pero con sin por para en es son gracias";

    private const string SpokenDigits = "zero one two three four five six seven eight nine oh double triple";

    private const string StreetTypes =
        "street st avenue ave road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace parkway pkwy highway hwy circle cir trail trl way close crescent cres gardens grove mews row walk "
        + "marg nagar salai chowk colony enclave layout extension";

    private const string StreetPrefixes = "rue avenue boulevard bd allee impasse chemin quai cours calle avenida paseo plaza via viale piazza corso";

    /// <summary>Adds all of them.</summary>
    public static void AddTo(WordList words)
    {
        Add(words, Titles, WordTraits.Title);
        Add(words, Labels, WordTraits.NameLabel);
        Add(words, Greetings, WordTraits.Greeting);
        Add(words, Particles, WordTraits.NameParticle);
        Add(words, NoNames, WordTraits.NoName);
        Add(words, SpokenDigits, WordTraits.SpokenDigit);
        Add(words, "at dot", WordTraits.SpokenSign);
        Add(words, StreetTypes, WordTraits.StreetType);
        Add(words, StreetPrefixes, WordTraits.StreetPrefix);
        Add(words, "BEGIN password passwd pwd passphrase passwort kennwort contrasena pin passcode", WordTraits.SecretLabel);
        Add(words, "version versions v ver release build rev firmware", WordTraits.Version);
        Add(words, Names.First, WordTraits.FirstName);
        Add(words, Names.Family, WordTraits.FamilyName);
        Add(words, Names.AlsoWords, WordTraits.AlsoAWord);
        foreach (var locale in NameLists.Locales)
        {
            var lists = NameLists.Of(locale);
            Add(words, [.. lists.Given, .. lists.Neutral], WordTraits.FirstName);
            Add(words, lists.Family, WordTraits.FamilyName);
        }
    }

    /// <summary>Names of several words are known by their parts.</summary>
    private static void Add(WordList words, IEnumerable<byte[]> names, WordTraits traits)
    {
        foreach (var name in names)
        {
            foreach (var part in Encoding.UTF8.GetString(name).Split(' ', '-', '\'', '.', '\u2019'))
            {
                if (part.Length > 2 && part.All(char.IsLetter)) words.Add(part, traits);
            }
        }
    }

    private static void Add(WordList words, string list, WordTraits traits)
    {
        foreach (var word in list.Split(' ', StringSplitOptions.RemoveEmptyEntries)) words.Add(word, traits);
    }
}
