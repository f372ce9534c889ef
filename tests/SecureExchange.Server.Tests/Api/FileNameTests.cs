using Microsoft.AspNetCore.Http;
using SecureExchange.Server.Api;

namespace SecureExchange.Server.Tests.Api;

public class FileNameTests
{
    [Theory]
    [InlineData("claims.csv", "claims.csv")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\folder\\claims.csv", "claims.csv")]
    [InlineData("claims\u202Evsc.exe", "claimsvsc.exe")] // Right-to-left override: shown, it would end in .csv.
    [InlineData("a\u001B[31mb\u0007\u0000.csv", "a[31mb.csv")]
    [InlineData("a\u200B\u2028\u2029b", "ab")]
    [InlineData("  x  ", "x")]
    [InlineData("..", null)]
    [InlineData("folder/", null)]
    [InlineData("\u200B", null)]
    public void A_name_is_kept_without_what_could_mislead(string given, string? kept) => Assert.Equal(kept, FileName.Of(new DefaultHttpContext().Request, given));

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        var kept = FileName.Of(new DefaultHttpContext().Request, new string('a', 199) + "\U0001F4C4.csv");
        Assert.Equal(new string('a', 199), kept);
    }

    [Fact]
    public void The_name_in_a_header_counts_before_the_one_in_the_path()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.ContentDisposition = "attachment; filename=\"old.csv\"; filename*=UTF-8''..%2Fn%C3%A4chste%E2%80%AE.csv";
        Assert.Equal("nächste.csv", FileName.Of(request, "path.csv"));
    }
}
