using System.Text;
using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Interop.Tests.Peers;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests;

/// <summary>Everything that is tried between two implementations.</summary>
internal static class Rows
{
    public const string Messages = "Messages";
    public const string Altered = "Altered messages are refused";

    private const string Passphrase = "correct horse battery staple";
    private const int Part = 131_072; // What the engine writes packets in.
    private const int LiteralHeader = 6;

    // Block edges, edges of packet lengths (RFC 9580 §4.2.1), and where a literal fills our parts.
    private static readonly int[] s_sizes =
    [
        0, 1, 15, 16, 17, 191, 192, 8383, 8384,
        Part - LiteralHeader - 1, Part - LiteralHeader, Part - LiteralHeader + 1, Part - 1, Part, Part + 1, (2 * Part) - LiteralHeader,
    ];

    public static IEnumerable<Row> All(TestKeys keys)
    {
        foreach (var (kind, maker, key) in keys.All)
        {
            var form = new Form { Recipients = [key], Protection = Protection.Any };
            yield return Exchange("Keys", $"{kind} ({maker}): encrypted", form, Text(1000));
            yield return Exchange("Keys", $"{kind} ({maker}): signed", new Form { Signer = key, Shape = SignatureShape.Detached }, Text(1000));
        }

        yield return OwnKey("its own new key", writer => keys.FromAsync(writer, null));
        yield return OwnKey("its own new key, with a passphrase", writer => keys.FromAsync(writer, Passphrase));
        yield return OwnKey("its own new key, with a passphrase, AEAD and Argon2", writer => keys.UnderArgon2FromAsync(writer, Passphrase));

        var encrypted = new Form { Recipients = [keys.Common] };
        yield return Message("encrypted, version 1", encrypted);
        yield return Message("encrypted, armored", encrypted with { Armor = true });
        yield return Message("encrypted, ZIP", encrypted with { Compression = Compression.Zip });
        yield return Message("encrypted, ZLIB", encrypted with { Compression = Compression.Zlib });
        yield return Message("encrypted, BZip2", encrypted with { Compression = Compression.Bzip2 });
        yield return Message("encrypted and signed, ZLIB, armored", encrypted with { Signer = keys.Common, Compression = Compression.Zlib, Armor = true });
        yield return Message("encrypted to two", encrypted with { Recipients = [keys.Of("P-256"), keys.Common] });
        yield return Message("encrypted to hidden recipients", encrypted with { Hidden = true });
        yield return Message("encrypted to a passphrase, version 1", new Form { Passphrase = Passphrase });
        var chunked = Chunked(AeadAlgorithm.Ocb, Protection.Version2Ocb);
        yield return Message("encrypted, version 2, OCB", chunked);
        yield return Message("encrypted, version 2, EAX", Chunked(AeadAlgorithm.Eax, Protection.Version2Eax));
        yield return Message("encrypted, version 2, GCM", Chunked(AeadAlgorithm.Gcm, Protection.Version2Gcm));
        yield return Message("encrypted and signed, version 2, OCB", chunked with { Signer = keys.Announcing(AeadAlgorithm.Ocb) });
        yield return Message("encrypted to a passphrase, version 2", new Form { Passphrase = Passphrase, Protection = Protection.Version2Ocb });
        yield return Message("encrypted, LibrePGP's packet 20", encrypted with { Protection = Protection.LibrePgp });
        var signed = new Form { Signer = keys.Common };
        yield return Message("signed, detached", signed with { Shape = SignatureShape.Detached });
        yield return Message("signed, detached, armored", signed with { Shape = SignatureShape.Detached, Armor = true });
        yield return Message("signed, inline", signed);
        yield return Message("signed, inline, ZLIB, armored", signed with { Compression = Compression.Zlib, Armor = true });
        var both = signed with { CoSigner = keys.Of("RSA-2048") };
        yield return Message("signed as text, detached", signed with { Shape = SignatureShape.Detached, IsText = true });
        yield return Message("signed as text, inline", signed with { IsText = true });
        yield return Message("signed by two, detached", both with { Shape = SignatureShape.Detached });
        yield return Message("signed by two, inline", both);
        yield return Message("encrypted, signed by two", encrypted with { Signer = both.Signer, CoSigner = both.CoSigner });
        yield return Message("signed, cleartext", signed with { Shape = SignatureShape.Cleartext });

        yield return Refused("encrypted, version 1", encrypted);
        yield return Refused("encrypted, version 2, OCB", chunked);
        yield return Refused("signed, detached", signed with { Shape = SignatureShape.Detached });

        yield return Sizes("encrypted, version 1", encrypted);
        yield return Sizes("encrypted and signed, version 1", encrypted with { Signer = keys.Common });
        yield return Sizes("encrypted, version 2, OCB", chunked);
        yield return Sizes("signed, detached", signed with { Shape = SignatureShape.Detached });
        yield return Sizes("signed, inline", signed);
        yield return Exchange("Sizes", "signed, cleartext, 0 octets", signed with { Shape = SignatureShape.Cleartext }, (byte[])[]);
        yield return Exchange(
            "Sizes", $"signed, cleartext, 1 to {s_sizes[^1]} octets", signed with { Shape = SignatureShape.Cleartext }, [.. s_sizes.Skip(1).Select(Prose)]);
        yield return Exchange("Sizes", "encrypted and signed, version 1, 10 MB", encrypted with { Signer = keys.Common }, Noise(10_000_000));

        Form Chunked(AeadAlgorithm algorithm, Protection protection) => new() { Recipients = [keys.Announcing(algorithm)], Protection = protection };

        static Row OwnKey(string title, Func<Implementation, Task<TestKey>> make) => new("Keys", title, async (writer, reader) =>
            await Exchanged(new Form { Recipients = [await make(writer)], Protection = Protection.Any }, Text(1000))(writer, reader));
    }

