using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SecureExchange.Cli.Sop;

/// <summary>Checks that what passes in pieces is text in UTF-8.</summary>
internal sealed class SopText
{
    // The start of a character whose rest is in the next piece.
    private readonly byte[] _split = new byte[4];
    private int _held;

    /// <summary>Refuses a USERID that isn't text: of octets that aren't UTF-8 .NET makes replacement characters before anybody sees
    /// them, and another name would be signed than was asked for.</summary>
    /// <exception cref="SopException">It isn't.</exception>
    internal static string UserId(string userId) => userId.Contains('\uFFFD', StringComparison.Ordinal)
        ? throw new SopException(SopExit.ExpectedText, "a USERID isn't text in UTF-8")
        : userId;

    /// <exception cref="SopException">It isn't.</exception>
    internal void Append(ReadOnlySpan<byte> text)
    {
        for (; _held > 0 && !text.IsEmpty; text = text[1..])
        {
            _split[_held++] = text[0];
            var status = Rune.DecodeFromUtf8(_split.AsSpan(0, _held), out _, out _);
            if (status == OperationStatus.InvalidData) throw NotText();
            if (status == OperationStatus.Done) _held = 0;
        }

        for (var tail = 1; tail < 4 && tail <= text.Length; tail++)
        {
            if (Rune.DecodeFromUtf8(text[^tail..], out _, out _) != OperationStatus.NeedMoreData) continue;
            text[^tail..].CopyTo(_split);
            _held = tail;
            text = text[..^tail];
            break;
        }

        if (!Utf8.IsValid(text)) throw NotText();
    }

    /// <exception cref="SopException">The text ends inside a character.</exception>
    internal void End()
    {
        if (_held > 0) throw NotText();
    }

    private static SopException NotText() => new(SopExit.ExpectedText, "--as=text: the input isn't text in UTF-8; what came out is worth nothing");
}
