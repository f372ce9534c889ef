using System.Buffers.Text;
using System.Security.Cryptography;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a random token in the place of a value, and remembers in the token map what it stands for: nothing about the value is
/// in the token, its length neither, and who deletes the entry has deleted the way back.</summary>
/// <remarks>Needs a map that somebody keeps, backs up and guards; where a key is enough, take tokenise.</remarks>
internal sealed class VaultToken(TokenMap map, FieldName field) : Transform
{
    private const int RandomSize = 16;

    private static ReadOnlySpan<byte> Prefix => "vlt_"u8;

    public static TransformRule Declare(TransformOptions options) => new((keys, field) => new VaultToken(RequireMap(keys), field))
    {
        IsKeyed = true,
        IsReversible = true,
        IsAuthenticated = true,
        TellsRowsApart = true,
        NeedsMap = true,
        Spelling = JsonSpelling.SlashOnly,
    };

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        if (cells.Kind(i) is not (CellKind.Text or CellKind.Slashed)) throw cells.Fault(i, RecordError.WrongType, "only text is given vault tokens");
        if (!map.TryGetToken(field.Canonical, cells[i], out var token))
        {
            Span<byte> random = stackalloc byte[RandomSize];
            RandomNumberGenerator.Fill(random);
            Span<byte> made = stackalloc byte[Prefix.Length + 22];
            Prefix.CopyTo(made);
            Base64Url.EncodeToUtf8(random, made[Prefix.Length..]);
            if (!map.TryAdd(field.Canonical, cells[i], made)) throw cells.Fault(i, RecordError.TokenMapFull, $"the token map holds {TokenMap.MaxEntries} values, and no more");
            masked.Add(made, cells.Row(i), cells.Kind(i));
            return;
        }

        masked.Add(token, cells.Row(i), cells.Kind(i));
    }

    protected override void RestoreCell(CellColumn masked, int i, CellColumn restored)
    {
        if (map.TryGetValue(field.Canonical, masked[i], out var value)) restored.Add(value, masked.Row(i), masked.Kind(i));
        else restored.AddBroken(masked.Row(i), masked[i].StartsWith(Prefix) ? CellState.Foreign : CellState.Edited);
    }

    internal static TokenMap RequireMap(MaskingKeys keys) =>
        keys.Map ?? throw new InvalidOperationException("the profile has fields that need a token map, and there is none");
}
