using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>IP addresses of both versions, with zone and prefix length.</summary>
internal sealed class IpMatcher(int entity)
{
    public void MatchVersion4(Scan scan, int i)
    {
        var bytes = scan.Padded;
        ref readonly var atom = ref scan.Atoms[i];
        var end = ReadVersion4(bytes, atom.Start);
        if (end < 0) return;
        var before = atom.Start > 0 ? bytes[atom.Start - 1] : (byte)0;
        // A fifth number makes it a version or an object identifier.
        var longer = (before == '.' && atom.Start > 1 && IsDigit(bytes[atom.Start - 2])) || (bytes[end] == '.' && IsDigit(bytes[end + 1])) || before == '-'
            || (i > 0 && atom.Start - scan.Atoms[i - 1].End <= 2 && (scan.Words.Traits(scan.Atoms[i - 1].Word) & WordTraits.Version) != 0);
        scan.Add(entity, atom.Start, ReadPrefix(bytes, end, 32), longer ? 20 : 60);
    }

    /// <summary>At a group, or at the two colons before one.</summary>
    public void MatchVersion6(Scan scan, int start)
    {
        var bytes = scan.Padded;
        if (start > 0 && (bytes[start - 1] == ':' || Scan.IsAlphanumeric(bytes[start - 1]) || bytes[start - 1] == '.')) return;
        var (at, groups, gap, plain) = (start, 0, false, true);
        while (true)
        {
            if (bytes[at] == ':' && bytes[at + 1] == ':')
            {
                if (gap) return;
                gap = true;
                at += 2;
                if (!IsHex(bytes[at])) break;
                continue;
            }

            if (groups > 0 && bytes[at] == ':' && bytes[at - 1] != ':')
            {
                at++;
                if (!IsHex(bytes[at])) return;
            }

            if (ReadVersion4(bytes, at) is > 0 and var end)
            {
                (at, groups) = (end, groups + 2);
                plain = false;
                break;
            }

            var group = at;
            while (IsHex(bytes[at]))
            {
                plain &= !IsDigit(bytes[at]);
                at++;
            }

            if (at == group || at - group > 4) return;
            groups++;
            if (groups > 8 || bytes[at] != ':') break;
        }

        if (groups > 8 || (gap ? groups > 7 : groups != 8)) return;
        if (Scan.IsAlphanumeric(bytes[at]) || bytes[at] == ':' || (bytes[at] == '.' && IsDigit(bytes[at + 1]))) return;
        if (bytes[at] == '%' && Scan.IsAlphanumeric(bytes[at + 1]))
        {
            at++;
            while (Scan.IsAlphanumeric(bytes[at]) || bytes[at] is (byte)'-' or (byte)'_') at++;
        }

        // "::" alone and "a::b" are code as often as addresses.
        scan.Add(entity, start, ReadPrefix(bytes, at, 128), groups == 0 ? 10 : plain && groups < 4 ? 25 : 75);
    }

    /// <summary>Those that begin with two colons begin at no atom.</summary>
    public void MatchLeadingColons(Scan scan)
    {
        var bytes = scan.Bytes;
        for (var at = 0; ;)
        {
            var next = bytes[at..].IndexOf("::"u8);
            if (next < 0) return;
            at += next;
            MatchVersion6(scan, at);
            at += 2;
        }
    }

    /// <returns>Its end, or -1.</returns>
    private static int ReadVersion4(ReadOnlySpan<byte> bytes, int at)
    {
        for (var i = 0; i < 4; i++)
        {
            var (start, number) = (at, 0);
            while (IsDigit(bytes[at]) && at - start < 4) number = (number * 10) + bytes[at++] - '0';
            if (at == start || at - start > 3 || number > 255 || (at - start > 1 && bytes[start] == '0')) return -1;
            if (i < 3 && bytes[at++] != '.') return -1;
        }

        return Scan.IsAlphanumeric(bytes[at]) ? -1 : at;
    }

    private static int ReadPrefix(ReadOnlySpan<byte> bytes, int end, int most)
    {
        if (bytes[end] != '/') return end;
        var (at, number) = (end + 1, 0);
        while (IsDigit(bytes[at]) && at - end < 5) number = (number * 10) + bytes[at++] - '0';
        return at == end + 1 || number > most || Scan.IsAlphanumeric(bytes[at]) || bytes[at] == '/' ? end : at;
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    private static bool IsHex(byte b) => IsDigit(b) || (uint)((b | 0x20) - 'a') <= 5;
}
