using System.Buffers;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>E-mail addresses, from the <c>@</c> both ways (RFC 5321: 64 characters before, labels behind).</summary>
internal sealed class EmailMatcher(int entity)
{
    private const int MaxLocal = 64;

    private static readonly SearchValues<byte> s_local =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+-/=?^_`{|}~"u8);

    /// <param name="scan">The text.</param>
    /// <param name="atom">What stands behind an <c>@</c>.</param>
    public void Match(Scan scan, in Atom atom)
    {
        var bytes = scan.Bytes;
        var at = atom.Start - 1;
        var start = at;
        while (start > 0 && at - start < MaxLocal && (s_local.Contains(bytes[start - 1]) || bytes[start - 1] >= 0x80)) start--;
        // A quote, a bracket, a full stop or the = of a form in front isn't the address's.
        var equals = bytes[start..at].LastIndexOfAny((byte)'=', (byte)'/');
        if (equals >= 0) start += equals + 1;
        while (start < at && !Scan.IsAlphanumeric(bytes[start]) && bytes[start] is not ((byte)'_' or (byte)'+' or >= 0x80)) start++;
        if (start == at || bytes[at - 1] == '.') return;
        var end = HostName.Read(bytes, atom.Start, out var labels, out var top);
        if (labels < 2 || !HostName.CanBeTopLevel(bytes[top..end])) return;
        scan.Add(entity, start, end, TopLevelDomains.IsKnown(bytes[top..end]) ? 95 : 50);
    }
}
