using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Originals;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests;

/// <summary>The values that masks can't give back, kept beside the manifest and found one by one.</summary>
public sealed class OriginalsTests : IDisposable
{
    private readonly MaskingKeys _keys = MaskingKeys.Derive(RandomNumberGenerator.GetBytes(32), "client.cells");

    public static TheoryData<string, string, string, string?[]> Files => new()
    {
        { "csv", "", "no,s,note,last\n1,y,\"one \"\"x\"\"\nmore\",1234\n2,y,,99\n3,y,Zoë,\n", ["one \"x\"\nmore", "", "Zoë"] },
        { "csv", "suppress: [ { if: { field: s, is: x } } ]", "no,s,note,last\n1,x,one,1\n2,y,two,2\n3,x,three,3\n4,y,four,4\n", ["two", "four"] },
        { "ndjson", "", "{\"no\":1,\"note\":\"a\\u00e9\\n\\\"b\\\"\"}\n{\"no\":2}\n{\"no\":3,\"note\":null,\"last\":\"7\"}\n{\"no\":4,\"note\":12}\n", ["aé\n\"b\"", null, null, "12"] },
        { "xml", "records: b/r", "<b><r><no>1</no><note>a&amp;b</note></r><r><no>2</no></r></b>", ["a&b", null] },
    };

    public void Dispose() => _keys.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_row_s_value_is_found_however_the_file_and_what_is_kept_of_it_are_cut(string format, string top, string file, string?[] values)
    {
        var profile = Profile(format, top);
        Assert.True(OriginalFields.Include(profile, "note"));
        Assert.False(OriginalFields.Include(profile, "no"));
        foreach (var piece in (int[])[int.MaxValue, 1, 5])
        {
            var originals = Mask(profile, file, piece);
            foreach (var cut in (int[])[int.MaxValue, 1, 3])
            {
                for (var row = 1; row <= values.Length; row++) Assert.Equal(values[row - 1] ?? "", Find(profile, originals, "note", row, cut) ?? "");
                Assert.Null(Find(profile, originals, "note", values.Length + 1, cut));
            }
        }
    }

    [Fact]
    public void Only_what_does_not_turn_back_is_kept()
    {
        var profile = Profile("csv", "");
        var originals = Mask(profile, "no,s,note,last\n1,kept in clear,secret,1234\n", int.MaxValue);
        Assert.Equal("1234", Find(profile, originals, "last", 1, 2));
        Assert.DoesNotContain("kept in clear", Encoding.UTF8.GetString(originals), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new OriginalCell(profile, "s", 1));
        Assert.Throws<ArgumentException>(() => new OriginalCell(profile, "no", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OriginalCell(profile, "note", 0));
    }

    [Fact]
    public void Those_of_another_profile_are_refused_and_a_cut_gives_no_value()
    {
        var profile = Profile("csv", "");
        var originals = Mask(profile, "no,s,note,last\n1,y,secret,1234\n", int.MaxValue);
        var other = Assert.Throws<RecordException>(() => Find(Profile("csv", "row-key: no"), originals, "note", 1, 7));
        Assert.Equal(RecordError.ManifestOfAnotherProfile, other.Error);
        for (var length = 0; length < originals.Length; length++)
        {
            if (Find(profile, originals.AsSpan(0, length).ToArray(), "last", 1, 4) is { } value) Assert.Fail($"{value.Length} octets of a value that isn't whole");
        }
    }

    private static MaskingProfile Profile(string format, string top) => MaskingProfile.Parse(Encoding.UTF8.GetBytes($$"""
        profile: cells
        version: 1
        format: {{format}}
        {{top}}
        fields:
          no:   { transform: keep }
          s:    { transform: keep, optional: true }
          note: { transform: redact, optional: true }
          last: { transform: hash, optional: true }

        """));

    private byte[] Mask(MaskingProfile profile, string file, int piece)
    {
        var (masked, originals) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        using var masker = new Masker(profile, _keys);
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(file);
        for (; !rest.IsEmpty; rest = rest[Math.Min(piece, rest.Length)..]) masker.Mask(rest[..Math.Min(piece, rest.Length)], masked, null, originals);
        masker.Complete(masked, null, originals);
        return originals.WrittenSpan.ToArray();
    }

    private static string? Find(MaskingProfile profile, byte[] originals, string field, long row, int cut)
    {
        using var cell = new OriginalCell(profile, field, row);
        for (var at = 0; at < originals.Length; at += Math.Min(cut, originals.Length - at)) cell.Read(originals.AsSpan(at, Math.Min(cut, originals.Length - at)));
        return cell.Take() is { } value ? Encoding.UTF8.GetString(value) : null;
    }
}
