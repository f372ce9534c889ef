using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.OpenPgp.Tests.Peers;

namespace SecureExchange.OpenPgp.Tests;

/// <summary>The short form of fuzzing: whatever comes in, only <see cref="PgpException"/> comes out.</summary>
public sealed class MutationTests(GpgKeys keys)
{
    private const int Rounds = 4000;

    [Fact]
    public void Certificates_in_any_state_are_read_or_refused()
    {
        var corpus = Corpus(key => key.Certificate.ToBytes());
        for (var round = 0; round < Rounds; round++)
        {
            var mutated = Mutate(corpus, round);
            Attempt(round, () =>
            {
                var certificate = Certificate.Read(mutated);
                _ = certificate.ExpiresAt(Clock.Now);
                Assert.Equal(certificate.ToBytes(), Certificate.Read(certificate.ToBytes()).ToBytes());
                certificate.RequireUsableForEncryption(Clock.Now);
            });
        }
    }

    [Fact]
    public void Secret_keys_in_any_state_are_read_or_refused()
    {
        var corpus = Corpus(key => key.ToBytes());
        for (var round = 0; round < Rounds; round++)
        {
            var mutated = Mutate(corpus, round);
            Attempt(round, () => SecretKey.Read(mutated, "passphrase"u8, new PgpLimits { MaxS2kOctets = 1 << 20 }).Dispose());
        }
    }

    [Fact]
    public void Armor_in_any_state_is_read_or_refused()
    {
        var corpus = Corpus(key => System.Text.Encoding.ASCII.GetBytes(key.Certificate.ToArmor()));
        for (var round = 0; round < Rounds; round++)
        {
            var mutated = Mutate(corpus, round);
            Attempt(round, () => Certificate.Read(mutated));
        }
    }

    [Fact]
    public async Task Messages_in_any_state_are_opened_or_refused()
    {
        var key = keys.Ours;
        var options = new OpenOptions { Keys = [key, keys.Key("rsa2048")], Verifiers = [key.Certificate], Now = Clock.Now };
        byte[][] corpus =
        [
            await Sealing.SealAsync(Sealing.Plaintext(300), key.Certificate, key),
            await Sealing.SealAsync(Sealing.Plaintext(300), key.Certificate, key, armor: true),
            await Sealing.SealAsync(Sealing.Plaintext(50), keys.Key("rsa2048").Certificate),
            (await keys.Gpg.RunAsync(Sealing.Plaintext(400), "--sign", "--local-user", keys.Fingerprint("ed25519"), "--encrypt",
                "--recipient", key.Certificate.Fingerprint.ToString())).Succeeded().Output,
        ];
        for (var round = 0; round < Rounds; round++)
        {
            var mutated = Mutate(corpus, round);
            await AttemptAsync(round, () => Sealing.OpenAsync(new MemoryStream(mutated), options));
        }
    }

    [Fact]
    public async Task Packets_in_any_state_inside_a_message_are_opened_or_fail_in_one_way()
    {
        var key = keys.Ours;
        var now = Clock.Now;
        var options = new OpenOptions { Keys = [key], Verifiers = [keys.Key("ed25519").Certificate], Now = now };
        byte[][] corpus =
        [
            (await keys.Gpg.RunAsync(Sealing.Plaintext(200), "--sign", "--local-user", keys.Fingerprint("ed25519"))).Succeeded().Output,
            (await keys.Gpg.RunAsync(Sealing.Plaintext(200), "--compress-algo", "none", "--sign", "--local-user", keys.Fingerprint("ed25519"),
                "--local-user", keys.Fingerprint("rsa2048"))).Succeeded().Output,
            (await keys.Gpg.RunAsync(Sealing.Plaintext(2000), "--compress-algo", "zlib", "--store")).Succeeded().Output,
        ];
        foreach (var packets in corpus)
            Assert.Null(await Sealing.FailureAsync(await Resealed.EncryptAsync(packets, key.Certificate, now), options));

        for (var round = 0; round < Rounds; round++)
        {
            var message = await Resealed.EncryptAsync(Mutate(corpus, round), key.Certificate, now);
            await AttemptAsync(round, async () =>
            {
                var failure = await Sealing.FailureAsync(message, options);
                Assert.True(failure is null or { Error: PgpError.DecryptionFailed, Offset: null }, $"round {round}: {failure}");
            });
        }
    }

    [Theory]
    [MemberData(nameof(ChunkedRecipient.Kinds), MemberType = typeof(ChunkedRecipient))]
    public async Task Chunked_messages_in_any_state_are_opened_or_refused(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        byte[][] corpus =
        [
            recipient.Message(Chunked.Literal(Sealing.Plaintext(300))),
            recipient.Message(Chunked.Literal(Sealing.Plaintext(100)), sizeOctet: 16),
            await Sealing.SealAsync(Sealing.Plaintext(50), keys.Ours.Certificate),
        ];
        var options = recipient.Options with { Keys = [recipient.Key, keys.Ours] };
        for (var round = 0; round < Rounds / 6; round++)
        {
            var mutated = Mutate(corpus, round);
            await AttemptAsync(round, () => Sealing.OpenAsync(new MemoryStream(mutated), options));
        }
    }

    [Theory]
    [MemberData(nameof(ChunkedRecipient.Kinds), MemberType = typeof(ChunkedRecipient))]
    public async Task Packets_in_any_state_inside_chunks_are_opened_or_fail_in_one_way(string kind)
    {
        using var recipient = ChunkedRecipient.Of(kind);
        byte[][] corpus =
        [
            Chunked.Literal(Sealing.Plaintext(300)),
            (await keys.Gpg.RunAsync(Sealing.Plaintext(200), "--sign", "--local-user", keys.Fingerprint("ed25519"))).Succeeded().Output,
        ];
        for (var round = 0; round < Rounds / 6; round++)
        {
            var message = recipient.Message(Mutate(corpus, round));
            var failure = await Sealing.FailureAsync(message, recipient.Options);
            Assert.True(failure is null or { Error: PgpError.DecryptionFailed, Offset: null }, $"round {round}: {failure}");
        }
    }

    private byte[][] Corpus(Func<SecretKey, byte[]> octets)
    {
        using var modern = ModernKey.Generate("Modern <modern@example.org>", Clock.Now.AddMinutes(-1));
        return [.. GpgKeys.Kinds.Select(kind => octets(keys.Key(kind))), octets(keys.Ours), octets(modern)];
    }

    private static byte[] Mutate(byte[][] corpus, int round)
    {
        var mutation = new Mutation((ulong)round);
        return mutation.Of(corpus[round % corpus.Length], corpus[mutation.Next(corpus.Length)]);
    }

    private static void Attempt(int round, Action action)
    {
        try
        {
            action();
        }
        catch (PgpException)
        {
            // Refused.
        }
        catch (Exception e)
        {
            Assert.Fail($"round {round}: {e}");
        }
    }

    private static async Task AttemptAsync(int round, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (PgpException)
        {
            // Refused.
        }
        catch (Exception e)
        {
            Assert.Fail($"round {round}: {e}");
        }
    }
}
