using System.Text.Json;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Records;

/// <summary>Messages that another program makes, and what it reads in their masked copies: Python's <c>email</c> package.</summary>
public class MailPeerTests
{
    private const string Profile = """
        profile: test
        version: 1
        format: eml
        fields:
          From: { transform: tokenise }
          To: { transform: tokenise }
          Subject: { transform: scan }
          text: { transform: scan }
          html: { transform: scan }
        attachments:
          claims:
            files: [claims.csv, claims.txt]
            format: csv
            fields:
              id: { transform: keep }
              name: { transform: tokenise }
        """;

    /// <summary>Writes a message of some kind, or as JSON what it reads in the one that it is given.</summary>
    private const string Script = """
        import email, email.policy, json, sys
        from email.message import EmailMessage
        def make(kind):
            m = EmailMessage(policy=email.policy.SMTP)
            m['From'] = 'Ana Lima <ana.lima@corp.com>'
            m['To'] = 'Bo Berg <bo.berg@corp.com>'
            m['Subject'] = 'Zoë wants ana.lima@corp.com to look at a claim that is so long that its subject takes a second line' if kind == 'long' else 'claims of ana.lima@corp.com'
            text = 'Grüße, write to ana.lima@corp.com\n' if kind in ('long', 'quoted') else 'please write to ana.lima@corp.com\n'
            m.set_content(text, cte='quoted-printable' if kind == 'quoted' else None)
            if kind == 'html': m.add_alternative('<p>mail <b>ana.lima@corp.com</b></p>\n', subtype='html')
            table = 'id,name\n' + ''.join('%d,Person Number %d\n' % (i, i) for i in range(40))
            if kind in ('table', 'long', 'forward'): m.add_attachment(table.encode(), 'text', 'csv', filename='claims.csv')
            if kind == 'quoted': m.add_attachment(table, subtype='plain', filename='claims.txt', cte='quoted-printable')
            if kind == 'forward':
                outer = make('plain')
                outer.add_attachment(m)
                return outer
            return m
        if len(sys.argv) > 1:
            sys.stdout.buffer.write(make(sys.argv[1]).as_bytes())
        else:
            parts = []
            for part in email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default).walk():
                said = [str(part[name]) for name in ('From', 'To', 'Subject') if part[name]]
                content = '' if part.is_multipart() else part.get_payload(decode=True).decode(part.get_content_charset('utf-8'))
                parts.append([part.get_content_type(), part.get_filename() or '', *said, content])
            json.dump(parts, sys.stdout)
        """;

    [Theory]
    [InlineData("plain")]
    [InlineData("html")]
    [InlineData("quoted")]
    [InlineData("table")]
    [InlineData("long")]
    [InlineData("forward")]
    public async Task Another_program_s_messages_are_masked_and_read_by_it_and_come_back(string kind)
    {
        using var exchange = new Exchange(Profile);
        var file = (await Peer.RunAsync("python3", ["-c", Script, kind])).Succeeded().Output;
        var sent = exchange.Dispatch(file);
        var (before, after) = (await ReadAsync(file), await ReadAsync(sent.Masked));
        Assert.Equal(before.Select(part => part[..2]), after.Select(part => part[..2]));
        foreach (var said in after.SelectMany(part => part))
        {
            Assert.DoesNotContain("corp.com", said, StringComparison.Ordinal);
            Assert.DoesNotContain("Person Number", said, StringComparison.Ordinal);
        }

        Assert.All(after.Where(part => part[1].Length > 0 && part[0].StartsWith("text/", StringComparison.Ordinal)), table => Assert.Matches("^id,name\r?\n0,tok_", table[^1]));
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal(before, await ReadAsync(back.Bytes));
        if (sent.Report.Format.All(finding => finding.Kind != "eml.recoded")) Assert.Equal(file, back.Bytes);
    }

    private static async Task<string[][]> ReadAsync(byte[] mail) =>
        JsonSerializer.Deserialize<string[][]>((await Peer.RunAsync("python3", ["-c", Script], mail)).Succeeded().Text)!;
}
