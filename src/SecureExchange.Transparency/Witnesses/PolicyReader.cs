using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>Reads a <see cref="TrustPolicy"/>, line by line.</summary>
internal sealed class PolicyReader
{
    /// <summary>tlog-policy asks for 32 of each kind at least. Every checkpoint costs a verification for each witness.</summary>
    private const int MaxOfEach = 256;

    /// <summary>Lines are short, and so is a policy.</summary>
    private const int MaxBytes = 1 << 20;

    private const string None = "none";

    private readonly List<PolicyLog> _logs = [];
    private readonly List<PolicyWitness> _witnesses = [];
    private readonly Dictionary<string, Quorum> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private Quorum? _quorum;
    private int _line;

    internal TrustPolicy Read(ReadOnlySpan<byte> policy)
    {
        if (policy.Length > MaxBytes) throw Malformed();
        foreach (var octet in policy)
        {
            if (octet is < 0x20 and not ((byte)'\t' or (byte)'\n') or 0x7F) throw Malformed();
        }

        // A last line without its newline is one that somebody cut.
        if (policy.IsEmpty || policy[^1] != '\n') throw Malformed();
        foreach (var line in Encoding.Latin1.GetString(policy[..^1]).Split('\n'))
        {
            _line++;
            var items = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (items.Length > 0 && items[0][0] != '#') Take(items);
        }

        _line++;
        return new TrustPolicy(_logs, _witnesses, _quorum ?? throw Malformed());
    }

    private void Take(string[] items)
    {
        switch (items)
        {
            case ["log", var vkey, .. { Length: <= 1 } url]:
                var log = NoteVerifier.Parse(Utf8(vkey));
                Require(!_logs.Any(known => known.Key.PublicKey.SequenceEqual(log.PublicKey)) && _logs.Count < MaxOfEach);
                _logs.Add(new PolicyLog(log, Url(url)));
                break;
            case ["witness", var name, var vkey, .. { Length: <= 1 } url]:
                var witness = Cosigner.Parse(Utf8(vkey));
                Require(!_witnesses.Any(known => known.Key.PublicKey.SequenceEqual(witness.PublicKey)) && _witnesses.Count < MaxOfEach);
                _witnesses.Add(new PolicyWitness(Utf8(name), witness, Url(url)));
                Name(name, new Quorum(1, [], witness));
                break;
            case ["group", var name, var threshold, .. { Length: > 0 } members]:
                Name(name, Group(threshold, members));
                break;
            case ["quorum", var name]:
                Require(_quorum is null);
                _quorum = name == None ? new Quorum(0, []) : _named.GetValueOrDefault(name) ?? throw Malformed();
                break;
            default:
                throw Malformed();
        }
    }

    private Quorum Group(string threshold, string[] members)
    {
        var of = new List<Quorum>();
        foreach (var member in members)
        {
            // Once in all groups together: else one witness could count for several.
            Require(_named.ContainsKey(member) && _members.Add(member));
            of.Add(_named[member]);
        }

        var needed = threshold switch
        {
            "all" => of.Count,
            "any" => 1,
            _ => int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0,
        };
        Require(needed >= 1 && needed <= of.Count);
        return new Quorum(needed, of);
    }

    private void Name(string name, Quorum quorum) =>
        Require(name != None && _named.Count < 2 * MaxOfEach && _named.TryAdd(name, quorum));

    private void Require(bool holds)
    {
        if (!holds) throw Malformed();
    }

    private TransparencyException Malformed() => new(
        TransparencyError.MalformedPolicy, string.Create(CultureInfo.InvariantCulture, $"line {_line}"));

    private static string? Url(string[] url) => url.Length == 0 ? null : Utf8(url[0]);

    /// <summary>Octets above ASCII are opaque to the format; where something of ours is written in them, it's UTF-8.</summary>
    private static string Utf8(string latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));
}
