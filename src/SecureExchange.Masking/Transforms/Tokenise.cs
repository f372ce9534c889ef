using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a token in the place of a value: the same for the same value in the same field of an agreement, unlinkable
/// to any other agreement's, and turned back only with the agreement's key.</summary>
/// <remarks>A token tells how long its value is. With <c>context: subject</c> equal values of two subjects have different tokens,
/// and a token moved to somebody else's record doesn't open. Not for fields that programs check by their form: see fpe.</remarks>
internal sealed class Tokenise(MaskingKeys keys, FieldName field, bool bySubject) : Transform
{
    private readonly TokenCodec _tokens = new(keys, field.Canonical, field.Mark);

    public static TransformRule Declare(TransformOptions options)
    {
        var bySubject = options.Section.Choice("context", false, ("field", false), ("subject", true));
        return new TransformRule((keys, field) => new Tokenise(keys, field, bySubject))
        {
            IsKeyed = true,
            IsReversible = true,
            IsAuthenticated = true,
            CanBeMarked = !bySubject,
            TellsRowsApart = !bySubject,
            Spelling = JsonSpelling.Carried,
            Subject = bySubject ? options.Subject() : null,
        };
    }

    public override void Mask(CellColumn cells, CellColumn masked)
    {
        if (bySubject) base.Mask(cells, masked);
        else _tokens.WriteMany(cells, masked);
    }

    public override void Restore(CellColumn masked, CellColumn restored)
    {
        if (bySubject || RedactsFailures) base.Restore(masked, restored);
        else _tokens.ReadMany(masked, restored);
    }

    protected override void ZeroKeys() => _tokens.Dispose();

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var cell = cells[i];
        if (bySubject) _tokens.BindSubject(RequireSubject(cells, i));
        var output = masked.Reserve(TokenCodec.Length(cell.Length));
        _tokens.Write(cell, cells.Kind(i), output);
        masked.AddReserved(output.Length, cells.Row(i));
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        var token = masked[i];
        if (bySubject) _tokens.BindSubject(masked.Subject(i));
        var output = restored.Reserve(token.Length);
        var state = _tokens.TryRead(token, output, out var length, out var kind);
        if (state == CellState.Sound) restored.AddReserved(length, masked.Row(i), kind);
        else restored.AddBroken(masked.Row(i), state);
    }
}
