using System.Buffers.Text;
using System.Text;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Tokens;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Transforms;

public class TokenTests
{
    private static readonly byte[] s_field = "full_name"u8.ToArray();

    /// <summary>The bytes are documented and persisted in every masked file: they mustn't change.</summary>
    [Fact]
    public void A_token_is_these_bytes()
    {
        using var keys = MaskingKeys.Derive(new byte[32], "agreement-1");
        using var codec = new TokenCodec(keys, s_field);
        var token = new byte[TokenCodec.Length(8)];
        codec.Write("Ana Lima"u8, CellKind.Text, token);
        Assert.Equal("tok_Ap3m12nZa0R2Zlc6U86OwF2raDewu_0T56dS", Encoding.ASCII.GetString(token));

        // As docs/formats/token.md says it, by the primitives alone.
        using var siv = new AesSiv(keys.Token);
        var binary = new byte[2 + 16 + 9];
        keys.TokenHint.CopyTo(binary, 0);
        siv.Bind("secureexchange/token/v1"u8.ToArray(), s_field).Encrypt("\0Ana Lima"u8, binary.AsSpan(2));
        Assert.Equal("tok_" + Base64Url.EncodeToString(binary), Encoding.ASCII.GetString(token));
    }

    [Fact]
    public void Each_changed_character_of_a_token_is_found()
    {
        using var keys = MaskingKeys.Derive(new byte[32], "agreement-1");
        using var codec = new TokenCodec(keys, s_field);
        var token = new byte[TokenCodec.Length(5)];
        codec.Write("Zoë!"u8, CellKind.Text, token);
        var value = new byte[token.Length];
        Assert.Equal(CellState.Sound, codec.TryRead(token, value, out var length, out _));
        Assert.Equal("Zoë!", Encoding.UTF8.GetString(value, 0, length));
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var other in "A-_z9 =\n"u8)
            {
                var changed = token.ToArray();
                if (changed[i] == other) continue;
                changed[i] = other;
                Assert.NotEqual(CellState.Sound, codec.TryRead(changed, value, out _, out _));
            }

            Assert.NotEqual(CellState.Sound, codec.TryRead(token.AsSpan(0, i), value, out _, out _));
        }

        Assert.NotEqual(CellState.Sound, codec.TryRead([.. token, (byte)'='], value, out _, out _));
        Assert.NotEqual(CellState.Sound, codec.TryRead([.. token, (byte)'A'], value, out _, out _));
    }

    [Fact]
    public void A_token_of_another_agreement_is_known_as_foreign_and_one_of_another_field_as_edited()
    {
        using var keys = MaskingKeys.Derive(new byte[32], "agreement-1");
        using var others = MaskingKeys.Derive(new byte[32], "agreement-2");
        using var codec = new TokenCodec(keys, s_field);
        using var foreign = new TokenCodec(others, s_field);
        using var neighbour = new TokenCodec(keys, "city"u8.ToArray());
        var (token, value) = (new byte[TokenCodec.Length(3)], new byte[100]);
        foreign.Write("Ana"u8, CellKind.Text, token);
        Assert.Equal(CellState.Foreign, codec.TryRead(token, value, out _, out _));
        neighbour.Write("Ana"u8, CellKind.Text, token);
        Assert.Equal(CellState.Edited, codec.TryRead(token, value, out _, out _));
    }

    [Fact]
    public void Keys_dont_show_themselves()
    {
        using var keys = MaskingKeys.Derive(new byte[32], "agreement-1");
        Assert.Equal("[secret]", keys.ToString());
        Assert.Throws<ArgumentException>(() => MaskingKeys.Derive(new byte[31], "agreement-1"));
        Assert.Throws<ArgumentException>(() => MaskingKeys.Derive(new byte[32], ""));
    }

    [Fact]
    public void Many_tokens_agree_with_one_by_one_and_come_back_each_with_its_state()
    {
        using var keys = MaskingKeys.Derive(new byte[32], "agreement-1");
        using var others = MaskingKeys.Derive([.. Enumerable.Repeat((byte)1, 32)], "agreement-2");
        using var codec = new TokenCodec(keys, s_field);
        using var foreign = new TokenCodec(others, s_field);
        var draw = new Sequence(3);
        var (values, tokens, back) = (new CellColumn("f"), new CellColumn("f"), new CellColumn("f"));
        for (var row = 0; row < 500; row++)
            values.Add(draw.Bytes(draw.Below(20) == 0 ? draw.Below(400) : draw.Below(40)), row, (CellKind)draw.Below(4));
        codec.WriteMany(values, tokens);

        var came = new CellColumn("f");
        var states = new List<CellState>();
        for (var i = 0; i < values.Count; i++)
        {
            var one = new byte[values[i].IsEmpty ? 0 : TokenCodec.Length(values[i].Length)];
            if (!values[i].IsEmpty) codec.Write(values[i], values.Kind(i), one);
            Assert.True(one.AsSpan().SequenceEqual(tokens[i]), $"value {i}");
            var (state, what) = (CellState.Sound, draw.Below(8));
            if (one.Length > 0 && what == 0) (one[draw.Below(one.Length - 8) + 8], state) = ((byte)'!', CellState.Edited);
            else if (one.Length > 0 && what == 1) (one[^3], state) = ((byte)(one[^3] == 'A' ? 'B' : 'A'), CellState.Edited);
            else if (one.Length > 0 && what == 2)
            {
                foreign.Write(values[i], values.Kind(i), one);
                state = CellState.Foreign;
            }

            came.Add(one, i);
            states.Add(state);
        }

        codec.ReadMany(came, back);
        Assert.Equal(states, Enumerable.Range(0, back.Count).Select(back.State));
        for (var i = 0; i < values.Count; i++)
        {
            if (states[i] != CellState.Sound) continue;
            Assert.True(values[i].SequenceEqual(back[i]), $"value {i}");
            Assert.True(values[i].IsEmpty || values.Kind(i) == back.Kind(i), $"value {i}");
        }
    }
}
