using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Certificates;
using SecureExchange.Masking.Profiles;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Agreements;

/// <summary>What one client and one vendor agreed. Format: docs/formats/agreement.md.</summary>
public sealed record Agreement
{
    private const string MaskedRecords = "masked-records";
    private const string Originals = "originals";
    private const string Unfetched = "unfetched";
    private const string Results = "results";

    public required AgreementTerms Terms { get; init; }

    public required string Title { get; init; }

    public required string Purpose { get; init; }

    /// <summary>Which kind of work it is.</summary>
    public required ServiceKind Service { get; init; }

    public required PartyTerms Client { get; init; }

    public required PartyTerms Vendor { get; init; }

    /// <summary>Where the vendor's people sit.</summary>
    public required VendorLocation Location { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code of the country where they sit.</summary>
    public required string Country { get; init; }

    /// <summary>Which field is what, and what the vendor's people get of it where they sit: dispatches are masked, and returns
    /// turned back, for this one audience.</summary>
    public required MaskingProfile Profile { get; init; }

    /// <summary>Whether input has to be an OpenPGP message signed by its sender.</summary>
    public required bool SignedInput { get; init; }

    /// <summary>Whether the gateway may keep masked records readable for itself, so that it can serve them in clear.</summary>
    public required bool CustodyOfMaskedRecords { get; init; }

    /// <summary>Whether the gateway may keep the values that don't turn back, so that it can show single ones after approval.</summary>
    public required bool CustodyOfOriginals { get; init; }

    /// <summary>Whether what the vendor hasn't had yet is sealed again when its certificate is revoked. Until then the gateway keeps a copy
    /// of what is masked that it can read: custody, in so many words.</summary>
    public required bool Reseals { get; init; }

    /// <summary>The same of what came back and the client hasn't had yet, when the client's certificate is revoked. It is the real values that the
    /// gateway can read until then.</summary>
    public required bool ResealsResults { get; init; }

    /// <summary>Who has to have seen the log before content leaves, as C2SP tlog-policy has it; null: nobody.</summary>
    public required TrustPolicy? Witnesses { get; init; }

    /// <summary>After how long transfers are erased; null: never by themselves.</summary>
    public required TimeSpan? Retention { get; init; }

    /// <summary>How large a file may be, and how much each side may send.</summary>
    public required FileTerms Files { get; init; }

    /// <summary>Who approves reveals, with which keys; the numbers are in <see cref="AgreementTerms.Reveals"/>. Null: nobody, never.</summary>
    public required RevealPeople? RevealPeople { get; init; }

    /// <summary>The certificates of its parties and approvers: those of its text, and what was registered, updated and revoked since.</summary>
    internal CertificateHistory Certificates { get; init; } = CertificateHistory.None;

    /// <summary>Reads the text of an agreement's version.</summary>
    /// <param name="document">As its author sent it.</param>
    /// <param name="number">Which version, from 1.</param>
    /// <param name="after">Digest of the version in force that this one changes; null where there is none.</param>
    /// <exception cref="AgreementException">It's wrong: where, and how to mend it.</exception>
    public static Agreement Parse(string document, int number = 1, string? after = null)
    {
        var root = YamlMap.Parse(document);
        var client = ReadParty(root.Map("client"), out var clientMap);
        var vendor = ReadParty(root.Map("vendor"), out var vendorMap);
        var slug = root.Text("agreement");
        if (!AgreementId.TryCreate(client.Party, slug, out var id))
            throw root.Fault("agreement", "'agreement' has to be 1 to 40 of a-z, 0-9 and -, starting with a letter");
        if (client.Party == vendor.Party) throw root.Fault("vendor", "client and vendor have to be two parties");
        var location = vendorMap.OneOf(
            "location", VendorLocation.Offshore,
            ("onshore", VendorLocation.Onshore), ("nearshore", VendorLocation.Nearshore), ("offshore", VendorLocation.Offshore));
        var reveals = TermsReader.Reveals(root);
        var custody = root.Some("custody", "none", MaskedRecords, Originals);
        var reseal = root.Some("reseal", "none", Unfetched, Results);
        var agreement = new Agreement
        {
            Terms = new AgreementTerms(
                id, AgreementText.Digest(AgreementText.Canonical(id, number, after, document)), client.Party,
                vendor.Party, ReadAuditors(root), root.Date("starts"), root.Date("ends"))
            {
                Number = number,
                ClientNetworks = TermsReader.Networks(clientMap),
                VendorNetworks = TermsReader.Networks(vendorMap),
                VendorHours = TermsReader.Hours(vendorMap),
                Reveals = reveals?.Terms,
            },
            Title = root.Text("title"),
            Purpose = root.Text("purpose"),
            Service = root.OneOf(
                "service", ServiceKind.BackOffice, ("front-office", ServiceKind.FrontOffice), ("back-office", ServiceKind.BackOffice),
                ("knowledge-process", ServiceKind.KnowledgeProcess)),
            Client = client,
            Vendor = vendor,
            Location = location,
            Country = vendorMap.Text("country"),
            Profile = ReadProfile(root, location),
            SignedInput = root.OneOf("signed-input", false, ("optional", false), ("required", true)),
            Reseals = reseal.Contains(Unfetched),
            ResealsResults = reseal.Contains(Results),
            Witnesses = ReadWitnesses(root),
            Files = TermsReader.Files(root),
            Retention = TermsReader.Retention(root),
            RevealPeople = reveals?.People,
            CustodyOfMaskedRecords = custody.Contains(MaskedRecords),
            CustodyOfOriginals = custody.Contains(Originals),
        };
        if (agreement is { CustodyOfOriginals: true, RevealPeople: null })
            throw root.Fault("custody", "custody of originals is for reveals, and the agreement has none: say who approves them, or leave the originals with the client");
        if (agreement.Terms.Ends <= agreement.Terms.Starts) throw root.Fault("ends", "'ends' has to be after 'starts'");
        AgreementSchema.Check(root, agreement.Profile);
        // Each event of acceptance lists the profile's fields, and a log entry has at most 65,535 bytes.
        if (agreement.Profile.Fields.Sum(f => (6 * f.Name.Length) + 100) > 48 * 1024)
            throw root.Fault("profile", "the masking profile has too many fields: at most some 400");
        clientMap.RejectUnknown();
        vendorMap.RejectUnknown();
        root.RejectUnknown();
        return agreement;
    }

    /// <summary>Refuses certificates that can't be sealed to at <paramref name="now"/>.</summary>
    /// <exception cref="AgreementException">Expired, revoked, without an encryption subkey …: which, and whose.</exception>
    public void RequireUsableCertificates(DateTimeOffset now)
    {
        foreach (var (who, party) in ((string, PartyTerms)[])[("client", Client), ("vendor", Vendor)])
        {
            try
            {
                if (party.SealedTo(now) is null) throw new AgreementException("certificate.revoked", $"the {who} has revoked its certificates");
            }
            catch (PgpException e)
            {
                throw new AgreementException(PgpFault.Code(e.Error), $"the {who}'s certificate can't be used: {e.Message}");
            }
        }
    }

    /// <summary>Whoever works on what a vendor fetches.</summary>
    private static Audience AudienceAt(VendorLocation location) => new(RoleNames.Of(Role.VendorAgent), location switch
    {
        VendorLocation.Onshore => "onshore",
        VendorLocation.Nearshore => "nearshore",
        VendorLocation.Offshore => "offshore",
    });

    private static PartyTerms ReadParty(YamlMap map, out YamlMap rest)
    {
        rest = map;
        var party = map.Value<PartyId>("party", PartyId.TryParse, "2 to 32 of a-z, 0-9 and -, starting with a letter");
        var name = map.Text("name");
        try
        {
            var certificate = Certificate.Read(Encoding.UTF8.GetBytes(map.Text("certificate")));
            return new PartyTerms(party, name, certificate);
        }
        catch (PgpException e)
        {
            throw new AgreementException(PgpFault.Code(e.Error), $"the certificate of {party} can't be read: {e.Message}");
        }
    }

    private static List<PartyId> ReadAuditors(YamlMap root)
    {
        var auditors = new List<PartyId>();
        foreach (var text in root.Texts("auditors"))
        {
            if (!PartyId.TryParse(text, out var auditor)) throw root.Fault("auditors", "'auditors' has to be a list of parties");
            auditors.Add(auditor);
        }

        return auditors;
    }

    private static TrustPolicy? ReadWitnesses(YamlMap root)
    {
        if (root.OptionalText("witnesses") is not { } text) return null;
        TrustPolicy policy;
        try
        {
            policy = TrustPolicy.Parse(Encoding.UTF8.GetBytes(text));
        }
        catch (TransparencyException e)
        {
            throw root.Fault("witnesses", $"'witnesses' isn't a C2SP tlog-policy: {e.Message}");
        }

        if (policy.Logs.Count > 0) throw root.Fault("witnesses", "'witnesses' names no log: it is this agreement's own");
        return policy.IsQuorum(policy.Witnesses.Where(witness => witness.Url is not null).Select(witness => witness.Key).ToHashSet())
            ? policy
            : throw root.Fault("witnesses", "'witnesses' asks for a quorum that witnesses with a URL can't meet: name their submission prefixes");
    }

    private static MaskingProfile ReadProfile(YamlMap root, VendorLocation location)
    {
        try
        {
            return MaskingProfile.Parse(Encoding.UTF8.GetBytes(root.Text("profile"))).For(AudienceAt(location));
        }
        catch (ProfileException e)
        {
            throw new AgreementException("profile.refused", $"the masking profile is wrong: {e.Message}");
        }
    }
}

/// <summary>One side of an agreement.</summary>
/// <param name="Party">Its id.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Certificate">The one in the text.</param>
public sealed record PartyTerms(PartyId Party, string Name, Certificate Certificate)
{
    /// <summary>Those in use, the newest first: what it signs may be signed by any of them.</summary>
    internal IReadOnlyList<Certificate> InForce { get; init; } = [Certificate];

    /// <summary>The one that what is meant for it is sealed to: the newest in use that others may encrypt to; null where it has none.</summary>
    /// <exception cref="PgpException">None may be encrypted to: what is wrong with the newest.</exception>
    internal Certificate? SealedTo(DateTimeOffset now)
    {
        if (InForce.FirstOrDefault(c => CertificateStanding.Problem(c, now) is null) is { } usable) return usable;
        if (InForce.Count > 0) InForce[0].RequireUsableForEncryption(now);
        return null;
    }
}

/// <summary>Which kind of work is outsourced.</summary>
public enum ServiceKind
{
    FrontOffice,
    BackOffice,
    KnowledgeProcess,
}

/// <summary>Where a vendor's people sit, seen from the client.</summary>
public enum VendorLocation
{
    Onshore,
    Nearshore,
    Offshore,
}
