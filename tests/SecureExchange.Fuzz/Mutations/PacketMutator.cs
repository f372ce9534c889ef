using System.IO.Compression;
using SecureExchange.Testing;

namespace SecureExchange.Fuzz.Mutations;

/// <summary>Changes a sequence of packets: which there are, in what order, how their headers are written, what is in
/// them.</summary>
internal static class PacketMutator
{
    private const byte Signature = 2;
    private const byte Compressed = 8;
    private const int Flood = 600;

    private static readonly byte[] s_types = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 19, 20, 21, 22, 39, 40, 60, 63];
    private static readonly long[] s_lies = [-1, 1, -2, 100, 4096, int.MaxValue, 0xFFFFFFFF];

    public static void Change(List<PacketPart> parts, Sequence draw, byte[] other)
    {
        if (parts.Count == 0) return;
        var at = draw.Below(parts.Count);
        var part = parts[at];
        switch (draw.Below(20))
        {
            case 0:
                parts.RemoveAt(at);
                break;
            case 1:
                parts.Insert(at, part);
                break;
            case 2:
                var with = draw.Below(parts.Count);
                (parts[at], parts[with]) = (parts[with], part);
                break;
            case 3:
                Splice(parts, at, draw, other);
                break;
            case 4:
                parts[at] = part with { Type = draw.Of(s_types) };
                break;
            case 5:
                parts[at] = part with { Form = (HeaderForm)draw.Below(5) };
                break;
            case 6:
                parts[at] = part with { Lie = draw.Of(s_lies) };
                break;
            case 7:
                parts.Insert(at, new PacketPart(draw.Of(s_types), draw.Bytes(draw.Below(40))));
                break;
            case 8:
                Wrap(parts, at, draw);
                break;
            case 9 when draw.Below(8) == 0:
                parts.InsertRange(at, Enumerable.Repeat(part, draw.Below(Math.Max(1, Flood * 200 / (200 + part.Body.Length))) + 1));
                break;
            case 10 or 11 or 12 when parts.FindAll(p => p.Type == Signature) is { Count: > 0 } signatures:
                at = parts.IndexOf(signatures[draw.Below(signatures.Count)]);
                parts[at] = parts[at] with { Body = SubpacketMutator.Change(parts[at].Body, draw, other) };
                break;
            case 13 or 14 or 15: // Versions, algorithms, counts: the fields at a packet's start decide most.
                parts[at] = part with { Body = OctetMutator.Change(part.Body, draw, other, within: 14) };
                break;
            default:
                parts[at] = part with { Body = OctetMutator.Change(part.Body, draw, other) };
                break;
        }
    }

    public static byte[] Join(List<PacketPart> parts)
    {
        var output = new List<byte>();
        foreach (var part in parts) part.Write(output);
        return [.. output];
    }

    private static void Splice(List<PacketPart> parts, int at, Sequence draw, byte[] other)
    {
        var foreign = PacketPart.Split(other);
        if (foreign.Count == 0) return;
        var from = draw.Below(foreign.Count);
        parts.InsertRange(at, foreign.GetRange(from, 1 + draw.Below(foreign.Count - from)));
    }

    /// <summary>Puts packets into compressed data, by any algorithm's number.</summary>
    private static void Wrap(List<PacketPart> parts, int at, Sequence draw)
    {
        var count = 1 + draw.Below(parts.Count - at);
        var inner = Join(parts.GetRange(at, count));
        using var body = new MemoryStream();
        var algorithm = draw.Of<byte>(0, 1, 1, 2, 2, 3, 4, 110);
        body.WriteByte(algorithm);
        Stream? wrapped = algorithm switch
        {
            1 => new DeflateStream(body, CompressionLevel.Fastest, leaveOpen: true),
            2 => new ZLibStream(body, CompressionLevel.Fastest, leaveOpen: true),
            _ => null,
        };
        using (wrapped) (wrapped ?? body).Write(inner);
        parts.RemoveRange(at, count);
        parts.Insert(at, new PacketPart(Compressed, body.ToArray(), draw.Of(HeaderForm.Current, HeaderForm.Indeterminate, HeaderForm.Partial)));
    }
}
