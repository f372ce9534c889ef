using System.Buffers;
using System.Text;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Checks that data in pieces are UTF-8.</summary>
internal sealed class Utf8Check
{
    private readonly byte[] _cut = new byte[4]; // A character that goes on in the next piece.
    private int _cutLength;

    /// <exception cref="PgpException">They aren't.</exception>
    public void Append(ReadOnlySpan<byte> octets)
    {
        while (_cutLength > 0 && !octets.IsEmpty)
        {
            _cut[_cutLength++] = octets[0];
            octets = octets[1..];
            var status = Rune.DecodeFromUtf8(_cut.AsSpan(0, _cutLength), out _, out _);
            if (status == OperationStatus.InvalidData) throw NotText();
            if (status == OperationStatus.Done) _cutLength = 0;
        }

        var whole = octets.Length;
        for (var back = 1; back <= Math.Min(3, octets.Length); back++)
        {
            if (Rune.DecodeFromUtf8(octets[^back..], out _, out _) != OperationStatus.NeedMoreData) continue;
            whole = octets.Length - back;
            break;
        }

        if (!System.Text.Unicode.Utf8.IsValid(octets[..whole])) throw NotText();
        if (whole == octets.Length) return;
        octets[whole..].CopyTo(_cut);
        _cutLength = octets.Length - whole;
    }

    /// <exception cref="PgpException">The last character is cut.</exception>
    public void End()
    {
        if (_cutLength > 0) throw NotText();
    }

    private static PgpException NotText() => Throw.Error(
        PgpError.NotText, "what is to be signed as text isn't UTF-8; sign it as octets, or convert it first");
}
