namespace SecureExchange.OpenPgp.Tests;

/// <summary>Seeded mutation: the same changes in every run, so that a failure comes back with its number.</summary>
internal sealed class Mutation(ulong seed)
{
    private ulong _state = (seed * 0x9E3779B97F4A7C15) + 1;

    /// <summary>xorshift64*: no secret depends on it.</summary>
    public int Next(int below)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1D >> 33) % (ulong)below);
    }

    /// <summary>One to four changes: a bit, an octet, a length made large, a piece repeated, moved, cut out, or the end cut off.</summary>
    public byte[] Of(byte[] original, byte[] other)
    {
        var octets = original.ToList();
        for (var changes = 1 + Next(4); changes > 0 && octets.Count > 1; changes--)
        {
            var at = Next(octets.Count);
            var length = Math.Min(1 + Next(32), octets.Count - at);
            switch (Next(8))
            {
                case 0:
                    octets[at] ^= (byte)(1 << Next(8));
                    break;
                case 1:
                    octets[at] = (byte)Next(256);
                    break;
                case 2:
                    octets[at] = 0xFF;
                    break;
                case 3:
                    octets.RemoveRange(at, length);
                    break;
                case 4:
                    octets.InsertRange(at, octets.GetRange(at, length));
                    break;
                case 5:
                    octets.RemoveRange(at, octets.Count - at);
                    break;
                case 6:
                    var from = Next(other.Length);
                    octets.InsertRange(at, other.AsSpan(from, Math.Min(1 + Next(200), other.Length - from)).ToArray());
                    break;
                default:
                    octets.InsertRange(Next(octets.Count), octets.GetRange(at, length));
                    break;
            }
        }

        return [.. octets];
    }
}
