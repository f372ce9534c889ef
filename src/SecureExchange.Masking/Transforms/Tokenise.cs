using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a token in the place of a value: the same for the same value in the same field of an agreement, unlinkable
/// to any other agreement's, and turned back only with the agreement's key.</summary>
/// <remarks>A token tells how long its value is.</remarks>
internal sealed class Tokenise(MaskingKeys keys, FieldName field) : Transform
{
    private readonly TokenCodec _tokens = new(keys, field.Canonical);

    public static TransformRule Declare(TransformOptions options) => new((keys, field) => new Tokenise(keys, field))
    {
        IsKeyed = true,
        IsReversible = true,
        IsAuthenticated = true,
        TellsRowsApart = true,
        Spelling = JsonSpelling.Carried,
    };

    protected override void ZeroKeys() => _tokens.Dispose();

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var cell = cells[i];
        var output = masked.Reserve(TokenCodec.Length(cell.Length));
        _tokens.Write(cell, cells.Kind(i), output);
        masked.AddReserved(output.Length, cells.Row(i));
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        var token = masked[i];
        var output = restored.Reserve(token.Length);
        var state = _tokens.TryRead(token, output, out var length, out var kind);
        if (state == CellState.Sound) restored.AddReserved(length, masked.Row(i), kind);
        else restored.AddBroken(masked.Row(i), state);
    }
}
