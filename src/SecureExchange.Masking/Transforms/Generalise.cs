namespace SecureExchange.Masking.Transforms;

/// <summary>Makes a value coarser: <c>as: year</c>, <c>prefix</c> or <c>bucket</c>.</summary>
internal static class Generalise
{
    private enum Way
    {
        Year,
        Prefix,
        Bucket,
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        switch (section.Choice<Way>("as", null, ("year", Way.Year), ("prefix", Way.Prefix), ("bucket", Way.Bucket)))
        {
            case Way.Year:
                var format = DateFormat.Read(section);
                return new TransformRule((_, _) => new ToYear(format));
            case Way.Prefix:
                var length = (int)section.Number("length", 1, 64);
                return new TransformRule((_, _) => new ToPrefix(length));
            default:
                var size = section.Number("size", 2, 1_000_000_000_000);
                return new TransformRule((_, _) => new ToBucket(size));
        }
    }
}
