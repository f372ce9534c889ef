using System.Text;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Forms;

/// <summary>What can be seen of a message from outside: did its writer do what was asked?</summary>
internal static class Outline
{
    private const int Signature = 2, OnePassSignature = 4, Compressed = 8, Protected = 18, LibrePgp = 20;

    /// <summary>Says that the writer didn't, where it wrote something else.</summary>
    public static void Require(string writer, Form form, byte[] message)
    {
        if (form.Armor || form.Shape == SignatureShape.Cleartext) Assert.Equal("-----BEGIN PGP", Encoding.ASCII.GetString(message, 0, 14));
        if (form.Shape == SignatureShape.Cleartext) return;
        var octets = message[0] == '-' ? Dearmor(message) : message;
        var packets = Packets(octets).ToList();
        if (!form.IsEncrypted && form.Compression == Compression.None) RequireSignatures(writer, form, octets, packets);
        if (!form.IsEncrypted && form.Shape != SignatureShape.Inline) return;
        if (!form.IsEncrypted)
        {
            var first = packets[0].Type;
            if (form.Compression == Compression.None && first != OnePassSignature) throw new NotOfferedException(writer, $"writes packet type {first} first");
            if (form.Compression != Compression.None && first != Compressed) throw new NotOfferedException(writer, "doesn't compress what it signs");
            return;
        }

        if (form.Protection == Protection.Any) return;
        var (type, body) = packets[^1];
        var version = octets[body];
        var found = (type, version) == (Protected, 2) ? $"type {type} version {version} with {(AeadAlgorithm)octets[body + 2]}" : $"type {type} version {version}";
        var wanted = form.Protection switch
        {
            Protection.Version1 => $"type {Protected} version 1",
            Protection.LibrePgp => $"type {LibrePgp} version 1",
            Protection.Version2Ocb => $"type {Protected} version 2 with {AeadAlgorithm.Ocb}",
            Protection.Version2Eax => $"type {Protected} version 2 with {AeadAlgorithm.Eax}",
            _ => $"type {Protected} version 2 with {AeadAlgorithm.Gcm}",
        };
        if (found != wanted) throw new NotOfferedException(writer, $"writes packet {found}");
    }

    /// <summary>As many as there are signers, over text or octets as asked: the second octet of both packets says which.</summary>
    private static void RequireSignatures(string writer, Form form, byte[] octets, List<(int Type, int Body)> packets)
    {
        var type = form.Shape == SignatureShape.Detached ? Signature : OnePassSignature;
        var signatures = packets.Where(packet => packet.Type == type).ToList();
        if (signatures.Count != form.Signers.Count) throw new NotOfferedException(writer, $"writes {signatures.Count} signatures");
        if (signatures.Any(signature => octets[signature.Body + 1] != (form.IsText ? 1 : 0)))
            throw new NotOfferedException(writer, form.IsText ? "signs octets only" : "signs text only");
    }

    /// <summary>Type of each packet and where its body begins, up to the first that comes in parts or ends the message.</summary>
    private static IEnumerable<(int Type, int Body)> Packets(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = message[at++];
            var (type, length) = (tag & 0x40) != 0 ? (tag & 0x3f, NewLength(message, ref at)) : ((tag >> 2) & 0xf, OldLength(message, tag & 3, ref at));
            yield return (type, at);
            if (length is null) yield break;
            at += length.Value;
        }
    }

    private static int? NewLength(byte[] message, ref int at)
    {
        int first = message[at++];
        if (first < 192) return first;
        if (first < 224) return ((first - 192) << 8) + message[at++] + 192;
        return first == 255 ? Number(message, 4, ref at) : null;
    }

    private static int? OldLength(byte[] message, int type, ref int at) => type == 3 ? null : Number(message, 1 << type, ref at);

    private static int Number(byte[] message, int octets, ref int at)
    {
        var number = 0;
        while (octets-- > 0) number = (number << 8) | message[at++];
        return number;
    }

    private static byte[] Dearmor(byte[] message)
    {
        var lines = Encoding.ASCII.GetString(message).ReplaceLineEndings("\n").Split('\n')
            .SkipWhile(line => line.Trim().Length > 0).Skip(1).TakeWhile(line => line.Length > 0 && line[0] is not ('=' or '-'));
        return Convert.FromBase64String(string.Concat(lines));
    }
}
