using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Armor;

namespace SecureExchange.Fuzz.Targets;

/// <summary>ASCII armor: whole and in pieces it gives the same.</summary>
internal sealed class ArmorTarget(SeedFiles seeds) : Target("armor", 20, seeds.All.Where(Mutations.ArmorMutator.IsArmored))
{
    public override string Execute(byte[] input)
    {
        if (input is [>= 0x80, ..] or []) return "binary";
        var kind = Enum.GetValues<ArmorKind>().FirstOrDefault(kind => input.AsSpan().IndexOf(kind.Label()) is > 0 and < 40);
        var (whole, pieces) = (Decode(input, kind, input.Length), Decode(input, kind, 1 + (input.Length / 7)));
        if (whole.Error != pieces.Error) throw new Violation($"whole: {whole.Error}; in pieces: {pieces.Error}");
        if (!whole.Octets.AsSpan().SequenceEqual(pieces.Octets) && whole.Error is null)
            throw new Violation("armor in pieces gives other octets than whole");
        if (whole.Error is not { } error) return $"decoded {kind}";
        throw new PgpException(error, "refused");
    }

    private static (byte[] Octets, PgpError? Error) Decode(byte[] input, ArmorKind kind, int piece)
    {
        var decoder = new ArmorDecoder(kind, Limits);
        var output = new byte[input.Length + 16];
        var (at, filled, end) = (0, 0, Math.Min(piece, input.Length));
        try
        {
            while (true)
            {
                var isFinal = end == input.Length;
                decoder.Decode(input.AsSpan(at, end - at), isFinal, output.AsSpan(filled), out var consumed, out var written);
                (at, filled) = (at + consumed, filled + written);
                if (isFinal && at == input.Length) return (output[..filled], null);
                if (isFinal && consumed == 0) throw new Violation("the decoder doesn't go on");
                end = Math.Min(input.Length, end + piece);
            }
        }
        catch (PgpException e)
        {
            return ([], e.Error);
        }
    }
}
