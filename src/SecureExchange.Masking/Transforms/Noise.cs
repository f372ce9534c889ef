using System.Globalization;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Moves a number by a bounded amount that is chosen by key: the same for the same value (and subject) each time, so that
/// sending it again and again doesn't average the noise away.</summary>
/// <remarks>Bounded noise is no differential privacy: who knows a value to within the bound learns nothing new from it, and who
/// knows the noise of one value of the same subject learns others. Not for values of which sums must be right.</remarks>
internal sealed class Noise(MaskingKeys keys, FieldName field, decimal within, bool percent, bool bySubject) : Transform
{
    private readonly KeyedChoice _choice = new(keys, "noise", field.Canonical);

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        var text = section.Text("within");
        var percent = text.EndsWith('%');
        if (!decimal.TryParse(percent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var within)
            || within <= 0 || within > (percent ? 50 : 1_000_000_000))
            throw section.Wrong("within", "a number above 0, or a share of up to 50%: 100, or 5%");
        var subject = section.OptionalText("subject");
        return new TransformRule((keys, field) => new Noise(keys, field, within, percent, subject is not null)) { IsKeyed = true, Subject = subject };
    }

    protected override void ZeroKeys() => _choice.Dispose();

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var number = PlainNumber.Read(cells, i);
        var bound = percent ? Math.Abs(number) * within / 100 : within;
        var choice = _choice.Of(cells[i], bySubject ? RequireSubject(cells, i) : default);
        // 53 bits of the choice, as a number from -1 to 1.
        var share = ((decimal)(choice >> 11) / (1L << 52)) - 1;
        var decimals = PlainNumber.DecimalsOf(cells[i]);
        PlainNumber.Add(masked, cells, i, decimal.Round(number + (share * bound), decimals), decimals);
    }
}
