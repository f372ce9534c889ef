using System.Text;
using System.Text.Json;
using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Tests.Checkpoints;

public sealed class SignedNoteTests
{
    [Fact]
    public void Notes_are_judged_as_the_public_cases_say()
    {
        using var cases = JsonDocument.Parse(Vectors.Read("tlog/signed-note/note_cases.json"));
        foreach (var c in cases.RootElement.GetProperty("note_cases").EnumerateArray())
        {
            var name = c.GetProperty("name").GetString()!;
            var verifiers = c.GetProperty("vkeys").EnumerateArray().Select(key => NoteVerifier.Parse(key.GetString()!)).ToArray();
            var bytes = Bytes(c);
            TransparencyError? expected = c.GetProperty("want").GetString() switch
            {
                "ok" => null,
                "unverified" => TransparencyError.UnknownKey,
                "error" => TransparencyError.AmbiguousKeys,
                "invalid-signature" => TransparencyError.InvalidSignature,
                "malformed" => TransparencyError.MalformedNote,
                var other => throw new InvalidOperationException(other),
            };
            if (expected is null)
            {
                var note = SignedNote.Open(bytes, verifiers);
                Assert.Equal(Names(c, "verified"), note.Verified.Select(signature => signature.Name));
                Assert.Equal(Names(c, "unverified"), note.Unverified.Select(signature => signature.Name));
            }
            else
            {
                Assert.Equal((name, expected), (name, Assert.Throws<TransparencyException>(() => SignedNote.Open(bytes, verifiers)).Error));
            }
        }
    }

    [Fact]
    public void Bad_verifier_keys_are_refused()
    {
        using var cases = JsonDocument.Parse(Vectors.Read("tlog/signed-note/note_cases.json"));
        foreach (var key in cases.RootElement.GetProperty("bad_vkeys").EnumerateArray())
        {
            var error = Assert.Throws<TransparencyException>(() => NoteVerifier.Parse(key.GetString()!)).Error;
            Assert.True(error is TransparencyError.MalformedKey or TransparencyError.UnsupportedKey, key.GetString());
        }
    }

    [Fact]
    public void A_key_written_by_others_signs_as_they_do()
    {
        using var cases = JsonDocument.Parse(Vectors.Read("tlog/signed-note/note_cases.json"));
        var c = cases.RootElement.GetProperty("note_cases")[0];
        var secret = cases.RootElement.GetProperty("skey_test_only").GetProperty("PeterNeumann").GetString()!;
        var note = c.GetProperty("note").GetString()!;
        var seed = Convert.FromBase64String(secret.Split('+', 5)[^1]).AsSpan(1);
        using var signer = new NoteSigner("PeterNeumann", seed);

        Assert.Equal(c.GetProperty("vkeys")[0].GetString(), signer.Verifier.ToString());
        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        Assert.StartsWith(signer.Sign(note[..(split + 1)]), note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\u00a0b")]
    public void A_key_name_that_notes_cannot_carry_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new NoteSigner(name, new byte[32]));

    [Fact]
    public void A_text_without_a_newline_at_its_end_is_not_signed()
    {
        using var signer = Logs.Signer();
        Assert.Throws<ArgumentException>(() => signer.Sign("text"));
        Assert.Throws<ArgumentException>(() => signer.Sign("te\txt\n"));
    }

    [Fact]
    public void A_signer_shows_no_secret_and_signs_nothing_once_disposed()
    {
        var signer = Logs.Signer();
        Assert.Equal("[secret]", signer.ToString());
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign("text\n"));
    }

    [Fact]
    public void Base64_has_one_spelling()
    {
        using var signer = Logs.Signer();
        var note = signer.Sign("text\n");
        SignedNote.Open(Encoding.UTF8.GetBytes(note), signer.Verifier);
        var loose = note.Insert(note.Length - 8, " ");
        Assert.Throws<TransparencyException>(() => SignedNote.Open(Encoding.UTF8.GetBytes(loose), signer.Verifier));

        // 68 bytes leave four bits of the last character before "=" unused.
        var at = note.Length - 3;
        var other = note[..at] + (char)(note[at] + 1) + note[(at + 1)..];
        Assert.EndsWith("=\n", note, StringComparison.Ordinal);
        Assert.Equal(
            TransparencyError.MalformedNote,
            Assert.Throws<TransparencyException>(() => SignedNote.Open(Encoding.UTF8.GetBytes(other), signer.Verifier)).Error);
    }

    [Fact]
    public void A_changed_bit_anywhere_in_a_note_is_found()
    {
        using var signer = Logs.Signer();
        var note = Encoding.UTF8.GetBytes(signer.Sign("first\nsecond\n"));
        for (var bit = 0; bit < note.Length * 8; bit++)
        {
            var changed = note.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<TransparencyException>(() => SignedNote.Open(changed, signer.Verifier));
        }
    }

    /// <summary>JSON can't carry a note that isn't UTF-8.</summary>
    private static byte[] Bytes(JsonElement c) => c.TryGetProperty("note_base64", out var bytes)
        ? bytes.GetBytesFromBase64()
        : Encoding.UTF8.GetBytes(c.GetProperty("note").GetString()!);

    private static IEnumerable<string> Names(JsonElement c, string property) =>
        c.GetProperty(property).EnumerateArray().Select(name => name.GetString()!);
}
