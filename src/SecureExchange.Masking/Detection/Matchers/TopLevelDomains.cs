using System.Collections.Frozen;
using System.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Top-level domains in wide use. Others are taken too where a scheme or an <c>@</c> says what it is.</summary>
internal static class TopLevelDomains
{
    private const string Known =
        "com org net edu gov mil int info biz name pro aero coop museum jobs mobi travel tel cat asia post xxx app dev page cloud online site website store shop tech "
        + "blog web space live life world today news media email link click agency company solutions services systems software digital network group team global center "
        + "international consulting finance financial capital bank insurance insure health healthcare hospital clinic doctor dental care pharmacy legal law lawyer tax "
        + "accountant accountants university school academy college education training institute foundation charity church community social club party events photo "
        + "photography photos pictures gallery design art studio video film tv radio fm music band game games casino bet poker sport sports fitness football golf run bike "
        + "car cars auto taxi flights holiday holidays hotel vacations cruises tours food pizza restaurant cafe bar pub beer wine kitchen recipes coffee fashion clothing "
        + "shoes jewelry gold diamonds boutique beauty hair salon spa house homes land estate apartments rent property properties mortgage loan loans credit money cash fund "
        + "market markets trade trading exchange investments ventures holdings partners associates supply supplies tools equipment parts construction builders contractors "
        + "engineering energy solar green eco bio farm garden flowers pet dog horse fish fishing baby kids family wedding dating love sexy fun cool wow top best vip plus one "
        + "xyz icu win bid loan men date review science stream download racing work works works ltd llc gmbh inc berlin london paris nyc tokyo amsterdam hamburg koeln cologne "
        + "wien vegas miami boston sydney melbourne istanbul moscow vlaanderen brussels gent scot wales cymru irish bzh corsica eus gal swiss webcam chat host hosting domains "
        + "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz "
        + "de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm "
        + "jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np "
        + "nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn "
        + "to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";

    /// <summary>Domains that are ends of file names, of calls or of abbreviations too.</summary>
    private const string AlsoSomethingElse =
        "md py sh rs cs ts js pl so am is it in at be me my no to do as by us cc ps la al id one run parts name date link page app zip mov cat pro info host work works space ai ml mm st tools group plus top net";

    private const int LongestPunycode = 24;

    private static readonly FrozenSet<UInt128> s_known = Keys(Known);
    private static readonly FrozenSet<UInt128> s_unsure = Keys(AlsoSomethingElse);

    public static bool IsKnown(ReadOnlySpan<byte> label) => IsPunycode(label) || (TryKey(label, out var key) && s_known.Contains(key));

    /// <summary>Whether a name with it may well be no address at all.</summary>
    public static bool IsUnsure(ReadOnlySpan<byte> label) => TryKey(label, out var key) && s_unsure.Contains(key);

    private static bool IsPunycode(ReadOnlySpan<byte> label) =>
        label.Length is > 4 and <= LongestPunycode && label[2] == '-' && label[3] == '-' && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' && Ascii.IsValid(label);

    /// <summary>Up to 16 letters, without case, as one number: no string for a look.</summary>
    private static bool TryKey(ReadOnlySpan<byte> label, out UInt128 key)
    {
        key = default;
        if (label.Length > 16) return false;
        foreach (var b in label)
        {
            if ((uint)((b | 0x20) - 'a') > 25) return false;
            key = (key << 8) | (byte)(b | 0x20);
        }

        return true;
    }

    private static FrozenSet<UInt128> Keys(string domains) =>
        domains.Split(' ').Select(domain => TryKey(Encoding.ASCII.GetBytes(domain), out var key) ? key : throw new ArgumentException(domain, nameof(domains))).ToFrozenSet();
}
