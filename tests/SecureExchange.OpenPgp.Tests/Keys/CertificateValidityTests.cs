using System.Text;
using System.Text.Json;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>The OpenPGP interoperability suite's certificates that are bound, revoked and bound again over the years.</summary>
public sealed class CertificateValidityTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var entry in Entries())
            {
                for (var i = 0; i < entry.GetProperty("cases").GetArrayLength(); i++) data.Add(entry.GetProperty("name").GetString()!, i);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_signature_is_as_good_as_its_key_was_then(string name, int index)
    {
        var entry = Entries().Single(e => e.GetProperty("name").GetString() == name);
        var test = entry.GetProperty("cases")[index];
        var certificate = Certificate.Read(Encoding.ASCII.GetBytes(entry.GetProperty("certificate").GetString()!));
        var armored = Encoding.ASCII.GetBytes(test.GetProperty("signature").GetString()!);
        var octets = ArmorDecoder.Binary(armored, ArmorKind.Signature, PgpLimits.Default);
        var madeAt = SignaturePacket.Read(Packet.Split(octets, int.MaxValue).Single().Body, 0).CreatedAt;

        // Judged at the moment when it was made: what came later is another question.
        var verdict = await PgpSignature.VerifyDetachedAsync(
            new MemoryStream("Hello, World"u8.ToArray()), armored, new VerifyOptions { Verifiers = [certificate], Now = madeAt },
            CancellationToken.None);
        var status = Assert.Single(verdict.Signatures).Status;

        Assert.NotEqual(SignatureStatus.Bad, status);
        Assert.NotEqual(SignatureStatus.UnknownSigner, status);
        Assert.True(
            test.GetProperty("signing_key_valid_at_sig_time").GetBoolean() == (status == SignatureStatus.Good),
            $"{status}; {test.GetProperty("why").GetString()}");
    }

    private static JsonElement[] Entries()
    {
        using var document = JsonDocument.Parse(Vectors.Read("openpgp/bouncycastle/certificate_validity.json"));
        return [.. document.RootElement.EnumerateArray().Select(entry => entry.Clone())];
    }
}
