namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Reads names of hosts: labels of letters, digits and hyphens (RFC 1123), other alphabets included.</summary>
internal static class HostName
{
    private const int MaxLength = 253;

    /// <summary>Reads as many labels as there are.</summary>
    /// <returns>The end of the last one.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, int start, out int labels, out int lastLabel)
    {
        (labels, lastLabel) = (0, start);
        var end = start;
        for (var at = start; at < bytes.Length && at - start < MaxLength;)
        {
            var label = at;
            while (at < bytes.Length && (Scan.IsAlphanumeric(bytes[at]) || bytes[at] == '-' || bytes[at] >= 0x80)) at++;
            var last = at;
            while (last > label && bytes[last - 1] == '-') last--;
            if (last == label || bytes[label] == '-') break;
            (labels, lastLabel, end) = (labels + 1, label, last);
            if (last < at || at >= bytes.Length || bytes[at] != '.') break;
            at++;
        }

        return end;
    }

    /// <summary>Letters, or the ASCII form of another alphabet's.</summary>
    public static bool CanBeTopLevel(ReadOnlySpan<byte> label)
    {
        if (label.Length < 2) return false;
        if (label.Length > 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' && label[2] == '-' && label[3] == '-') return true;
        foreach (var b in label)
        {
            if (b < 0x80 && (uint)((b | 0x20) - 'a') > 25) return false;
        }

        return true;
    }
}
