using System.Text;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>A text and its signatures (RFC 9580 §7). The text is held in memory whole, as its readers have to, and nothing is
/// written before it is complete.</summary>
internal sealed class CleartextWriter(Stream output, SignOptions options) : SignedWriter(new MessageSigner(options, isText: true))
{
    private readonly OctetWriter _text = new();

    private protected override ValueTask AppendAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        if ((long)_text.Length + data.Length > options.Limits.MaxCleartext)
            Throw.Limit(
                $"a text to sign in the clear exceeds {options.Limits.MaxCleartext} octets (MaxCleartext); sign it as a message");
        _text.Octets(data.Span);
        return default;
    }

    private protected override async ValueTask FinishAsync(CancellationToken ct)
    {
        var check = new Utf8Check();
        check.Append(_text.Written);
        check.End();
        using var message = new OctetWriter();
        message.Octets("-----BEGIN PGP SIGNED MESSAGE-----\n"u8);
        // Nobody needs it but readers that hash before they have seen the signatures, as GnuPG does (§6.2.2.3).
        if (Signer.WantsChecksum)
            message.Octets(Encoding.ASCII.GetBytes($"Hash: {string.Join(", ", Signer.Digests.Distinct().Select(digest => digest.TextName()))}\n"));
        message.Octet((byte)'\n');
        WriteText(message);
        using var signatures = new OctetWriter();
        Signer.Sign(signatures);
        message.Octets(Encoding.ASCII.GetBytes(ArmorEncoder.Encode(ArmorKind.Signature, signatures.Written, Signer.WantsChecksum)));
        await output.WriteAsync(message.WrittenMemory, ct);
    }

    private protected override void Release() => _text.Dispose();

    /// <summary>White space at lines' ends isn't covered by signatures (§7.2), so it isn't written either. A text that ends in a
    /// line end ends its last line with it, as everybody has it: that one isn't covered.</summary>
    private void WriteText(OctetWriter message)
    {
        var rest = _text.Written;
        for (var isFirst = true; !rest.IsEmpty; isFirst = false)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            var ending = line.EndsWith("\r"u8) && end >= 0 ? "\r\n"u8 : "\n"u8;
            rest = end < 0 ? default : rest[(end + 1)..];
            line = line.TrimEnd(" \t\r"u8);
            if (!isFirst) Signer.Append("\r\n"u8);
            Signer.Append(line);
            if (line.StartsWith("-"u8) || line.StartsWith("From "u8)) message.Octets("- "u8); // Mail would make it ">From" (§7.1).
            message.Octets(line);
            message.Octets(ending);
        }
    }
}
