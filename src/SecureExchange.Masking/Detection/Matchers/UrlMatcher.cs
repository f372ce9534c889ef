using System.Buffers;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>URLs with a scheme, and names of hosts without one.</summary>
internal sealed class UrlMatcher(int entity)
{
    private const int MaxLength = 4096;

    private static readonly SearchValues<byte> s_end = SearchValues.Create("\0\u0001\t\n\r \"'<>`\\^{|}"u8);
    private static readonly SearchValues<byte> s_noUser = SearchValues.Create("/ \t\r\n\"'<>"u8);
    private static readonly SearchValues<byte> s_trailing = SearchValues.Create(".,;:!?)]*_"u8);

    public void Match(Scan scan, int i)
    {
        ref readonly var atom = ref scan.Atoms[i];
        var bytes = scan.Padded;
        if (bytes[atom.End] == ':')
        {
            if (bytes[atom.End + 1] == '/' && bytes[atom.End + 2] == '/' && IsScheme(bytes[atom.Start..atom.End])) MatchUrl(scan, atom);
            return;
        }

        var before = atom.Start > 0 ? bytes[atom.Start - 1] : (byte)0;
        if (before is (byte)'.' or (byte)'-' or (byte)'@' or (byte)'/' or (byte)'\\' or (byte)'_' or (byte)'$' or (byte)'%') return;
        MatchHost(scan, atom);
    }

    private void MatchUrl(Scan scan, in Atom scheme)
    {
        var bytes = scan.Bytes;
        var start = scheme.End + 3;
        var user = bytes[start..Math.Min(bytes.Length, start + 256)];
        var at = user.IndexOf((byte)'@');
        // Name and password in front of the host belong to it, unless a path comes first.
        var host = at > 0 && user[..at].IndexOfAny(s_noUser) < 0 ? start + at + 1 : start;
        int end;
        if (host < bytes.Length && bytes[host] == '[')
        {
            var close = bytes[host..Math.Min(bytes.Length, host + 64)].IndexOf((byte)']');
            if (close < 0) return;
            end = host + close + 1;
        }
        else
        {
            end = HostName.Read(bytes, host, out var labels, out var top);
            var isAddress = labels == 4 && bytes[top..end].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
            if (!isAddress && (labels < 2 || !HostName.CanBeTopLevel(bytes[top..end]))) return;
        }

        scan.Add(entity, scheme.Start, Rest(bytes, end), 85);
    }

    private void MatchHost(Scan scan, in Atom atom)
    {
        var bytes = scan.Padded;
        var end = HostName.Read(scan.Bytes, atom.Start, out var labels, out var top);
        if (labels < 2) return;
        var last = bytes[top..end];
        // An @ behind means that it is the first half of an e-mail address.
        if (bytes[end] == '@' || Scan.IsAlphanumeric(bytes[end]) || !HostName.CanBeTopLevel(last) || !TopLevelDomains.IsKnown(last)) return;
        var www = labels > 2 && (bytes[atom.Start..atom.End].SequenceEqual("www"u8) || bytes[atom.Start..atom.End].SequenceEqual("WWW"u8));
        var rest = bytes[end] is (byte)'/' or (byte)':' or (byte)'?' ? Rest(scan.Bytes, end) : end;
        // Ends of sentences without a blank, and names of files and methods, look like names of hosts.
        var doubtful = !www && (TopLevelDomains.IsUnsure(last) || last.ContainsAnyInRange((byte)'A', (byte)'Z') != bytes[atom.Start..atom.End].ContainsAnyInRange((byte)'A', (byte)'Z') || bytes[end] is (byte)'(' or (byte)'_' or (byte)'=');
        scan.Add(entity, atom.Start, rest, www ? 80 : doubtful ? 20 : rest > end ? 60 : 50);
    }

    /// <summary>Port, path, query and fragment, without the punctuation of the sentence around.</summary>
    private static int Rest(ReadOnlySpan<byte> bytes, int end)
    {
        if (end >= bytes.Length || bytes[end] is not ((byte)'/' or (byte)':' or (byte)'?' or (byte)'#')) return end;
        var rest = bytes[end..Math.Min(bytes.Length, end + MaxLength)];
        var stop = rest.IndexOfAny(s_end);
        if (stop >= 0) rest = rest[..stop];
        while (rest.Length > 0 && s_trailing.Contains(rest[^1]))
        {
            if (rest[^1] == ')' && rest.Count((byte)'(') >= rest.Count((byte)')')) break;
            rest = rest[..^1];
        }

        return end + rest.Length;
    }

    private static bool IsScheme(ReadOnlySpan<byte> word)
    {
        Span<byte> lower = stackalloc byte[8];
        if (word.Length > lower.Length) return false;
        for (var i = 0; i < word.Length; i++) lower[i] = (byte)(word[i] | 0x20);
        lower = lower[..word.Length];
        return lower.SequenceEqual("https"u8) || lower.SequenceEqual("http"u8) || lower.SequenceEqual("ftp"u8) || lower.SequenceEqual("ftps"u8)
            || lower.SequenceEqual("sftp"u8) || lower.SequenceEqual("ssh"u8) || lower.SequenceEqual("ws"u8) || lower.SequenceEqual("wss"u8)
            || lower.SequenceEqual("ldap"u8) || lower.SequenceEqual("ldaps"u8) || lower.SequenceEqual("smb"u8) || lower.SequenceEqual("git"u8);
    }
}
