using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests;

/// <summary>One cell of a dispatch, proven by its manifest and turned back alone.</summary>
public sealed class CellProofTests : IDisposable
{
    private const string Profile = """
        profile: cells
        version: 1
        format: csv
        row-key: no
        fields:
          no:   { transform: fpe, alphabet: digits }
          name: { transform: tokenise }
          born: { transform: shift-date, subject: name, max-days: 30 }
          seen: { transform: shift-date, subject: city, max-days: 30 }
          city: { transform: keep }
          note: { transform: redact }

        """;

    private const string File = "no,name,born,seen,city,note\n1000001,Ada,1970-01-02,2020-03-04,Lima,x\n1000002,Mary,1980-05-06,2021-07-08,Cusco,y\n";

    private readonly MaskingProfile _profile = MaskingProfile.Parse(Encoding.UTF8.GetBytes(Profile));
    private readonly MaskingKeys _keys = MaskingKeys.Derive(RandomNumberGenerator.GetBytes(32), "client.cells");
    private readonly byte[] _manifestKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _manifest;
    private readonly string[][] _rows;

    public CellProofTests()
    {
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        using var masker = new Masker(_profile, _keys, _manifestKey);
        masker.Mask(Encoding.UTF8.GetBytes(File), masked, manifest);
        masker.Complete(masked, manifest);
        _manifest = manifest.WrittenSpan.ToArray();
        _rows = [.. Encoding.UTF8.GetString(masked.WrittenSpan).TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(','))];
    }

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void A_cell_as_it_was_sent_is_turned_back()
    {
        Assert.Equal("Ada", Open("name", _rows[0][1], row: 1));
        Assert.Equal("1000002", Open("no", _rows[1][0], row: 2));
    }

    [Fact]
    public void A_row_is_also_known_by_its_key() => Assert.Equal("Mary", Open("name", _rows[1][1], key: _rows[1][0]));

    [Fact]
    public void A_shifted_date_wants_the_cell_that_it_hangs_on()
    {
        Assert.Equal("1970-01-02", Open("born", _rows[0][2], row: 1, subject: _rows[0][1]));
        Assert.Null(Open("born", _rows[0][2], row: 1, subject: _rows[1][1])); // Another's offset would make a wrong date.
        Assert.Throws<ArgumentException>(() => Open("born", _rows[0][2], row: 1));
        Assert.Equal("name", CellProof.SubjectOf(_profile, "born"));
    }

    [Fact]
    public void A_cell_of_another_row_an_edited_one_and_an_invented_one_are_not_proven()
    {
        Assert.Null(Open("name", _rows[1][1], row: 1));
        Assert.Null(Open("name", _rows[0][1], row: 3));
        Assert.Null(Open("no", "1234567", row: 1));
        Assert.Null(Open("name", _rows[0][1], row: 1, key: _rows[1][0]));
        Assert.Null(Open("name", _rows[0][1]));
    }

    [Theory]
    [InlineData("note")]
    [InlineData("city")]
    [InlineData("seen")] // Its subject is kept, so anybody could claim another.
    [InlineData("nothing")]
    public void What_does_not_turn_back_or_hangs_on_what_anybody_could_claim_cannot_be_proven(string field) =>
        Assert.False(CellProof.CanProve(_profile, field));

    [Fact]
    public void Nothing_is_turned_back_before_the_manifest_has_been_read_to_its_end()
    {
        using var proof = new CellProof(_profile, _manifestKey, new ClaimedCell("name", Encoding.UTF8.GetBytes(_rows[0][1])) { Row = 1 });
        proof.Read(_manifest.AsSpan(0, _manifest.Length - 1));
        Assert.Null(proof.Row);
        Assert.Throws<InvalidOperationException>(() => proof.Restore(_keys));
    }

    /// <summary>Rows of what is attached to a message are rows like others: the reveal of one needs nothing of its own.</summary>
    [Theory]
    [InlineData(3, "Mary")]
    [InlineData(2, null)]
    public void A_cell_of_an_attached_file_is_turned_back(long row, string? expected)
    {
        var profile = MaskingProfile.Parse("profile: p\nversion: 1\nformat: eml\nfields: { Subject: { transform: keep } }\nattachments: { people: { media: [text/csv], format: csv, fields: { name: { transform: tokenise } } } }"u8);
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        using var masker = new Masker(profile, _keys, _manifestKey);
        masker.Mask("Subject: x\r\nContent-Type: text/csv\r\n\r\nname\nAda\nMary\n"u8, masked, manifest);
        masker.Complete(masked, manifest);
        var token = Encoding.UTF8.GetString(masked.WrittenSpan).TrimEnd('\n').Split('\n')[^1];
        using var proof = new CellProof(profile, _manifestKey, new ClaimedCell("people/name", Encoding.UTF8.GetBytes(token)) { Row = row });
        proof.Read(manifest.WrittenSpan);
        Assert.Equal(expected, proof.Row is null ? null : Encoding.UTF8.GetString(proof.Restore(_keys)!));
    }

    private string? Open(string field, string masked, long? row = null, string? key = null, string? subject = null)
    {
        using var proof = new CellProof(_profile, _manifestKey, new ClaimedCell(field, Encoding.UTF8.GetBytes(masked))
        {
            Row = row,
            RowKey = key is null ? null : Encoding.UTF8.GetBytes(key),
            MaskedSubject = subject is null ? null : Encoding.UTF8.GetBytes(subject),
        });
        foreach (var b in _manifest) proof.Read([b]);
        return proof.Row is null ? null : Encoding.UTF8.GetString(proof.Restore(_keys)!);
    }
}
