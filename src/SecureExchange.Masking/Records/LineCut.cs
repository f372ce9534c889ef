namespace SecureExchange.Masking.Records;

/// <summary>Tells batches of lines apart, each line a record.</summary>
internal static class LineCut
{
    /// <summary>See <see cref="RecordCodec.Cut"/>.</summary>
    /// <param name="data">From the start of a line.</param>
    /// <param name="blankPass">Whether a line of nothing but white space is no record.</param>
    /// <param name="rows">Records.</param>
    /// <returns>Bytes up to behind the last line end.</returns>
    public static int Cut(ReadOnlySpan<byte> data, bool blankPass, out int rows)
    {
        rows = 0;
        var length = data.LastIndexOf((byte)'\n') + 1;
        for (data = data[..length]; !data.IsEmpty;)
        {
            var end = data.IndexOf((byte)'\n') + 1;
            if (!blankPass || data[..end].ContainsAnyExcept(" \t\r\n"u8)) rows++;
            data = data[end..];
        }

        return length;
    }
}
