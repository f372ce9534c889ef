using System.Text;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Tests.Peers;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>Version 6 signatures outside encryption, alone and beside version 4.</summary>
public sealed class Version6SignatureTests(GpgKeys keys) : IDisposable
{
    private readonly SecretKey _modern = SecretKey.Generate(
        new KeyOptions { CreatedAt = Clock.Now.AddMinutes(-1), Profile = KeyProfile.Version6 });

    [Fact]
    public async Task Every_form_is_written_and_read_and_comes_apart()
    {
        var text = "one\n- two\n"u8.ToArray();
        foreach (var signers in new[] { [_modern], new[] { keys.Ours, _modern } })
        {
            var (by, with) = (Signing.By(signers), Signing.With([.. signers.Select(s => s.Certificate)]));
            var detached = await Signing.DetachedAsync(text, by with { IsText = true, Armor = true });
            var inline = await Signing.InlineAsync(text, by with { Armor = true });
            var cleartext = await Signing.CleartextAsync(text, by);

            AllGood(await Signing.VerifyAsync(text, detached, with), SignatureForm.Detached);
            foreach (var (message, form) in new[] { (inline, SignatureForm.Inline), (cleartext, SignatureForm.Cleartext) })
            {
                var (data, verdict) = await Signing.OpenAsync(message, with);
                Assert.Equal(text, data);
                AllGood(verdict, form);
                var (apart, signatures) = await Signing.DetachAsync(message, armor: true);
                AllGood(await Signing.VerifyAsync(apart, signatures, with), SignatureForm.Detached);
            }

            // No checksum and no hash header (RFC 9580 §6.1, §7).
            foreach (var armored in new[] { detached, inline, cleartext })
            {
                Assert.DoesNotContain("\n=", Encoding.ASCII.GetString(armored), StringComparison.Ordinal);
                Assert.DoesNotContain("Hash:", Encoding.ASCII.GetString(armored), StringComparison.Ordinal);
            }

            void AllGood(SignatureVerdict verdict, SignatureForm form)
            {
                Assert.Equal(signers.Length, verdict.Signatures.Count);
                Assert.All(verdict.Signatures, s => Assert.Equal((SignatureStatus.Good, form), (s.Status, s.Extent!.Form)));
            }
        }
    }

    [Fact]
    public async Task The_same_data_are_signed_with_another_salt_each_time()
    {
        var (one, two) = (await Signing.DetachedAsync([1], Signing.By(_modern)), await Signing.DetachedAsync([1], Signing.By(_modern)));
        Assert.NotEqual(one, two);
    }

    public void Dispose() => _modern.Dispose();
}
