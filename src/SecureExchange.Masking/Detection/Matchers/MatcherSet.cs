using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>What no pattern can say: addresses, telephone numbers, names. Each begins at an atom with something particular
/// before, in or behind it, so that most atoms cost a few comparisons.</summary>
internal sealed class MatcherSet
{
    private readonly EmailMatcher? _email;
    private readonly UrlMatcher? _url;
    private readonly IpMatcher? _ip;
    private readonly PhoneMatcher? _phone;
    private readonly SecretMatcher? _secret;
    private readonly PersonMatcher? _person;
    private readonly AddressMatcher? _address;
    private readonly SpokenMatcher? _spoken;

    public MatcherSet(DetectorRules rules)
    {
        if (rules.IndexOf("EMAIL_ADDRESS") is >= 0 and var email) _email = new EmailMatcher(email);
        if (rules.IndexOf("URL") is >= 0 and var url) _url = new UrlMatcher(url);
        if (rules.IndexOf("IP_ADDRESS") is >= 0 and var ip) _ip = new IpMatcher(ip);
        if (rules.IndexOf("PHONE_NUMBER") is >= 0 and var phone) _phone = new PhoneMatcher(phone);
        var (key, password) = (rules.IndexOf("PRIVATE_KEY"), rules.IndexOf("PASSWORD"));
        if (key >= 0 || password >= 0) _secret = new SecretMatcher(key, password);
        if (rules.IndexOf("PERSON") is >= 0 and var person) _person = new PersonMatcher(person);
        if (rules.IndexOf("ADDRESS") is >= 0 and var address) _address = new AddressMatcher(address);
        _spoken = SpokenMatcher.Create(rules);
    }

    /// <summary>Looks for what begins at an atom.</summary>
    public void Match(Scan scan, int i)
    {
        ref readonly var atom = ref scan.Atoms[i];
        var bytes = scan.Padded;
        var before = atom.Start > 0 ? bytes[atom.Start - 1] : (byte)0;
        var behind = bytes[atom.End];
        if (before == '@') _email?.Match(scan, atom);
        if (behind is (byte)'.' or (byte)':' or (byte)'-') _url?.Match(scan, i);
        if (atom.HasDigit)
        {
            _address?.MatchNumberBehind(scan, i);
            if (atom.IsNumber)
            {
                _phone?.Match(scan, i);
                if (behind == '.') _ip?.MatchVersion4(scan, i);
                _address?.MatchNumber(scan, i);
            }
        }
        else
        {
            if (atom.IsCapitalised) _person?.MatchName(scan, i);
            if (atom.Word != 0) MatchWord(scan, i, scan.Words.Traits(atom.Word));
        }

        if (behind == ':' && atom.Length <= 4) _ip?.MatchVersion6(scan, atom.Start);
    }

    /// <summary>Looks for what begins with no letter or digit.</summary>
    public void MatchBetween(Scan scan) => _ip?.MatchLeadingColons(scan);

    private void MatchWord(Scan scan, int i, WordTraits traits)
    {
        if ((traits & (WordTraits.NameLabel | WordTraits.Title | WordTraits.Greeting)) != 0) _person?.MatchLabel(scan, i, traits);
        if ((traits & WordTraits.SpokenDigit) != 0) _spoken?.MatchDigits(scan, i);
        if ((traits & WordTraits.SpokenSign) != 0) _spoken?.MatchEmail(scan, i);
        if ((traits & WordTraits.StreetPrefix) != 0) _address?.MatchStreet(scan, i);
        if ((traits & WordTraits.SecretLabel) != 0) _secret?.Match(scan, i);
    }
}