    private static Row Message(string title, Form form) => Exchange(Messages, title, form, Text(5000));

    private static Row Sizes(string title, Form form) =>
        Exchange("Sizes", $"{title}, 0 to {s_sizes[^1]} octets", form, [.. s_sizes.Select(Noise)]);

    private static Row Exchange(string section, string title, Form form, params byte[][] data) => new(section, title, Exchanged(form, data));

    private static Func<Implementation, Implementation, Task> Exchanged(Form form, params byte[][] all) => async (writer, reader) =>
    {
        foreach (var data in all)
        {
            try
            {
                var message = await WrittenAsync(writer, form, data);
                var detached = form.Shape == SignatureShape.Detached;
                var read = await reader.ReadAsync(form, message, detached ? data : null);
                if (!detached && (form.IsText || form.Shape == SignatureShape.Cleartext)) Assert.Equal(Lines(data), Lines(read)); // Line ends are the writers' own.
                else if (!detached) Assert.Equal(data, read);
            }
            catch (PeerRefusedException e) when (all.Length > 1)
            {
                throw new PeerRefusedException(e.Peer, $"{data.Length} octets: {e.Reason}");
            }
        }
    };

    /// <summary>What was changed in transit is refused: without this, the other rows would prove little.</summary>
    private static Row Refused(string title, Form form) => new(Altered, title, async (writer, reader) =>
    {
        var data = Text(5000);
        var message = await WrittenAsync(writer, form, data);
        var detached = form.Shape == SignatureShape.Detached;
        await reader.ReadAsync(form, message, detached ? data : null);
        if (detached) data[^1] ^= 1;
        else message[^1] ^= 1;
        await Assert.ThrowsAsync<PeerRefusedException>(() => reader.ReadAsync(form, message, detached ? data : null));
    });

    private static async Task<byte[]> WrittenAsync(Implementation writer, Form form, byte[] data)
    {
        var message = await writer.WriteAsync(form, data);
        Outline.Require(writer.Name, form, message);
        if (form.Compression != Compression.None && message.Length > data.Length / 2) throw new NotOfferedException(writer.Name, "doesn't compress");
        return message;
    }

    /// <summary>Lines of text, among them such as cleartext signatures have to escape (RFC 9580 §7.1).</summary>
    private static byte[] Text(int size)
    {
        var text = new StringBuilder("- a dash\nFrom here\n\n");
        for (var line = 0; text.Length < size; line++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"line {line} is readable, and ends — here.\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>So many octets of text, the last one no line end: whether that is signed, implementations see differently.</summary>
    private static byte[] Prose(int size)
    {
        var text = new byte[size];
        for (var i = 0; i < size; i++) text[i] = (byte)(i % 64 == 63 && i < size - 1 ? '\n' : 'a' + (i % 26));
        return text;
    }

    private static string Lines(byte[] text) => Encoding.UTF8.GetString(text).ReplaceLineEndings("\n").TrimEnd('\n');

    private static byte[] Noise(int size)
    {
        var noise = new byte[size];
        for (var i = 0; i < size; i++) noise[i] = (byte)((i * 131) ^ (i >> 7));
        return noise;
    }
}
