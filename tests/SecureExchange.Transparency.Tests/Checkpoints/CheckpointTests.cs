using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private const string Root = "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=";

    [Fact]
    public void A_checkpoint_reads_back_as_it_was_signed()
    {
        using var signer = Logs.Signer();
        var signed = Checkpoint.Sign(signer, 12, MerkleTree.EmptyRoot);
        Assert.Equal(signed, Checkpoint.Open(Encoding.UTF8.GetBytes(signed.Note), signer.Verifier));
    }

    [Fact]
    public void Extension_lines_and_signatures_of_others_are_ignored()
    {
        using var signer = Logs.Signer();
        using var witness = Logs.Signer("witness.example", 9);
        var text = $"{Logs.Origin}\n15\n{Root}\nan extension\n";
        var note = signer.Sign(text) + witness.Sign(text)[(text.Length + 1)..];
        Assert.Equal(15, Checkpoint.Open(Encoding.UTF8.GetBytes(note), signer.Verifier).Size);
    }

    [Theory]
    [InlineData("15\n")]
    [InlineData("15\n" + "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383c==\n")]
    [InlineData("015\n" + Root + "\n")]
    [InlineData("+15\n" + Root + "\n")]
    [InlineData("-1\n" + Root + "\n")]
    [InlineData(" 15\n" + Root + "\n")]
    [InlineData("9223372036854775808\n" + Root + "\n")]
    [InlineData("15\n" + Root + "\n\nafter an empty line\n")]
    [InlineData("\n" + Root + "\n")]
    [InlineData("15\n\n" + Root + "\n")]
    public void Whatever_is_not_a_checkpoint_is_refused_though_signed(string rest)
    {
        using var signer = Logs.Signer();
        var note = Encoding.UTF8.GetBytes(signer.Sign($"{Logs.Origin}\n{rest}"));
        Assert.Equal(
            TransparencyError.MalformedCheckpoint,
            Assert.Throws<TransparencyException>(() => Checkpoint.Open(note, signer.Verifier)).Error);
    }

    [Fact]
    public void A_checkpoint_of_another_log_is_refused_though_signed()
    {
        using var signer = Logs.Signer();
        var note = Encoding.UTF8.GetBytes(signer.Sign($"log.example/other\n15\n{Root}\n"));
        Assert.Equal(TransparencyError.WrongOrigin, Assert.Throws<TransparencyException>(() => Checkpoint.Open(note, signer.Verifier)).Error);
    }

    [Fact]
    public void A_head_is_never_taken_for_a_checkpoint()
    {
        using var signer = Logs.Signer();
        var head = Head.Empty().Encode(signer);
        Assert.Throws<TransparencyException>(() => Checkpoint.Open(head, signer.Verifier));
    }

    [Fact]
    public void A_changed_bit_anywhere_in_a_head_is_found()
    {
        using var signer = Logs.Signer();
        var batch = NumberedBatch.On(Head.Empty(), [new EntryDraft(new byte[] { 8, 9 }, [new EntryNumber(2, "count")])]);
        Assert.Equal([8, 9, (byte)'1'], batch.Entries[0].ToArray());
        var head = Head.Empty().Next(1, 1, batch, 1, MerkleTree.Leaf(batch.Entries[0].Span)).Encode(signer);
        Assert.Equal(1, Head.Open(head, signer.Verifier).Counters["count"]);
        Assert.Equal(1, Head.Open(head, signer.Verifier).Size);
        for (var bit = 0; bit < head.Length * 8; bit++)
        {
            var changed = head.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<TransparencyException>(() => Head.Open(changed, signer.Verifier));
        }
    }
}
