using SecureExchange.Testing;

namespace SecureExchange.Fuzz.Mutations;

/// <summary>One to six changes to a seed, each at the level of packets, of armor, or of octets.</summary>
internal static class Mutator
{
    public static byte[] Mutate(byte[] seed, byte[] other, Sequence draw)
    {
        var armored = ArmorMutator.IsArmored(seed);
        var octets = armored && draw.Below(2) == 0 ? ArmorMutator.TakeOff(seed) ?? seed : seed;
        if (ArmorMutator.IsArmored(other)) other = ArmorMutator.TakeOff(other) ?? other;
        for (var changes = 1 + draw.Below(draw.Of(1, 2, 6)); changes > 0;)
        {
            if (ArmorMutator.IsArmored(octets))
            {
                octets = draw.Below(3) == 0 ? OctetMutator.Change(octets, draw, other) : ArmorMutator.Change(octets, draw);
                changes--;
            }
            else if (draw.Below(5) > 0 && PacketPart.Split(octets) is { Count: > 0 } parts)
            {
                for (; changes > 0; changes--) PacketMutator.Change(parts, draw, other);
                octets = PacketMutator.Join(parts);
            }
            else
            {
                octets = OctetMutator.Change(octets, draw, other);
                changes--;
            }
        }

        if (draw.Below(16) != 0) return octets;
        octets = ArmorMutator.PutOn(octets, draw);
        return draw.Below(2) == 0 ? ArmorMutator.Change(octets, draw) : octets;
    }
}
