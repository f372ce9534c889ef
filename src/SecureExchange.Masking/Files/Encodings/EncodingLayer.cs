using System.Buffers;

namespace SecureExchange.Masking.Files.Encodings;

/// <summary>Turns a file into UTF-8 for the codec, and what comes out back into the file's encoding.</summary>
internal sealed class EncodingLayer(FileLayer inner, FileEncoding declared) : FileLayer
{
    private readonly HeldBytes _held = new();
    private readonly HeldBytes _utf8 = new();
    private readonly HeldBytes _plain = new();
    private TextCoding? _coding;
    private bool _isUtf8;
    private long _offset;

    public override void Push(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        _held.Write(piece);
        Run(final: false, output);
    }

    public override void Complete(IBufferWriter<byte> output)
    {
        Run(final: true, output);
        inner.Complete(_plain);
        Encode(output);
    }

    public override void Dispose()
    {
        inner.Dispose();
        _held.Dispose();
        _utf8.Dispose();
        _plain.Dispose();
    }

    private void Run(bool final, IBufferWriter<byte> output)
    {
        var bytes = _held.Written;
        if (_coding is null && !_isUtf8)
        {
            var plain = Choose(bytes, final);
            if (plain < 0) return;
            // ASCII so far, which is the same in whatever it turns out to be.
            Give(bytes[..plain], output);
            _held.Drop(plain);
            bytes = _held.Written;
        }

        if (bytes.IsEmpty) return;
        if (_isUtf8)
        {
            Give(bytes, output);
            _held.Clear();
        }
        else if (_coding is not null)
        {
            var used = _coding.Decode(bytes, final, _utf8, out var fault);
            if (fault >= 0)
                throw new RecordException(RecordError.NotInEncoding, 0, null,
                    $"byte {_offset + fault + 1} of the file isn't {_coding.Name}, or wouldn't come back as it is");
            _offset += used;
            _held.Drop(used);
            inner.Push(_utf8.Written, _plain);
            _utf8.Clear();
            Encode(output);
        }
    }

    private void Give(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        _offset += utf8.Length;
        inner.Push(utf8, _plain);
        Encode(output);
    }

    private void Encode(IBufferWriter<byte> output)
    {
        if (_coding is null) output.Write(_plain.Written);
        else if (!_coding.TryEncode(_plain.Written, output))
            throw new RecordException(RecordError.NotEncodable, 0, null,
                $"what comes out has a character that {_coding.Name} doesn't have; does the profile replace a value with such a one?");
        _plain.Clear();
    }

    /// <returns>Bytes from the front that are ASCII; -1 when there aren't enough bytes to tell.</returns>
    private int Choose(ReadOnlySpan<byte> bytes, bool final)
    {
        if (declared is not (FileEncoding.Detect or FileEncoding.Utf16))
        {
            _coding = TextCoding.Create(declared);
            return 0;
        }

        if (_offset == 0)
        {
            if (bytes.Length < 2 && !final) return -1;
            if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Take(FileEncoding.Utf16Le);
            if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Take(FileEncoding.Utf16Be);
            if (declared == FileEncoding.Utf16 && bytes.Length > 0)
                throw new RecordException(RecordError.NotInEncoding, 0, null,
                    "no byte order mark; say utf-16le or utf-16be in the profile");
        }

        var plain = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
        if (plain < 0) return bytes.Length;
        if (bytes.Length - plain < 4 && !final) return plain == 0 ? -1 : plain;
        if (System.Text.Rune.DecodeFromUtf8(bytes[plain..], out _, out _) == OperationStatus.Done) _isUtf8 = true;
        else Take(FileEncoding.Windows1252);
        return plain;
    }

    private int Take(FileEncoding encoding)
    {
        _coding = TextCoding.Create(encoding);
        return 0;
    }
}
