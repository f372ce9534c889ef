using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Cryptography;

namespace SecureExchange.Masking.Tests.Returns;

public class ManifestTests
{
    private const string Fields = "id: { transform: keep }\nv: { transform: tokenise }";

    [Fact]
    public void A_manifest_that_is_cut_off_or_damaged_is_refused()
    {
        using var exchange = Exchange.Csv(Fields, "row-key: id");
        var sent = exchange.Dispatch("id,v\n1,x\n2,=y\n3,z\n");
        for (var length = 0; length < sent.Manifest.Length; length++)
            Assert.Equal(RecordError.ManifestDamaged, Refused(exchange, sent.Text, sent.Manifest[..length]).Error);
        Assert.Equal(RecordError.ManifestDamaged, Refused(exchange, sent.Text, [.. sent.Manifest, 1]).Error);
        for (var at = 0; at < 5; at++)
        {
            var damaged = sent.Manifest.ToArray();
            damaged[at] ^= 1;
            Assert.Equal(RecordError.ManifestDamaged, Refused(exchange, sent.Text, damaged).Error);
        }
    }

    [Fact]
    public void A_manifest_of_another_profile_is_refused()
    {
        using var one = Exchange.Csv(Fields, "row-key: id");
        using var two = Exchange.Csv(Fields, "row-key: id # changed");
        var sent = one.Dispatch("id,v\n1,x\n");
        Assert.Equal(RecordError.ManifestOfAnotherProfile, Refused(two, sent.Text, sent.Manifest).Error);
    }

    /// <summary>Stored next to masked files, manifests must not help to guess what was masked, or that rows are alike across transfers.</summary>
    [Fact]
    public void A_manifest_holds_no_value_and_is_another_one_under_another_key()
    {
        using var exchange = Exchange.Csv(Fields, "row-key: id");
        var file = "id,v\nROW-KEY-1,secret value\n"u8.ToArray();
        var sent = exchange.Dispatch(file);
        foreach (var part in (string[])["ROW-KEY-1", "secret", "tok_", "id", "v"])
        {
            if (part.Length > 2) Assert.True(sent.Manifest.AsSpan().IndexOf(Encoding.UTF8.GetBytes(part)) < 0);
        }

        using var keys = MaskingKeys.Derive([.. Enumerable.Repeat((byte)7, 32)], "a1");
        using var masker = new Masker(exchange.Profile, keys, new byte[32]);
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        masker.Mask(file, masked, manifest);
        masker.Complete(masked, manifest);
        Assert.Equal(sent.Masked, masked.WrittenSpan.ToArray());
        Assert.NotEqual(sent.Manifest[41..], manifest.WrittenSpan[41..].ToArray());
        Assert.Throws<ArgumentException>(() => new Masker(exchange.Profile, keys, new byte[31]));
    }

    /// <summary>Manifests are kept as long as returns may come: the bytes mustn't change.</summary>
    [Fact]
    public void A_manifest_is_these_bytes()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nv: { transform: tokenise }\nw: { transform: keep }", "row-key: id");
        var sent = exchange.Dispatch("id,v,w\n1,x,=1\n");
        Assert.Equal(
            "53584D46" + "01" + "01" + "0001" + "01" + "92E5A46972B0BF875D5A815629C6E27457596267A106940ED4A8F0696B6296F7"
            + "01" + "B9B7F0C0B25DD906" + "8B82661BAC4CA509" + "A3B17726" + "02" + "BA9CD6E11C2E6350" + "03" + "0100000000000000" + "0100000000000000",
            Convert.ToHexString(sent.Manifest));

        // The tags as docs/formats/manifest.md says them, by the primitives alone.
        var token = Encoding.ASCII.GetBytes(sent.Text.Split('\n')[1].Split(',')[1]);
        byte[] cells = [.. Tag("cell", token), .. Tag("cell", "1"u8)];
        Assert.Equal(Tag("row", cells), sent.Manifest[42..50]);
        Assert.Equal(Tag("cell", "1"u8), sent.Manifest[50..58]);
        Assert.Equal(Tag("cell", token)[..4], sent.Manifest[58..62]);
        Assert.Equal(Tag("formula", "w\0=1"u8), sent.Manifest[63..71]);

        static byte[] Tag(string use, ReadOnlySpan<byte> message)
        {
            var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, [.. Enumerable.Repeat((byte)9, 32)], 32, [], Encoding.UTF8.GetBytes($"secureexchange/v1/{use}/manifest"));
            using var cmac = new AesCmac(key);
            var tag = new byte[16];
            cmac.Compute(message, tag);
            return tag[..8];
        }
    }

    private static RecordException Refused(Exchange exchange, string returned, byte[] manifest) =>
        Assert.Throws<RecordException>(() => exchange.Return(returned, manifest));
}
